"""Who reads, changes and takes away which engagements: the rule of DESIGN section 4 as a table."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from engagement.models import Cluster, Engagement, Membership, SupportRequest
from engagement.querysets import is_editable_by, rights_of
from tests import factories

pytestmark = pytest.mark.django_db

LEVELS = ("low", "moderate", "high")

# Clusters: own (with child and grandchild below it) and other. Columns: what a person reads of each at which level,
# as initials of the levels; what she reads and may change stands in capitals.
TABLE = """
person                   own  child grandchild other
coordinator              LMH  LMH   LMH        -
co_coordinator           LMH  LMH   LMH        -
imo                      LMH  LMH   LMH        -
coordinator_of_child     -    LMH   LMH        -
coordinator_of_both      LMH  LMH   LMH        LMH
coordinator_administrator LMH LMH   LMH        -
coordinator_reader       LMH  LMH   LMH        lm
member                   l    l     l          -
member_of_grandchild     -    -     l          -
member_reader            lm   lm    lm         lm
member_coordinating_child l   LMH   LMH        -
reader                   lm   lm    lm         lm
focal                    lmh  lmh   lmh        lmh
focal_administrator      lmh  lmh   lmh        lmh
administrator            -    -     -          -
nobody_in_particular     -    -     -          -
ended_coordinator        -    -     -          -
ended_then_member        l    l     l          -
ended_then_coordinator   LMH  LMH   LMH        -
inactive_coordinator     -    -     -          -
inactive_focal           -    -     -          -
anonymous                -    -     -          -
"""

RULES = [
    (person, cluster, level, cell)
    for person, *cells in (line.split() for line in TABLE.strip().splitlines()[1:])
    for cluster, cell in zip(("own", "child", "grandchild", "other"), cells, strict=True)
    for level in LEVELS
]
PEOPLE = sorted({person for person, *_rest in RULES})


@pytest.fixture
def tree(db):
    """`own` with `child` below it and `grandchild` below that, and `other`, in another country."""
    own = factories.ClusterFactory()
    child = factories.ClusterFactory(slug="ssd-hub", parent=own, kind="hub")
    grandchild = factories.ClusterFactory(slug="ssd-area", parent=child, kind="aor")
    other = factories.ClusterFactory(slug="ukraine", country=factories.CountryFactory(iso3="UKR"))
    return SimpleNamespace(own=own, child=child, grandchild=grandchild, other=other)


def person_named(name, tree):
    """The person of that line of the table, with her memberships."""
    if name == "anonymous":
        return AnonymousUser()
    team = "focal_point" if "focal" in name else "reader" if "reader" in name else ""
    user = factories.UserFactory(
        task_team=team, is_administrator="administrator" in name, is_active="inactive" not in name
    )
    ended = {"role": "coordinator", "started_on": date(2025, 1, 1), "ended_on": date(2025, 6, 30)}
    for place, given in {
        "coordinator": [(tree.own, {"role": "coordinator"})],
        "co_coordinator": [(tree.own, {"role": "co_coordinator"})],
        "imo": [(tree.own, {"role": "imo"})],
        "coordinator_of_child": [(tree.child, {"role": "coordinator"})],
        "coordinator_of_both": [(tree.own, {"role": "coordinator"}), (tree.other, {"role": "imo"})],
        "coordinator_administrator": [(tree.own, {"role": "coordinator"})],
        "coordinator_reader": [(tree.own, {"role": "coordinator"})],
        "member": [(tree.own, {"role": "member"})],
        "member_of_grandchild": [(tree.grandchild, {"role": "member"})],
        "member_reader": [(tree.own, {"role": "member"})],
        "member_coordinating_child": [(tree.own, {"role": "member"}), (tree.child, {"role": "coordinator"})],
        "ended_coordinator": [(tree.own, ended)],
        "ended_then_member": [(tree.own, ended), (tree.own, {"role": "member"})],
        "ended_then_coordinator": [(tree.own, ended), (tree.own, {"role": "coordinator"})],
        "inactive_coordinator": [(tree.own, {"role": "coordinator"})],
    }.items():
        if place == name:
            for cluster, fields in given:
                Membership.objects.create(user=user, cluster=cluster, **fields)
    return user


@pytest.mark.parametrize("person", PEOPLE)
def test_who_reads_changes_and_exports(person, tree):
    """Each cell of the table holds for reading, changing and exporting, for querysets and single rows alike."""
    author = factories.UserFactory()
    rows = {
        (name, level): factories.EngagementFactory(cluster=cluster, level=level, created_by=author)
        for name, cluster in vars(tree).items()
        for level in LEVELS
    }
    user = person_named(person, tree)
    readable, editable = set(), set()
    for name, cluster, level, cell in RULES:
        if name == person and level[0] in cell.lower():
            readable.add(rows[cluster, level])
            editable |= {rows[cluster, level]} if level[0].upper() in cell else set()
    visible = list(Engagement.objects.visible_to(user))
    assert set(visible) == readable
    assert len(visible) == len(readable), "a row came twice"
    assert Engagement.objects.visible_to(user).count() == len(readable)
    assert set(Engagement.objects.editable_by(user)) == editable
    assert set(Engagement.objects.exportable_by(user)) == {row for row in readable if row.level != "high"}
    assert {row for row in rows.values() if is_editable_by(row, user)} == editable


@pytest.mark.parametrize("person", PEOPLE)
def test_whose_clusters_are_visible(person, tree):
    """A cluster's page opens to its people, to those of the clusters above it, and to the task team."""
    user = person_named(person, tree)
    visible = list(Cluster.objects.visible_to(user))
    expected = {getattr(tree, cluster) for name, cluster, _level, cell in RULES if name == person and cell != "-"}
    assert set(visible) == expected
    assert len(visible) == len(expected)
    coordinated = {getattr(tree, cluster) for name, cluster, _l, cell in RULES if name == person and cell.isupper()}
    assert set(Cluster.objects.coordinated_by(user)) == coordinated


def test_withdrawn_is_read_but_not_changed(cast):
    """A withdrawn line stays readable by the rule, and nobody changes it."""
    row = factories.EngagementFactory(
        cluster=cast.south_sudan, status="withdrawn", withdrawn_reason="twice", withdrawn_at="2026-03-03T00:00Z"
    )
    assert Engagement.objects.visible_to(cast.coordinator).get() == row
    assert not Engagement.objects.editable_by(cast.coordinator).exists()


def test_whoever_logged_it_has_no_right_by_that(cast):
    """`created_by` gives nothing: only memberships and the task team do."""
    factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.other, level="low")
    assert not Engagement.objects.visible_to(cast.other).exists()


def test_an_ended_membership_ends_an_open_session(cast, client_of):
    """Rights are asked anew at each request."""
    client = client_of(cast.coordinator)
    row = factories.EngagementFactory(cluster=cast.south_sudan)
    assert client.get(row.get_absolute_url()).status_code == 200
    Membership.objects.filter(user=cast.coordinator).update(ended_on=date(2099, 1, 1))
    assert client.get(row.get_absolute_url()).status_code == 404


def test_deactivation_ends_an_open_session(cast, client_of):
    """Whoever is made inactive is led to sign-in with the next click."""
    client = client_of(cast.coordinator)
    cast.coordinator.is_active = False
    cast.coordinator.save()
    assert client.get("/engagement/").status_code == 302


# -- The administration ------------------------------------------------------------------------------


@pytest.fixture
def secret(cast):
    """A high and a low engagement with words that must not appear anywhere in the administration."""
    visit = factories.VisitFactory(countries=["SSD"], mandates=[factories.MandateFactory(slug="sr-idps")])
    return SimpleNamespace(
        visit=visit,
        high=factories.EngagementFactory(
            cluster=cast.south_sudan,
            visit=visit,
            level="high",
            what_was_done="Hidden deed.",
            created_by=cast.coordinator,
        ),
        low=factories.EngagementFactory(cluster=cast.south_sudan, level="low", what_was_done="Hidden deed."),
    )


def tells(response, *rows):
    """Whether a page gives away any of these engagements: text, key, or their name."""
    page = response.content.decode()
    return any(word in page for row in rows for word in (row.what_was_done, str(row.pk), str(row)))


def test_the_admin_index_has_no_engagement(cast, client_of, secret):
    """The administrator's index and app page list users, clusters, memberships, and nothing else."""
    client = client_of(cast.administrator)
    for address in ("/admin/", "/admin/engagement/"):
        response = client.get(address)
        assert response.status_code == 200
        models = [model["object_name"] for app in response.context["app_list"] for model in app["models"]]
        assert sorted(models) == ["Cluster", "Membership", "User"]
        assert not tells(response, secret.high, secret.low)


@pytest.mark.parametrize("page", ["", "add/", "{pk}/change/", "{pk}/history/", "{pk}/delete/"])
@pytest.mark.parametrize("kind", ["user", "cluster", "membership"])
def test_no_admin_page_shows_an_engagement(kind, page, cast, client_of, secret):
    """Users, clusters and memberships open to administrators; delete pages don't, so none lists what hangs on them."""
    row = {
        "user": cast.coordinator,
        "cluster": cast.south_sudan,
        "membership": Membership.objects.get(user=cast.coordinator),
    }[kind]
    address = f"/admin/engagement/{kind}/{page}".format(pk=row.pk)
    response = client_of(cast.administrator).get(address)
    assert response.status_code == (403 if "delete" in page else 200)
    assert not tells(response, secret.high, secret.low)


@pytest.mark.parametrize("kind", ["user", "cluster", "membership"])
def test_administrators_cannot_delete_from_a_list(kind, cast, client_of, secret):
    """The admin's "delete selected" is not offered, and posted by hand does nothing."""
    client = client_of(cast.administrator)
    model = {"user": type(cast.coordinator), "cluster": Cluster, "membership": Membership}[kind]
    before = model.objects.count()
    address = f"/admin/engagement/{kind}/"
    keys = [str(pk) for pk in model.objects.values_list("pk", flat=True)]
    response = client.post(address, {"action": "delete_selected", "_selected_action": keys}, follow=True)
    assert not tells(response, secret.high, secret.low)
    assert model.objects.count() == before


@pytest.mark.parametrize("address", ["engagement/", "engagementmandate/", "action/"])
def test_engagements_are_not_in_the_admin(address, cast, client_of):
    """There is no admin page of engagements, for anybody."""
    for user in (cast.administrator, cast.focal):
        assert client_of(user).get(f"/admin/engagement/{address}").status_code == 404


def test_deleting_reference_rows_gives_no_engagement_away(cast, client_of, secret):
    """Whoever may not read the engagement that holds a visit back does not learn of it from the admin."""
    client = client_of(cast.reader)
    address = "/admin/mandates/countryvisit/"
    pages = [
        client.get(f"{address}{secret.visit.pk}/delete/"),
        client.post(f"{address}{secret.visit.pk}/delete/", {"post": "yes"}, follow=True),
        client.post(address, {"action": "delete_selected", "_selected_action": [str(secret.visit.pk)]}, follow=True),
    ]
    assert not any(tells(page, secret.high) for page in pages)
    secret.visit.refresh_from_db()


def test_a_coordinator_has_no_way_into_the_admin(cast, client_of):
    """Neither coordinators nor members get past the admin's door."""
    for user in (cast.coordinator, cast.member):
        assert client_of(user).get("/admin/", follow=True).status_code == 403


def test_somebody_elses_rights_do_not_open_the_gate(cast):
    """Rights that a caller has read already are taken for the person they were read for, and nobody else."""
    rights = rights_of(cast.coordinator)
    assert Engagement.objects.visible_to(cast.coordinator, rights).count() == 0
    for rows in (Engagement.objects, Cluster.objects, SupportRequest.objects):
        with pytest.raises(ValueError, match="another person"):
            rows.visible_to(cast.other, rights)


def test_rights_are_those_of_the_querysets_at_every_depth(cast):
    """A role in a cluster is one in those below it to a depth of two, and in none above; an ended role is none."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan, kind="hub")
    area = factories.ClusterFactory(slug="area", parent=hub, kind="aor")
    below = factories.ClusterFactory(slug="below", parent=area, kind="aor")
    in_hub, ended = factories.UserFactory(member_of=hub), factories.UserFactory(coordinates=hub)
    Membership.objects.filter(user=ended).update(ended_on=F("started_on"))
    both = factories.UserFactory(member_of=cast.south_sudan, coordinates=area)
    expected = {
        cast.coordinator: ({cast.south_sudan, hub, area}, set()),
        cast.member: (set(), {cast.south_sudan, hub, area}),
        in_hub: (set(), {hub, area, below}),
        both: ({area, below}, {cast.south_sudan, hub, area}),
        ended: (set(), set()),
    }
    for person, clusters in expected.items():
        rights = rights_of(person)
        assert [{cluster.pk for cluster in found} for found in clusters] == [rights.coordinated, rights.joined]
        assert set(Cluster.objects.coordinated_by(person)) == clusters[0]


def test_the_log_of_the_admin_holds_no_text_of_an_engagement(cast, client_of, secret):
    """What administrators and the task team change is logged by names of rows and fields; nothing hangs on it there."""
    secret.high.support_needed = "Hidden deed."
    secret.high.save()
    support = factories.SupportRequestFactory(engagement=secret.high, owner=cast.focal, answer="Hidden deed.")
    factories.GuidanceNoteFactory(request=support, title="Hidden deed.")
    factories.LevelLoweringFactory(engagement=secret.high, reason="Hidden deed.", asked_by=cast.coordinator)
    administrator, reader = client_of(cast.administrator), client_of(cast.reader)
    for client, row in (
        (administrator, cast.coordinator),
        (administrator, cast.south_sudan),
        (administrator, Membership.objects.get(user=cast.coordinator)),
        (reader, secret.visit),
    ):
        address = f"/admin/{row._meta.label_lower.replace('.', '/')}/{row.pk}/change/"
        form = client.get(address).context["adminform"].form
        typed = {name: form[name].value() or "" for name in form.fields} | {"name": "Renamed", "places": "Juba"}
        formsets = client.get(address).context["inline_admin_formsets"]
        for formset in formsets:
            typed |= {f"{formset.formset.prefix}-{part}_FORMS": 0 for part in ("TOTAL", "INITIAL")}
        client.post(address, typed)
        assert not tells(client.get(address.replace("change/", "history/")), secret.high, secret.low)
    logged = [f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all()]
    assert len(logged) >= 2, "the admin does log what is changed there"
    assert not any(word in line for line in logged for word in ("Hidden deed.", str(secret.high.pk), str(secret.high)))
