"""Suggesting a visit: by a coordinator for her cluster, by the task team for all."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError

from engagement.models import Engagement, Membership
from mandates.models import CountryVisit, ReferenceChange
from tests import factories

from .forms import fields_of, problems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADDRESS = "/visits/suggest/"


@pytest.fixture
def mandate(cast):
    """The mandate whose visit is suggested; with it the world has countries and clusters."""
    return factories.MandateFactory(slug="sr-idps")


def typed(client, **values):
    """The form as it opens, filled with what a suggestion needs at least."""
    opened = fields_of(client.get(ADDRESS), "suggestion-form")
    return opened | {"mandates": ["sr-idps"], "starts": "2026-10", "source": "A letter of the Ministry"} | values


def test_her_cluster_can_use_it_at_once(mandate, cast, client_of):
    """It is saved unconfirmed, with who, where and when, and she is led to its page."""
    client = client_of(cast.coordinator)
    response = client.post(ADDRESS, typed(client, places="Juba", dates_text="late October"))
    visit = CountryVisit.objects.get()
    assert response["Location"] == visit.get_absolute_url()
    assert (visit.suggested_by, visit.suggested_in) == ("coordinator@example.org", cast.south_sudan.pk)
    assert visit.suggested_at.date() == visit.checked_on == date(2026, 5, 20)
    assert (visit.confirmed_on, visit.places, visit.source) == (None, "Juba", "A letter of the Ministry")
    assert [country.pk for country in visit.countries.all()] == ["SSD"]
    assert [row.slug for row in visit.mandates.all()] == ["sr-idps"]
    page = client.get(visit.get_absolute_url()).text
    assert "Suggested by South Sudan Protection Cluster on 20 May 2026" in page
    assert "unconfirmed" in page
    assert f"/engagement/new/?action=3&amp;visit={visit.pk}" in page


def test_the_trace_names_her_and_her_source(mandate, cast, client_of):
    """Each change it makes says who and where it is known from."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client, source_url="https://example.org/letter", status="announced"))
    changes = set(ReferenceChange.objects.filter(subject_type="countryvisit").values_list("changed_by", "source"))
    assert changes == {("coordinator@example.org", "https://example.org/letter")}


DATES = [
    ("", "", (None, None, "")),
    ("2026-10", "", (date(2026, 10, 1), date(2026, 10, 31), "month")),
    ("October 2026", "November 2026", (date(2026, 10, 1), date(2026, 11, 30), "month")),
    ("2026-Q4", "", (date(2026, 10, 1), date(2026, 12, 31), "quarter")),
    ("2026-H2", "", (date(2026, 7, 1), date(2026, 12, 31), "half")),
    ("2027", "", (date(2027, 1, 1), date(2027, 12, 31), "year")),
    ("5 October 2026", "15 octobre 2026", (date(2026, 10, 5), date(2026, 10, 15), "day")),
    ("2026-10-05", "", (date(2026, 10, 5), None, "day")),
    ("", "2026-10-15", (None, date(2026, 10, 15), "day")),
    ("", "2026-10", (None, date(2026, 10, 31), "month")),
]


@pytest.mark.parametrize(("starts", "ends", "stored"), DATES)
def test_dates_as_exactly_as_they_are_known(starts, ends, stored, mandate, cast, client_of):
    """A day, a month, a quarter, a year; the row says how exactly."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client, starts=starts, ends=ends))
    visit = CountryVisit.objects.get()
    assert (visit.starts_on, visit.ends_on, visit.precision) == stored


@pytest.mark.parametrize(("status", "events"), [("", []), ("announced", ["announced"]), ("accepted", ["accepted"])])
def test_how_far_it_is_becomes_an_event(status, events, mandate, cast, client_of):
    """Its day is not known, but that it was known today; what is only heard of has no event."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client, status=status))
    found = list(CountryVisit.objects.get().events.all())
    assert [(event.kind, event.day, event.known_by) for event in found] == [
        (kind, None, date(2026, 5, 20)) for kind in events
    ]


FAULTS = [
    ({"source": ""}, "source", "This field is required."),
    ({"mandates": []}, "mandates", "Tick the mandate that comes"),
    ({"countries": []}, "countries", "Tick the country that the visit goes to."),
    ({"countries": ["UKR"]}, "countries", "Tick South Sudan too, the country of South Sudan Protection Cluster"),
    ({"countries": ["XXX"]}, "countries", "XXX"),
    ({"mandates": ["sr-of-nothing"]}, "mandates", "sr-of-nothing"),
    ({"starts": "2026-10-15", "ends": "2026-10-05"}, "ends", "The last day cannot be before the first."),
    ({"starts": "2026-10-15", "ends": "2026-11"}, "ends", "Give both equally exactly"),
    ({"starts": "soon"}, "starts", "Write it as exactly as you know it: 8 October 2026"),
    ({"ends": "31 September 2026"}, "ends", "“31 September 2026” stands in no calendar"),
    ({"ends": "2026-02-30"}, "ends", "“2026-02-30” stands in no calendar"),
    ({"starts": "1999"}, "starts", "Give a time between June 2006"),
    ({"starts": "2036"}, "starts", "five years from now"),
    ({"starts": "2026-10", "status": "completed"}, "status", "The first day lies ahead"),
    ({"status": "cancelled"}, "status", "cancelled is not one of the available choices"),
    ({"source_url": "not an address"}, "source_url", "Enter a valid URL."),
    ({"note": "a\ufffdb"}, "note", "characters that cannot be read"),
    ({"places": "x" * 301}, "places", "at most 300 characters"),
    ({"cluster": "ukraine"}, "cluster", "not one of the available choices"),
    ({"form_key": ""}, "__all__", "This form had lost its key and got a new one."),
]


@pytest.mark.parametrize(("fault", "field", "said"), FAULTS, ids=[str(fault[0])[:40] for fault in FAULTS])
def test_what_is_wrong_is_said_at_its_field(fault, field, said, mandate, cast, client_of):
    """Nothing is saved, and what was typed comes back."""
    client = client_of(cast.coordinator)
    response = client.post(ADDRESS, typed(client, note="From the field.") | fault)
    assert any(said in error for error in problems(response)[field])
    assert list(problems(response)) == [field]
    assert not CountryVisit.objects.exists()
    back = fields_of(response, "suggestion-form")
    assert uuid.UUID(back["form_key"])
    assert back["note"] == fault.get("note", "From the field.")


def test_a_visit_may_go_on_to_other_countries(mandate, cast, client_of):
    """As long as that of the cluster is among them."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client, countries=["SSD", "UKR"]))
    assert {country.pk for country in CountryVisit.objects.get().countries.all()} == {"SSD", "UKR"}


def test_the_country_of_the_chosen_cluster_is_ticked(mandate, cast, client_of):
    """Coming from a cluster's page; a cluster that is not hers is passed by."""
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="imo")
    client = client_of(cast.coordinator)
    for cluster, country in (("ukraine", "UKR"), ("south-sudan", "SSD"), ("mali", "SSD")):
        opened = fields_of(client.get(ADDRESS, {"cluster": cluster}), "suggestion-form")
        assert opened["countries"] == [country]


# -- Doubts ---------------------------------------------------------------------------------------------


def test_one_that_is_known_already_is_shown_first(mandate, cast, client_of):
    """ "Is it one of these?"; nothing is saved, and she can save all the same."""
    known = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    client = client_of(cast.coordinator)
    filled = typed(client, starts="2026-07")
    response = client.post(ADDRESS, filled)
    assert response.context_data["likely"] == [known]
    assert "Is it one of these?" in response.text
    assert known.get_absolute_url() in response.text
    assert CountryVisit.objects.count() == 1
    assert fields_of(response, "suggestion-form") == filled
    assert client.post(ADDRESS, filled | {"despite": "1"}).status_code == 302
    assert CountryVisit.objects.count() == 2


def test_a_suggestion_of_another_cluster_is_no_hint(mandate, cast, client_of):
    """She does not know of it, so she must not learn of it here; one of her own cluster she is shown."""
    places = {"countries": ["SSD", "UKR"], "mandates": [mandate], "starts_on": date(2026, 10, 5), "ends_on": None}
    factories.VisitFactory(suggested=cast.ukraine, **places)
    client = client_of(cast.coordinator)
    assert client.post(ADDRESS, typed(client)).status_code == 302
    assert client.post(ADDRESS, typed(client)).status_code == 200


def test_an_ended_mandate_and_days_past_are_asked_about(mandate, cast, client_of):
    """Warned, and allowed: a visit of the past can be missing in the list too."""
    mandate.ended_on, mandate.ended_precision = date(2025, 12, 31), "month"
    mandate.save()
    client = client_of(cast.coordinator)
    response = client.post(ADDRESS, typed(client, starts="2026-03"))
    assert response.context_data["doubts"].warnings == [
        "SR-IDPS has ended (December 2025): is another mandate meant?",
        "These days have passed: the visit will stand under “Past”.",
    ]
    assert not CountryVisit.objects.exists()
    assert client.post(ADDRESS, typed(client, starts="2025-10", despite="1")).status_code == 302
    assert CountryVisit.objects.get().mandates.get() == mandate


def test_a_mandate_that_had_not_ended_then_is_no_doubt(mandate, cast, client_of):
    """The day of the visit counts, not today."""
    mandate.ended_on, mandate.ended_precision = date(2026, 4, 30), "month"
    mandate.save()
    client = client_of(cast.coordinator)
    warnings = client.post(ADDRESS, typed(client, starts="2026-03")).context_data["doubts"].warnings
    assert warnings == ["These days have passed: the visit will stand under “Past”."]


# -- One form, one row ----------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_row(mandate, cast, client_of):
    """The second post gets the first one's row, with no doubt about itself."""
    client = client_of(cast.coordinator)
    filled = typed(client)
    first, second = client.post(ADDRESS, filled), client.post(ADDRESS, filled, follow=True)
    assert CountryVisit.objects.count() == 1
    assert second.redirect_chain[-1][0] == first["Location"]
    assert "This was saved already; here it is." in second.text


def test_the_key_of_an_unknown_row_gives_a_new_key(mandate, cast, client_of):
    """A key that is taken elsewhere tells nothing of whose row it is; the text stays."""
    taken = factories.VisitFactory(suggested=cast.ukraine)
    client = client_of(cast.coordinator)
    response = client.post(ADDRESS, typed(client, form_key=str(taken.pk)))
    assert problems(response) == {"__all__": ["This form was sent before. It has a new key now: press Save again."]}
    back = fields_of(response, "suggestion-form")
    assert back["form_key"] != str(taken.pk)
    assert client.post(ADDRESS, back).status_code == 302


def test_another_fault_of_the_database_is_not_swallowed(mandate, cast, client_of, monkeypatch):
    """Only a key that is taken is answered with a new key; anything else is a fault to be seen."""

    def fail(*args, **kwargs):
        raise IntegrityError("something else")

    monkeypatch.setattr(CountryVisit, "save", fail)
    client = client_of(cast.coordinator)
    with pytest.raises(IntegrityError, match="something else"):
        client.post(ADDRESS, typed(client))
    assert not CountryVisit.objects.exists()


# -- Who ------------------------------------------------------------------------------------------------


def test_the_task_team_enters_for_all(mandate, cast, client_of):
    """No cluster is asked for, and everyone sees it at once."""
    client = client_of(cast.reader)
    opened = fields_of(client.get(ADDRESS), "suggestion-form")
    assert "cluster" not in opened
    assert "countries" not in opened
    client.post(ADDRESS, typed(client, countries=["UKR"]))
    visit = CountryVisit.objects.get()
    assert (visit.suggested_by, visit.suggested_in, visit.suggested_at, visit.suggestion) == ("", None, None, None)
    assert client_of(cast.administrator).get(visit.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("person", ["member", "administrator"])
def test_others_may_not(person, mandate, cast, client_of):
    """Neither open the form nor send it, and no page offers it."""
    client = client_of(getattr(cast, person))
    assert client.get(ADDRESS).status_code == 403
    sent = {"form_key": str(uuid.uuid4()), "countries": ["SSD"], "mandates": ["sr-idps"], "source": "x"}
    assert client.post(ADDRESS, sent).status_code == 403
    assert not CountryVisit.objects.exists()
    assert ADDRESS not in client.get("/visits/").text


@pytest.mark.parametrize(("person", "words"), [("coordinator", "Suggest a visit"), ("reader", "Enter a visit")])
def test_the_list_offers_it(person, words, mandate, cast, client_of):
    """Above the list, and again where nothing was found."""
    client = client_of(getattr(cast, person))
    assert client.get("/visits/").text.count(words) == 2
    factories.VisitFactory()
    assert client.get("/visits/").text.count(words) == 1


# -- What follows ---------------------------------------------------------------------------------------


def test_the_whole_way_to_the_log(mandate, cast, client_of):
    """Suggested, chosen in the form of an engagement, shown there with its mark."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client))
    visit = CountryVisit.objects.get()
    page = client.get("/engagement/new/", {"action": 3, "visit": visit.pk})
    assert "October 2026: SR-IDPS (unconfirmed)" in page.text
    filled = fields_of(page)
    assert (filled["visit"], filled["mandates"]) == (str(visit.pk), ["sr-idps"])
    saved = client.post("/engagement/new/", filled | {"what_was_done": "Proposed three points."}, follow=True)
    assert Engagement.objects.get().visit == visit
    assert "unconfirmed" in saved.text


def test_the_engagement_of_another_cluster_does_not_take_it(mandate, cast, client_of):
    """Its other readers do not know of the suggestion, so that it is not offered there, though she knows it."""
    hub = factories.ClusterFactory(slug="hub", parent=cast.south_sudan)
    visit = factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], mandates=[mandate])
    client = client_of(cast.coordinator)
    for cluster, offered in ((cast.south_sudan, True), (hub, False)):
        page = client.get("/engagement/new/", {"action": 3, "cluster": cluster.slug})
        assert (str(visit.pk) in page.text) == offered
    filled = fields_of(page) | {"what_was_done": "Proposed.", "visit": str(visit.pk)}
    assert "visit" in problems(client.post("/engagement/new/", filled))


def test_a_prefill_finds_the_cluster_that_suggested_it(mandate, cast, client_of):
    """With several clusters in one country, the one in which it can be used is chosen."""
    second = factories.ClusterFactory(slug="another-one", country=cast.south_sudan.country)
    Membership.objects.create(user=cast.coordinator, cluster=second, role="coordinator")
    visit = factories.VisitFactory(suggested=cast.south_sudan, countries=["SSD"], mandates=[mandate])
    filled = fields_of(client_of(cast.coordinator).get("/engagement/new/", {"action": 3, "visit": visit.pk}))
    assert (filled["cluster"], filled["visit"]) == ("south-sudan", str(visit.pk))


def test_a_prefill_with_an_unknown_suggestion_fills_nothing(mandate, cast, client_of):
    """As if there were no such visit."""
    visit = factories.VisitFactory(suggested=cast.ukraine, countries=["SSD"], mandates=[mandate])
    filled = fields_of(client_of(cast.coordinator).get("/engagement/new/", {"action": 3, "visit": visit.pk}))
    assert (filled["visit"], filled.get("mandates")) == ("", None)
