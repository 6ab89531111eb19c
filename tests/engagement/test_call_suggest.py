"""Suggesting a call for input, typed in or pasted."""

from datetime import date

import pytest

from mandates.models import CallForInput, MandateAlias
from tests import factories

from .forms import fields_of, problems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADDRESS = "/calls/suggest/"
IDPS = "Special Rapporteur on the human rights of internally displaced persons"
PASTED = f"{IDPS} | 30 September 2026 | Call for input: camps | https://www.ohchr.org/en/calls-for-input/2026/camps"


@pytest.fixture
def mandate(cast):
    """The mandate that issues calls here, with an alias."""
    mandate = factories.MandateFactory(slug="sr-idps", title=IDPS)
    MandateAlias.objects.create(mandate=mandate, alias="internally displaced persons", kind="short_label")
    return mandate


def typed(client, **values):
    """The form as it opens, filled with what a call needs at least."""
    opened = fields_of(client.get(ADDRESS), "suggestion-form")
    needed = {"title": "Call for input: camps", "mandates": ["sr-idps"], "deadline_on": "2026-09-30", "source": "OHCHR"}
    return opened | needed | values


def pasted(client, text, **values):
    """What the form holds after the text was pasted, and the page."""
    opened = fields_of(client.get(ADDRESS), "suggestion-form")
    page = client.post(ADDRESS, opened | values | {"pasted": text, "paste": "1"})
    assert page.status_code == 200
    return fields_of(page, "suggestion-form"), page


def test_her_cluster_can_use_it_at_once(mandate, cast, client_of):
    """Saved unconfirmed, with all that was typed; the text that was pasted is not kept."""
    client = client_of(cast.coordinator)
    filled = typed(
        client,
        pasted="whatever",
        issued_by="and others",
        address="hrc-sr-idp@un.org",
        languages="en, fr",
        word_limit="2500",
        countries=["SSD"],
        source_url="www.ohchr.org/camps",
        note="Long.",
        deadline_zone="America/New_York",
        purpose="study",
    )
    response = client.post(ADDRESS, filled)
    call = CallForInput.objects.get()
    assert response["Location"] == call.get_absolute_url()
    stored = (call.title, call.deadline_on, call.deadline_zone, call.address, call.languages, call.word_limit)
    assert stored == (
        "Call for input: camps", date(2026, 9, 30), "America/New_York", "hrc-sr-idp@un.org", "en, fr", 2500,
    )  # fmt: skip
    assert (call.issued_by, call.purpose, call.source_url) == ("and others", "study", "https://www.ohchr.org/camps")
    assert (call.suggested_by, call.suggested_in) == ("coordinator@example.org", cast.south_sudan.pk)
    assert [country.pk for country in call.countries.all()] == ["SSD"]
    assert list(call.mandates.all()) == [mandate]
    assert call.closes_at.isoformat() == "2026-10-01T04:00:00+00:00"
    assert "unconfirmed" in client.get("/calls/").text


def test_it_can_be_chosen_in_the_log(mandate, cast, client_of):
    """The drop-down of calls says that it is unconfirmed."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client))
    page = client.get("/engagement/new/", {"action": 6, "call": CallForInput.objects.get().pk})
    assert "Call for input: camps (unconfirmed)" in page.text
    assert fields_of(page)["call"] == str(CallForInput.objects.get().pk)


FAULTS = [
    ({"title": ""}, "title", "This field is required."),
    ({"source": " "}, "source", "This field is required."),
    ({"mandates": []}, "issued_by", "Say who issues the call"),
    ({"deadline_on": ""}, "deadline_on", "Give the last day, or choose “deadline not known”."),
    ({"deadline_kind": "ongoing"}, "deadline_on", "Empty this day, or choose “until a day”."),
    ({"deadline_on": "soon"}, "deadline_on", "Enter a valid date."),
    ({"deadline_on": "9999-12-31"}, "deadline_on", "2099"),
    ({"deadline_on": "1066-10-14"}, "deadline_on", "June 2006"),
    ({"deadline_zone": "Mars/Olympus"}, "deadline_zone", "not one of the available choices"),
    ({"word_limit": "-5"}, "word_limit", "greater than or equal to 0"),
    ({"countries": ["UKR"]}, "countries", "Tick South Sudan too"),
    ({"pasted": "x" * 20_001}, "pasted", "at most 20000 characters"),
    ({"title": "a\x01b"}, "title", "characters that cannot be read"),
]


@pytest.mark.parametrize(("fault", "field", "said"), FAULTS, ids=[str(fault[0])[:40] for fault in FAULTS])
def test_what_is_wrong_is_said_at_its_field(fault, field, said, mandate, cast, client_of):
    """Nothing is saved, and the page says what and where."""
    client = client_of(cast.coordinator)
    response = client.post(ADDRESS, typed(client) | fault)
    found = problems(response)
    assert list(found) == [field]
    assert any(said in error for error in found[field])
    assert f'href="#id_{field}"' in response.text
    assert not CallForInput.objects.exists()


def test_a_call_without_a_mandate_has_its_issuer_in_words(mandate, cast, client_of):
    """A committee, an office."""
    client = client_of(cast.coordinator)
    client.post(ADDRESS, typed(client, mandates=[], issued_by="A committee", deadline_kind="unknown", deadline_on=""))
    assert CallForInput.objects.get().issued_by == "A committee"


def test_her_own_time_zone_is_offered(mandate, cast, client_of):
    """Geneva first, then where she is."""
    cast.coordinator.time_zone = "Africa/Juba"
    cast.coordinator.save()
    form = client_of(cast.coordinator).get(ADDRESS).context_data["form"]
    assert form.fields["deadline_zone"].choices == [
        ("Europe/Zurich", "Geneva"), ("Africa/Juba", "Juba"), ("America/New_York", "New York"), ("UTC", "UTC"),
    ]  # fmt: skip


# -- Doubts ---------------------------------------------------------------------------------------------


def test_a_deadline_that_has_passed_is_asked_about(mandate, cast, client_of):
    """Warned, and allowed: a cluster logs afterwards what it answered."""
    client = client_of(cast.coordinator)
    filled = typed(client, deadline_on="2026-05-19")
    response = client.post(ADDRESS, filled)
    assert response.context_data["doubts"].warnings == [
        "This deadline, 19 May 2026, has passed: the call will stand under “Closed”."
    ]
    assert client.post(ADDRESS, filled | {"despite": "1"}).status_code == 302


def test_a_deadline_today_has_not_passed(mandate, cast, client_of):
    """It is open until 24:00 in its zone."""
    client = client_of(cast.coordinator)
    assert client.post(ADDRESS, typed(client, deadline_on="2026-05-20")).status_code == 302


def test_a_call_with_much_the_same_title_is_shown_first(mandate, cast, client_of):
    """Among those she knows: not what another cluster suggested, not what was withdrawn."""
    known = factories.CallFactory(title="Call for inputs – Camps")
    factories.CallFactory(title="Call for input: camps", suggested=cast.ukraine)
    factories.CallFactory(title="Call for input: camps", withdrawn_on=date(2026, 5, 1))
    client = client_of(cast.coordinator)
    filled = typed(client)
    response = client.post(ADDRESS, filled)
    assert response.context_data["likely"] == [known]
    assert known.get_absolute_url() in response.text
    assert client.post(ADDRESS, filled | {"despite": "1"}).status_code == 302


def test_a_form_sent_twice_is_one_row(mandate, cast, client_of):
    """And the second post is no doubt about itself."""
    client = client_of(cast.coordinator)
    filled = typed(client)
    assert client.post(ADDRESS, filled)["Location"] == client.post(ADDRESS, filled)["Location"]
    assert CallForInput.objects.count() == 1


# -- Pasting --------------------------------------------------------------------------------------------


def test_a_pasted_call_fills_the_form(mandate, cast, client_of):
    """Nothing is saved before Save; the page says what was filled in, and the text stays."""
    client = client_of(cast.coordinator)
    filled, page = pasted(client, PASTED)
    assert not CallForInput.objects.exists()
    assert filled["title"] == "Call for input: camps"
    assert filled["mandates"] == ["sr-idps"]
    assert (filled["deadline_kind"], filled["deadline_on"]) == ("date", "2026-09-30")
    assert filled["source_url"] == "https://www.ohchr.org/en/calls-for-input/2026/camps"
    assert (filled["source"], filled["pasted"]) == ("www.ohchr.org", PASTED)
    assert page.context_data["understood"].found == ["Title", "Mandates", "Deadline", "Address of the source"]
    assert page.context_data["understood"].notes == []
    assert client.post(ADDRESS, filled).status_code == 302
    assert CallForInput.objects.get().mandates.get() == mandate


def test_what_was_typed_stays_where_the_text_says_nothing(mandate, cast, client_of):
    """The text wins where it says something, but for the source that she named herself."""
    client = client_of(cast.coordinator)
    opened = typed(client, title="Typed", note="Mine.", source="A colleague", countries=["SSD"], word_limit="abc")
    filled, _page = pasted(client, PASTED, **opened)
    assert (filled["title"], filled["note"], filled["source"]) == ("Call for input: camps", "Mine.", "A colleague")
    assert (filled["countries"], filled["word_limit"]) == (["SSD"], "abc")
    assert filled["form_key"] == opened["form_key"]


def test_an_issuer_that_is_no_mandate_stays_in_words(mandate, cast, client_of):
    """The page says so; the kind of issuer follows from the name."""
    filled, page = pasted(client_of(cast.coordinator), "Committee against Torture | ongoing | Call for input: camps")
    assert (filled["issued_by"], filled["issuer_type"]) == ("Committee against Torture", "treaty_body")
    assert (filled["deadline_kind"], filled["deadline_on"]) == ("ongoing", "")
    assert "“Committee against Torture” is not a mandate known here by that name" in page.text


@pytest.mark.parametrize("issuer", ["SR-IDPS", "Internally displaced persons", f"The {IDPS.upper()}"])
def test_issuers_are_known_by_many_names(issuer, mandate, cast, client_of):
    """Short form, alias, other capitals."""
    filled, _page = pasted(client_of(cast.coordinator), f"Issued by: {issuer}\nTitle: camps")
    assert (filled["mandates"], filled["issued_by"]) == (["sr-idps"], "")


def test_the_issuer_may_stand_in_the_title_only(mandate, cast, client_of):
    """As in calls for a visit."""
    filled, _page = pasted(client_of(cast.coordinator), f"Call for input for the visit of the {IDPS} to Mali")
    assert filled["mandates"] == ["sr-idps"]


def test_what_was_not_found_or_used_is_said(mandate, cast, client_of):
    """A deadline that is missing, lines that went nowhere, a text that is no call."""
    client = client_of(cast.coordinator)
    _filled, page = pasted(client, "Call for input: camps\nBackground\n<b>Camps</b>")
    assert page.context_data["understood"].notes == [
        "No deadline was found that can be read in one way only: choose it below.",
        "Not used: “Background”, “<b>Camps</b>”.",
    ]
    assert "<b>Camps</b>" not in page.text
    filled, page = pasted(client, "")
    assert "Nothing of a call was found in this text." in page.text
    assert filled["title"] == ""


def test_another_cluster_may_not_and_others_neither(mandate, cast, client_of):
    """A member reads; the administrator does neither. Pasting is no way around."""
    for person in ("member", "administrator"):
        client = client_of(getattr(cast, person))
        assert client.get(ADDRESS).status_code == 403
        assert client.post(ADDRESS, {"paste": "1", "pasted": PASTED}).status_code == 403
        assert ADDRESS not in client.get("/calls/").text


def test_the_task_team_enters_for_all(mandate, cast, client_of):
    """Without a cluster, and confirmed by being theirs."""
    client = client_of(cast.focal)
    client.post(ADDRESS, typed(client))
    call = CallForInput.objects.get()
    assert (call.suggested_in, call.suggestion) == (None, None)
    assert call in CallForInput.objects.known_to(cast.other)
