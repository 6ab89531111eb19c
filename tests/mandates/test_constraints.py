"""What must never be false on the UN side, asked of the database itself."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, ProtectedError

from engagement.models import Cluster, Membership
from mandates.models import (
    CallForInput,
    Country,
    Mandate,
    MandateAlias,
    MandateHolder,
    ReferenceChange,
    Session,
    VisitEvent,
)
from tests import factories

pytestmark = pytest.mark.django_db

DAY, NEXT_DAY = date(2026, 5, 1), date(2026, 5, 2)
BREAKS = {}


def breaks(function):
    """Register `function` as an attempt to break the constraint it is named after."""
    BREAKS[function.__name__] = function
    return function


def session(number=62, **kwargs):
    return Session.objects.create(
        **({"body": "HRC", "number": number, "starts_on": DAY, "ends_on": NEXT_DAY, "source": "test"} | kwargs)
    )


def holder(**kwargs):
    mandate = factories.MandateFactory(slug="sr-idps")
    return MandateHolder.objects.create(mandate=mandate, name="A. Holder", source="test", **kwargs)


@breaks
def standing_invitation_has_source():
    Country.objects.create(iso3="MLI", iso2="ML", name_en="Mali", standing_invitation_on=DAY)


@breaks
def session_once():
    session()
    session()


@breaks
def session_ends_after_start():
    session(starts_on=NEXT_DAY, ends_on=DAY)


@breaks
def mandate_country_iff_country_mandate():
    factories.MandateFactory(kind="thematic", country=factories.CountryFactory())


@breaks
def mandate_short_form_once():
    factories.MandateFactory(slug="sr-food", acronym="SR Food")
    factories.MandateFactory(slug="sr-housing", acronym="sr food")


@breaks
def mandate_ends_after_start():
    factories.MandateFactory(established_on=NEXT_DAY, ended_on=DAY, ended_precision="day")


@breaks
def mandate_end_has_precision():
    factories.MandateFactory(ended_on=DAY)


@breaks
def mandate_successor_of_ended():
    factories.MandateFactory(successor=factories.MandateFactory())


@breaks
def mandate_not_its_own_successor():
    mandate = factories.MandateFactory(ended_on=DAY, ended_precision="day")
    mandate.successor = mandate
    mandate.save()


@breaks
def mandate_holder_type_known():
    factories.MandateFactory(holder_type="ambassador")


@breaks
def alias_names_one_mandate():
    for alias in ("Displacement", "displacement"):
        MandateAlias.objects.create(mandate=factories.MandateFactory(), alias=alias)


@breaks
def holder_once_per_term():
    holder(started_on=DAY, started_precision="day")
    holder(started_on=DAY, started_precision="day")


@breaks
def holder_ends_after_start():
    holder(started_on=NEXT_DAY, ended_on=DAY)


@breaks
def visit_ends_after_start():
    factories.VisitFactory(starts_on=NEXT_DAY, ends_on=DAY)


@breaks
def visit_dates_have_precision():
    factories.VisitFactory(precision="")


@breaks
def visit_vague_dates_have_last_day():
    factories.VisitFactory(starts_on=DAY, ends_on=None, precision="month")


@breaks
def event_known_after_it_happened():
    VisitEvent.objects.create(visit=factories.VisitFactory(), kind="announced", day=NEXT_DAY, known_by=DAY)


@breaks
def call_deadline_iff_date():
    factories.CallFactory(deadline_kind="date", deadline_on=None)


@breaks
def call_closes_at_iff_deadline():
    CallForInput._base_manager.filter(pk=factories.CallFactory().pk).update(closes_at=None)


@breaks
def call_extended_to_later():
    factories.CallFactory(deadline_on=DAY, extended_from=DAY)


@breaks
def report_symbol_once():
    factories.ReportFactory(symbol="A/HRC/62/42")
    factories.ReportFactory(symbol="A/HRC/62/42")


@breaks
def report_expected_has_precision():
    factories.ReportFactory(expected_precision="")


@breaks
def report_published_has_precision():
    factories.ReportFactory(published_on=DAY)


def twice(dossier, **place):
    """Give a dossier the same country or mandate once more, past `add`, which leaves out what is there."""
    (field,) = place
    getattr(dossier, f"{field}_places").create(**place)
    getattr(dossier, f"{field}_places").create(**place)


for _noun, _factory in (
    ("visit", factories.VisitFactory),
    ("call", factories.CallFactory),
    ("report", factories.ReportFactory),
    ("recommendation", factories.RecommendationFactory),
):
    BREAKS[f"{_noun}_country_once"] = lambda new=_factory: twice(new(), country=factories.CountryFactory())
    BREAKS[f"{_noun}_mandate_once"] = lambda new=_factory: twice(new(), mandate=factories.MandateFactory())


NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def merged_into_itself(new):
    """A withdrawn entry that points to itself."""
    row = new(withdrawn_on=DAY)
    row.merged_into = row
    row.save()


for _noun, _factory in (("visit", factories.VisitFactory), ("call", factories.CallFactory)):
    BREAKS |= {
        f"{_noun}_suggested_by_where_and_when": lambda new=_factory: new(suggested_by="somebody@example.org"),
        f"{_noun}_confirmed_was_suggested": lambda new=_factory: new(confirmed_on=DAY),
        f"{_noun}_merged_is_withdrawn": lambda new=_factory: new(merged_into=new()),
        f"{_noun}_not_merged_into_itself": lambda new=_factory: merged_into_itself(new),
        f"{_noun}_reason_of_withdrawal": lambda new=_factory: new(withdrawn_reason="Entered twice."),
    }


@breaks
def cluster_not_its_own_parent():
    cluster = factories.ClusterFactory()
    cluster.parent = cluster
    cluster.save()


@breaks
def cluster_ends_after_start():
    factories.ClusterFactory(starts_on=NEXT_DAY, ends_on=DAY)


@breaks
def one_current_role_per_cluster():
    cluster = factories.ClusterFactory()
    person = factories.UserFactory(member_of=cluster)
    Membership.objects.create(user=person, cluster=cluster, role="coordinator")


@breaks
def membership_ends_after_start():
    Membership.objects.create(
        user=factories.UserFactory(),
        cluster=factories.ClusterFactory(),
        role="member",
        started_on=NEXT_DAY,
        ended_on=DAY,
    )


CONSTRAINTS = {
    constraint.name: constraint
    for model in (*apps.get_app_config("mandates").get_models(), Cluster, Membership)
    for constraint in model._meta.constraints
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses(name):
    """A row that breaks a constraint is not stored, even where no form was asked; the constraint named is the one."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    if connection.vendor == "postgresql" or isinstance(CONSTRAINTS[name], CheckConstraint):
        assert name in str(refused.value)
    else:
        assert "UNIQUE" in str(refused.value)


def test_every_constraint_is_tried():
    """A new constraint comes with an attempt to break it."""
    assert set(BREAKS) == set(CONSTRAINTS)


def test_the_other_side_of_mandate_kinds():
    """A country mandate without a country is refused as well."""
    with pytest.raises(IntegrityError, match="mandate_country_iff_country_mandate"), transaction.atomic():
        factories.MandateFactory(kind="country")


@pytest.mark.parametrize(
    "left_out",
    [{"suggested_by": ""}, {"suggested_in": None}, {"suggested_at": None}, {"suggested_by": "", "suggested_at": None}],
)
def test_a_suggestion_says_by_whom_where_and_when(left_out):
    """All three, or none of them."""
    given = {"suggested_by": "somebody@example.org", "suggested_in": uuid.UUID(int=7), "suggested_at": NOW} | left_out
    for new in (factories.VisitFactory, factories.CallFactory):
        with pytest.raises(IntegrityError, match="suggested_by_where_and_when"), transaction.atomic():
            new(**given)


@pytest.mark.parametrize("kind", ["ongoing", "unknown"])
def test_only_a_dated_call_has_a_deadline(kind):
    """A call that is ongoing, or of unknown deadline, has no day."""
    with pytest.raises(IntegrityError, match="call_deadline_iff_date"), transaction.atomic():
        factories.CallFactory(deadline_kind=kind, deadline_on=DAY)


def test_many_reports_have_no_symbol_yet():
    """A report is known before it has a symbol."""
    factories.ReportFactory.create_batch(2, symbol="")


def test_a_role_can_be_given_again_after_it_ended():
    """An ended membership does not stand in the way of a new one."""
    cluster = factories.ClusterFactory()
    person = factories.UserFactory()
    past = {"role": "member", "started_on": DAY, "ended_on": NEXT_DAY}
    Membership.objects.create(user=person, cluster=cluster, **past)
    assert Membership.objects.create(user=person, cluster=cluster, role="member").pk


def used_by(**kwargs):
    """An engagement of South Sudan that concerns the given rows."""
    return factories.EngagementFactory(**kwargs)


USES = {
    "mandate of a visit": lambda: (m := factories.MandateFactory(), factories.VisitFactory(mandates=[m])),
    "mandate of a call": lambda: (m := factories.MandateFactory(), factories.CallFactory(mandates=[m])),
    "mandate of a report": lambda: (m := factories.MandateFactory(), factories.ReportFactory(mandates=[m])),
    "mandate of an engagement": lambda: (m := factories.MandateFactory(), used_by(mandates=[m])),
    "mandate with a holder": lambda: (holder().mandate, None),
    "successor of a mandate": lambda: (
        m := factories.MandateFactory(),
        factories.MandateFactory(ended_on=DAY, ended_precision="day", successor=m),
    ),
    "country of a visit": lambda: (c := factories.CountryFactory(), factories.VisitFactory(countries=[c])),
    "country of a call": lambda: (c := factories.CountryFactory(), factories.CallFactory(countries=[c])),
    "country of a report": lambda: (c := factories.CountryFactory(), factories.ReportFactory(countries=[c])),
    "country of a mandate": lambda: (
        c := factories.CountryFactory(),
        factories.MandateFactory(kind="country", country=c),
    ),
    "country of a cluster": lambda: (c := factories.CountryFactory(), factories.ClusterFactory(country=c)),
    "session of a visit": lambda: (s := session(), factories.VisitFactory(report_session=s)),
    "session of a call": lambda: (s := session(), factories.CallFactory(session=s)),
    "session of a report": lambda: (s := session(), factories.ReportFactory(session=s)),
    "visit of a call": lambda: (v := factories.VisitFactory(), factories.CallFactory(visit=v)),
    "visit of a report": lambda: (v := factories.VisitFactory(), factories.ReportFactory(visit=v)),
    "visit of an engagement": lambda: (v := factories.VisitFactory(), used_by(visit=v)),
    "call of an engagement": lambda: (c := factories.CallFactory(), used_by(number=5, call=c)),
    "visit that another was merged into": lambda: (
        v := factories.VisitFactory(),
        factories.VisitFactory(merged_into=v, withdrawn_on=DAY),
    ),
    "call that another was merged into": lambda: (
        c := factories.CallFactory(),
        factories.CallFactory(merged_into=c, withdrawn_on=DAY),
    ),
    "report of a call": lambda: (r := factories.ReportFactory(), factories.CallFactory(report=r)),
    "report of an engagement": lambda: (r := factories.ReportFactory(), used_by(number=12, report=r)),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("way", ["row", "queryset"])
def test_what_is_used_cannot_be_deleted(use, way):
    """A row that something refers to is ended or withdrawn, never deleted; trying leaves no trace of a removal."""
    row, _user = USES[use]()
    with pytest.raises(ProtectedError), transaction.atomic():
        row.delete() if way == "row" else type(row).objects.filter(pk=row.pk).delete()
    assert type(row).objects.filter(pk=row.pk).exists()
    assert not ReferenceChange.objects.filter(kind="removed").exists()


def test_what_is_not_used_can_be_deleted():
    """A mandate that nothing refers to goes with its aliases."""
    alias = MandateAlias.objects.create(mandate=factories.MandateFactory(), alias="displacement")
    alias.mandate.delete()
    assert not Mandate.objects.exists()
    assert not MandateAlias.objects.exists()
