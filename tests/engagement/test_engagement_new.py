"""Logging an action."""

import uuid
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from engagement.models import Engagement, Membership
from tests import factories

from .forms import fields_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW = "/engagement/new/"
FORM = "application/x-www-form-urlencoded"


def is_refused(response, typed, *fields):
    """Whether the page came back with an error beside each field, all that was typed, and nothing written."""
    page = response.content.decode()
    shown = fields_of(response)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(fields)
    assert all(f'id="id_{name}_error"' in page for name in fields)
    for name in ("what_was_done", "challenges", "started_on", "ended_on", "partner"):
        assert shown.get(name, "") == typed.get(name, "")
    assert Engagement.objects.count() == 0
    return True


# -- What is right is written ------------------------------------------------------------------------


def test_logging_writes_what_was_typed(cast, client_of):
    """One post writes one row with the columns of the reporting form, by the person signed in."""
    client = client_of(cast.coordinator)
    response = client.post(NEW, filled(client, challenges="Late notice."))
    row = Engagement.objects.get()
    assert response.status_code == 302
    assert response["Location"] == row.get_absolute_url()
    assert (row.cluster, row.action.number, row.created_by) == (cast.south_sudan, 3, cast.coordinator)
    assert (row.what_was_done, row.challenges, row.level) == ("Proposed three points.", "Late notice.", "moderate")
    assert (row.status, row.version, row.mode, row.partner) == ("done", 1, "direct", "")


@pytest.mark.parametrize("number", range(1, 13))
def test_each_action_can_be_logged(number, cast, client_of):
    """The form of each of the twelve actions, filled with the least, is saved; 9 and 10 at level high."""
    client = client_of(cast.coordinator)
    assert client.post(NEW, filled(client, number)).status_code == 302
    row = Engagement.objects.get()
    assert (row.action.number, row.level) == (number, "high" if number in (9, 10) else "moderate")


def test_the_same_form_twice_is_one_row(cast, client_of):
    """The second post of one form gets the first one's record."""
    client = client_of(cast.coordinator)
    typed = filled(client)
    first, second = (client.post(NEW, typed) for _ in range(2))
    assert Engagement.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_the_same_form_with_other_words_is_still_one_row(cast, client_of):
    """Whoever goes back, retypes and sends the old form again is led to the record, which stays as it was."""
    client = client_of(cast.coordinator)
    typed = filled(client)
    first = client.post(NEW, typed)
    again = client.post(NEW, typed | {"what_was_done": "Something else."})
    assert again["Location"] == first["Location"]
    assert Engagement.objects.get().what_was_done == "Proposed three points."


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family, 🇸🇸 flag, 𝔸 letter",
        "نص عربي مع English و ١٢٣\u200f",
        "Ñandú, Ångström, e\u0301, naïve",
        "one\ntwo\n\nfour",
        "<script>alert(1)</script> & \"quotes\" 'n' {{ braces }} {% tags %}",
        "=1+1",
        "tab\there",
        "x" * 10_000,
    ],
)
def test_text_is_kept_exactly(text, cast, client_of):
    """Emoji, Arabic, markup and line ends are stored as typed."""
    client = client_of(cast.coordinator)
    assert client.post(NEW, filled(client, what_was_done=text)).status_code == 302
    row = Engagement.objects.get()
    assert row.what_was_done == text
    assert "<script>alert" not in client.get(row.get_absolute_url()).content.decode()


def test_an_indirect_action_names_its_partner(cast, client_of):
    """Mode and partner are written together."""
    client = client_of(cast.coordinator)
    client.post(NEW, filled(client, mode="indirect", partner="A university"))
    assert (Engagement.objects.get().mode, Engagement.objects.get().partner) == ("indirect", "A university")


def test_a_planned_action_lies_ahead_without_words(cast, client_of):
    """What is planned may start later and needs no text yet."""
    client = client_of(cast.coordinator)
    client.post(NEW, filled(client, status="planned", started_on="2026-07-01", what_was_done=""))
    assert Engagement.objects.get().status == "planned"


def test_what_was_told_of_a_call_now_closed_can_be_logged(cast, client_of):
    """The log looks back: a closed call is offered after the open ones."""
    closed = factories.CallFactory(title="Closed one", deadline_on=date(2026, 2, 1))
    opened = factories.CallFactory(title="Open one", deadline_on=date(2026, 6, 30))
    client = client_of(cast.coordinator)
    page = client.get(NEW, {"action": 6}).content.decode()
    assert page.index(str(opened.pk)) < page.index(str(closed.pk))
    client.post(NEW, filled(client, 6, call=closed.pk))
    assert Engagement.objects.get().call == closed


# -- What is wrong comes back ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"started_on": ""}, {"started_on"}),
        ({"started_on": "soon"}, {"started_on"}),
        ({"started_on": "2026-02-30"}, {"started_on"}),
        ({"started_on": "0001-01-01"}, {"started_on"}),
        ({"started_on": "2006-06-18"}, {"started_on"}),
        ({"started_on": "9999-12-31"}, {"started_on"}),
        ({"started_on": "2028-06-01", "status": "planned"}, {"started_on"}),
        ({"started_on": "2026-05-21"}, {"started_on"}),
        ({"started_on": "2026-05-21", "status": "under_way"}, {"started_on"}),
        ({"ended_on": "2026-03-01"}, {"ended_on"}),
        ({"ended_on": "never"}, {"ended_on"}),
        ({"ended_on": "9999-12-31"}, {"ended_on"}),
        ({"ended_on": "2026-05-21"}, {"ended_on"}),
        ({"started_on": "2026-02-30", "ended_on": "x"}, {"started_on", "ended_on"}),
        ({"mode": "indirect"}, {"partner"}),
        ({"mode": "collaboration", "partner": "   "}, {"partner"}),
        ({"mode": "direct", "partner": "A university"}, {"partner"}),
        ({"mode": "indirect", "partner": "x" * 301}, {"partner"}),
        ({"mode": "secret"}, {"mode"}),
        ({"what_was_done": ""}, {"what_was_done"}),
        ({"what_was_done": " \n "}, {"what_was_done"}),
        ({"status": "withdrawn"}, {"status"}),
        ({"status": ""}, {"status"}),
        ({"level": "severe"}, {"level"}),
        ({"level": ""}, {"level"}),
        ({"date_precision": "year"}, {"date_precision"}),
        ({"result_extent": "huge"}, {"result_extent"}),
        ({"mandates": ["sr-nothing"]}, {"mandates"}),
        ({"mandates": ["\x00"]}, {"mandates"}),
        ({"action": "13"}, {"action"}),
        ({"action": "9" * 40}, {"action"}),
        ({"action": ""}, {"action"}),
        ({"action": "\x00"}, {"action"}),
        ({"cluster": "ukraine"}, {"cluster"}),
        ({"cluster": "\x00"}, {"cluster"}),
        ({"cluster": ""}, {"cluster"}),
        ({"call": str(uuid.uuid4())}, {"call"}),
        ({"visit": str(uuid.uuid4())}, {"visit"}),
        ({"visit": "\x00"}, {"visit"}),
        ({"visit": "x"}, {"visit"}),
    ],
)
def test_bad_input_stays_on_the_page(typed, fields, cast, client_of):
    """An error stands beside the field, what was typed is there, nothing is written."""
    client = client_of(cast.coordinator)
    typed = filled(client, **typed)
    shown = typed | {"partner": typed["partner"]}
    response = client.post(NEW, typed)
    if typed["what_was_done"].isspace():
        shown |= {"what_was_done": fields_of(response)["what_was_done"]}
    assert is_refused(response, shown, *fields)


@pytest.mark.parametrize("number", [9, 10])
@pytest.mark.parametrize("level", ["low", "moderate"])
def test_actions_9_and_10_are_never_below_high(number, level, cast, client_of):
    """The page offers high only, and says why another level is not taken."""
    client = client_of(cast.coordinator)
    typed = filled(client, number, level=level)
    response = client.post(NEW, typed)
    assert is_refused(response, typed, "level")
    assert "Engagements under actions 9 and 10 are always high." in response.content.decode()


@pytest.mark.parametrize("number", [9, 10])
def test_a_receipt_is_short(number, cast, client_of):
    """Texts of actions 9 and 10 take 500 characters, not one more."""
    client = client_of(cast.coordinator)
    typed = filled(client, number, challenges="x" * 501)
    assert is_refused(client.post(NEW, typed), typed, "challenges")
    assert client.post(NEW, typed | {"challenges": "x" * 500}).status_code == 302


def test_a_visit_to_another_country(cast, client_of):
    """A visit that does not go to the cluster's country is refused, in words that help."""
    client = client_of(cast.coordinator)
    visit = factories.VisitFactory(countries=["UKR"])
    typed = filled(client, visit=str(visit.pk))
    response = client.post(NEW, typed)
    assert is_refused(response, typed, "visit")
    assert "another country" in response.content.decode()


@pytest.mark.parametrize(
    ("item", "number"), [("visit", 4), ("visit", 8), ("call", 3), ("call", 12), ("report", 3), ("report", 10)]
)
def test_an_item_that_the_action_does_not_take(item, number, cast, client_of):
    """A visit, call or report posted under another action is an error beside that field."""
    factory = {"visit": factories.VisitFactory, "call": factories.CallFactory, "report": factories.ReportFactory}
    row = factory[item](countries=["SSD"])
    client = client_of(cast.coordinator)
    typed = filled(client, number) | {item: str(row.pk)}
    assert is_refused(client.post(NEW, typed), typed, item)


@pytest.mark.parametrize("item", ["visit", "call", "report"])
def test_a_withdrawn_item_is_not_offered(item, cast, client_of):
    """Entries that turned out to be wrong are neither offered nor taken."""
    factory = {"visit": factories.VisitFactory, "call": factories.CallFactory, "report": factories.ReportFactory}
    row = factory[item](countries=["SSD"], withdrawn_on=date(2026, 5, 1))
    client = client_of(cast.coordinator)
    typed = filled(client, 3 if item == "visit" else 6) | {item: str(row.pk)}
    assert is_refused(client.post(NEW, typed), typed, item)


def test_a_call_about_another_country(cast, client_of):
    """A call that names other countries only is not this cluster's."""
    call = factories.CallFactory(countries=["UKR"])
    client = client_of(cast.coordinator)
    typed = filled(client, 6, call=str(call.pk))
    assert is_refused(client.post(NEW, typed), typed, "call")


def test_what_the_form_does_not_offer_has_no_effect(cast, client_of):
    """Author, version, withdrawal and activity are not the form's to set."""
    client = client_of(cast.coordinator)
    invented = {
        "created_by": str(cast.other.pk), "version": "77", "activity": str(uuid.uuid4()), "id": str(uuid.uuid4()),
        "withdrawn_reason": "x", "withdrawn_at": "2026-01-01T00:00Z", "created_at": "2001-01-01T00:00Z",
    }  # fmt: skip
    assert client.post(NEW, filled(client) | invented).status_code == 302
    row = Engagement.objects.get()
    assert (row.created_by, row.version, row.activity, row.withdrawn_reason) == (cast.coordinator, 1, None, "")
    assert str(row.pk) != invented["id"]
    assert row.created_at.year == 2026


# -- Characters that nobody types --------------------------------------------------------------------

UNREADABLE = ["a\x00b", "a\x07b", "a\x7fb", "a\ufffdb", "a\ufffeb", "a\ufdd0b"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_unreadable_characters_are_refused(text, cast, client_of):
    """Control characters, non-characters and U+FFFD bring the form back, with an error beside each text."""
    client = client_of(cast.coordinator)
    fields = ["what_was_done", "challenges", "result", "support_needed", "partner"]
    response = client.post(NEW, filled(client, mode="indirect") | dict.fromkeys(fields, text))
    page = response.content.decode()
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(fields)
    assert all(f'id="id_{field}_error"' in page for field in fields)
    assert fields_of(response)["started_on"] == "2026-03-02"
    assert Engagement.objects.count() == 0


@pytest.mark.parametrize("bytes_sent", ["%ED%A0%80", "%ED%BF%BF", "%FF", "%C3%28", "%00"])
def test_bytes_that_are_no_text(bytes_sent, cast, client_of):
    """Lone surrogates and broken UTF-8, percent-encoded, are an error beside the field, not a crash."""
    client = client_of(cast.coordinator)
    typed = filled(client)
    typed.pop("what_was_done")
    body = "&".join(f"{name}={quote(str(value))}" for name, value in typed.items() if value and name != "mandates")
    response = client.post(NEW, f"{body}&challenges=kept&what_was_done=x{bytes_sent}y", content_type=FORM)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"what_was_done"}
    assert fields_of(response)["challenges"] == "kept"
    assert Engagement.objects.count() == 0


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "utf-7", "latin-1", "raw_unicode_escape", "nonsense", '"utf-16"']
)
def test_another_encoding_is_refused(charset, cast, client_of):
    """A body declared in another encoding than UTF-8 is a bad request: Python's codecs let surrogates in."""
    client = client_of(cast.coordinator)
    body = r"what_was_done=\ud800&action=3"
    for method in ("POST", "GET"):
        response = client.generic(method, NEW, body, content_type=f"{FORM}; charset={charset}")
        assert response.status_code == 400
    assert Engagement.objects.count() == 0


def test_utf8_may_be_declared(cast, client_of):
    """Whoever says UTF-8, in any case, is served."""
    client = client_of(cast.coordinator)
    response = client.post(NEW, "action=3", content_type=f"{FORM}; charset=UTF-8")
    assert response.status_code == 200


@pytest.mark.parametrize("length", [10_001, 100_000])
def test_a_text_too_long(length, cast, client_of):
    """More than 10,000 characters are an error beside the field, and the text is there to be shortened."""
    client = client_of(cast.coordinator)
    texts = dict.fromkeys(["what_was_done", "challenges", "result", "support_needed"], "ä" * length)
    response = client.post(NEW, filled(client) | texts)
    assert set(response.context["form"].errors) == set(texts)
    assert {name: fields_of(response)[name] for name in texts} == texts
    assert Engagement.objects.count() == 0


@pytest.mark.parametrize("value", ["\x00", "\ufffd", "x" * 5000, "9" * 60, "-1", "' OR 1=1 --", "٣"])
def test_nonsense_in_the_address_is_no_error(value, cast, client_of):
    """Whatever the address says, the page opens and can be used."""
    client = client_of(cast.coordinator)
    nonsense = dict.fromkeys(["visit", "call", "report", "cluster", "mandates", "started_on", "level", "mode"], value)
    assert client.get(NEW, nonsense | {"action": value}).status_code == 200
    opened = fields_of(client.get(NEW, nonsense | {"action": 5}))
    assert client.post(NEW, opened | {"what_was_done": "Shared a call."}).status_code == 302


# -- The key of the form -----------------------------------------------------------------------------


def test_somebody_elses_key(cast, client_of):
    """The key of another person's record leads nowhere: the form gets a new one and is saved with that."""
    theirs = factories.EngagementFactory(cluster=cast.ukraine, created_by=cast.other)
    client = client_of(cast.coordinator)
    typed = filled(client, form_key=str(theirs.form_key))
    response = client.post(NEW, typed)
    assert response.status_code == 200
    assert theirs.get_absolute_url() not in response.content.decode()
    assert Engagement.objects.get() == theirs
    shown = fields_of(response)
    assert shown["form_key"] != str(theirs.form_key)
    assert shown["what_was_done"] == typed["what_was_done"]
    assert client.post(NEW, shown).status_code == 302
    assert Engagement.objects.count() == 2


def test_a_colleagues_key(cast, client_of):
    """A record of the same cluster by somebody else is not taken for one's own either."""
    theirs = factories.EngagementFactory(cluster=cast.south_sudan)
    client = client_of(cast.coordinator)
    response = client.post(NEW, filled(client, form_key=str(theirs.form_key)))
    assert response.status_code == 200
    assert "form_key" in response.context["form"].errors
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00", None])
def test_a_lost_key(key, cast, client_of):
    """A form without a usable key is not saved, gets a new one, and is saved at the second press."""
    client = client_of(cast.coordinator)
    typed = filled(client)
    typed = {name: value for name, value in (typed | {"form_key": key}).items() if value is not None}
    response = client.post(NEW, typed)
    assert response.status_code == 200
    assert "got a new one" in response.content.decode()
    assert Engagement.objects.count() == 0
    shown = fields_of(response)
    assert uuid.UUID(shown["form_key"])
    assert client.post(NEW, shown).status_code == 302
    assert Engagement.objects.get().what_was_done == typed["what_was_done"]


def test_errors_keep_the_key(cast, client_of):
    """A form that comes back with errors has the key it had, so that mending it is still one save."""
    client = client_of(cast.coordinator)
    typed = filled(client, started_on="x")
    assert fields_of(client.post(NEW, typed))["form_key"] == typed["form_key"]


# -- Refresh -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_refresh_offers_what_fits_and_keeps_what_was_typed(headers, cast, client_of):
    """Another action brings its own items and level; nothing typed is lost, nothing is written."""
    mandate = factories.MandateFactory(slug="sr-idps")
    call = factories.CallFactory()
    client = client_of(cast.coordinator)
    typed = filled(client, what_was_done="a\nb <i>", partner="Someone", ended_on="never", mandates=[mandate.slug])
    response = client.post(NEW, typed | {"action": "6", "refresh": "1"}, headers=headers)
    assert response.status_code == 200
    assert Engagement.objects.count() == 0
    page = response.content.decode()
    assert str(call.pk) in page
    assert 'name="visit"' not in page
    shown = fields_of(response) if not headers else fields_in(page)
    assert not response.context["form"].errors
    kept = ("what_was_done", "partner", "ended_on", "started_on", "form_key", "mandates", "cluster", "status", "level")
    assert {name: shown[name] for name in kept} == {name: typed[name] for name in kept}
    assert ("<html" in page) == (not headers)


def fields_in(fragment):
    """The fields of a fragment, which stands inside the page's form."""

    class Page:
        content = f'<form id="engagement-form">{fragment}</form>'.encode()

    return fields_of(Page)


def test_refresh_to_action_10_raises_the_level(cast, client_of):
    """Only level high is offered then, and chosen."""
    client = client_of(cast.coordinator)
    response = client.post(NEW, filled(client) | {"action": "10", "refresh": "1"})
    assert fields_of(response)["level"] == "high"
    assert 'value="moderate"' not in response.content.decode().split('id="id_level"')[1]


def test_action_10_leads_to_the_referral(cast, client_of):
    """The plain form of action 10 points to the checklist and receipt of the chosen cluster; no other form does."""
    cast.coordinator.memberships.create(cluster=cast.ukraine, role="imo")
    client = client_of(cast.coordinator)
    address = f"/clusters/{cast.ukraine.slug}/referral/"
    assert address in client.get(NEW, {"action": 10, "cluster": cast.ukraine.slug}).content.decode()
    typed = filled(client) | {"cluster": cast.ukraine.slug, "refresh": "1"}
    assert address in client.post(NEW, typed | {"action": "10"}, headers={"HX-Request": "true"}).content.decode()
    assert client.get(address).status_code == 200
    row = factories.EngagementFactory(cluster=cast.ukraine, number=10)
    for page in (client.get(NEW, {"action": 9}), client.get(f"{row.get_absolute_url()}edit/")):
        assert "/referral/" not in page.content.decode()


def test_refresh_survives_nonsense(cast, client_of):
    """A refresh of a form full of nonsense shows the form."""
    client = client_of(cast.coordinator)
    names = [*filled(client), "visit", "mandates", "version"]
    for value in ("\x00", "\ufffd", "9" * 50):
        assert client.post(NEW, dict.fromkeys(names, value) | {"refresh": "1"}).status_code == 200


# -- Prefilled from the address ----------------------------------------------------------------------


def test_the_form_is_prefilled_from_a_visit(cast, client_of):
    """`?action=3&visit=…` chooses the action, the visit and its mandates."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    opened = fields_of(client_of(cast.coordinator).get(NEW, {"action": 3, "visit": visit.pk}))
    assert opened["action"] == "3"
    assert opened["visit"] == str(visit.pk)
    assert opened["mandates"] == ["sr-idps"]


@pytest.mark.parametrize(("item", "number"), [("call", 6), ("report", 12)])
def test_the_form_is_prefilled_from_a_call_or_report(item, number, cast, client_of):
    """`?action=6&call=…` and `?action=12&report=…` do as much."""
    mandate = factories.MandateFactory(slug="sr-idps")
    factory = factories.CallFactory if item == "call" else factories.ReportFactory
    row = factory(countries=["SSD"], mandates=[mandate])
    opened = fields_of(client_of(cast.coordinator).get(NEW, {"action": number, item: row.pk}))
    assert (opened["action"], opened[item], opened["mandates"]) == (str(number), str(row.pk), ["sr-idps"])


def test_a_prefilled_form_is_saved_as_it_stands(cast, client_of):
    """What the address prefilled is what gets written."""
    mandate = factories.MandateFactory(slug="sr-idps")
    visit = factories.VisitFactory(countries=["SSD"], mandates=[mandate])
    client = client_of(cast.coordinator)
    opened = fields_of(client.get(NEW, {"action": 3, "visit": visit.pk, "status": "planned"}))
    assert client.post(NEW, opened).status_code == 302
    row = Engagement.objects.get()
    assert (row.visit, list(row.mandates.all()), row.status) == (visit, [mandate], "planned")


def test_the_visits_country_chooses_the_cluster(cast, client_of):
    """Who coordinates several clusters gets the one to whose country the visit goes."""
    Membership.objects.create(user=cast.coordinator, cluster=cast.ukraine, role="imo")
    visit = factories.VisitFactory(countries=["UKR"])
    client = client_of(cast.coordinator)
    opened = fields_of(client.get(NEW, {"action": 3, "visit": visit.pk}))
    assert (opened["cluster"], opened["visit"]) == ("ukraine", str(visit.pk))
    elsewhere = fields_of(client.get(NEW, {"action": 3, "visit": visit.pk, "cluster": "south-sudan"}))
    assert (elsewhere["cluster"], elsewhere["visit"]) == ("south-sudan", "")


@pytest.mark.parametrize(
    "query",
    [
        {"visit": "x"},
        {"visit": str(uuid.uuid4())},
        {"mandates": "sr-nothing"},
        {"cluster": "ukraine"},
        {"cluster": "nowhere"},
        {"level": "severe"},
        {"status": "withdrawn"},
        {"mode": "secret"},
        {"started_on": "2026-02-30"},
        {"partner": "Somebody"},
        {"what_was_done": "Put words into my mouth."},
        {"form_key": str(uuid.uuid4())},
        {"created_by": "x"},
        {"version": "9"},
        {"unknown": "x"},
    ],
)
def test_an_invalid_prefill_has_no_effect(query, cast, client_of):
    """What the form cannot hold, or does not take from addresses, leaves it as it opens without."""
    client = client_of(cast.coordinator)
    plain, opened = (fields_of(client.get(NEW, {"action": 3} | asked)) for asked in ({}, query))
    assert opened.pop("form_key") not in (plain.pop("form_key"), query.get("form_key"))
    assert opened.pop("kept_form") != plain.pop("kept_form")
    assert opened == plain


def test_a_visit_elsewhere_prefills_nothing(cast, client_of):
    """A visit that this person's clusters cannot log brings neither itself nor its mandates."""
    visit = factories.VisitFactory(countries=["UKR"], mandates=[factories.MandateFactory(slug="sr-idps")])
    opened = fields_of(client_of(cast.coordinator).get(NEW, {"action": 3, "visit": visit.pk}))
    assert opened["visit"] == ""
    assert "mandates" not in opened


def test_a_form_key_from_the_address_is_not_taken(cast, client_of):
    """Nobody can hand out a link whose form is already spent."""
    key = str(uuid.uuid4())
    opened = fields_of(client_of(cast.coordinator).get(NEW, {"action": 3, "form_key": key}))
    assert opened["form_key"] != key


# -- Choosing an action ------------------------------------------------------------------------------


def test_the_chooser_shows_the_twelve_actions(cast, client_of):
    """Without an action the page shows all twelve in the seed's words, each leading to its form."""
    page = client_of(cast.coordinator).get(NEW)
    assert [action.number for action in page.context["actions"]] == list(range(1, 13))
    text = page.content.decode()
    assert "Propose a briefing to a mandate holder ahead of or during a planned country visit" in text
    assert all(f'href="/engagement/new/?action={number}"' in text for number in range(1, 13))


@pytest.mark.parametrize("number", ["0", "13", "-3", "x", "", "3.0", "³", "\x00"])
def test_an_unknown_action_leads_to_the_chooser(number, cast, client_of):
    """A wrong number is not carried on: choosing works, and keeps the rest of the address."""
    visit = factories.VisitFactory(countries=["SSD"])
    client = client_of(cast.coordinator)
    page = client.get(NEW, {"action": number, "visit": visit.pk})
    assert page.templates[0].name == "engagement/engagement_choose.html"
    assert f'href="/engagement/new/?action=3&amp;visit={visit.pk}"' in page.content.decode()
    opened = fields_of(client.get(f"/engagement/new/?action=3&visit={visit.pk}"))
    assert opened["visit"] == str(visit.pk)


# -- Who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["member", "reader", "focal", "administrator"])
def test_only_coordinators_log(person, cast, client_of):
    """Members, the task team and administrators may not, by GET or POST."""
    client = client_of(getattr(cast, person))
    assert client.get(NEW).status_code == 403
    assert client.get(NEW, {"action": 3}).status_code == 403
    typed = filled(client_of(cast.coordinator))
    assert client.post(NEW, typed).status_code == 403
    assert client.post(NEW, typed | {"refresh": "1"}).status_code == 403
    assert Engagement.objects.count() == 0


def test_strangers_sign_in_first(client_of):
    """Anonymous people are led to sign-in and back."""
    response = client_of(None).get(NEW, {"action": 3})
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/engagement/new/%3Faction%3D3"
    assert client_of(None).post(NEW, {"action": 3}).status_code == 302


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method, cast, client_of):
    """The page takes GET and POST."""
    assert getattr(client_of(cast.coordinator), method)(NEW).status_code == 405


def test_a_post_needs_its_token(cast):
    """A post from another site, without the CSRF token, is refused."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator)
    assert client.post(NEW, {"action": 3}).status_code == 403


def test_no_cache_keeps_the_form(cast, client_of):
    """What was typed is not there for who presses "back" after her."""
    assert "no-store" in client_of(cast.coordinator).get(NEW, {"action": 3})["Cache-Control"]


def test_the_same_words_with_a_new_key_are_one_row(cast, client_of):
    """Going back after Save and pressing Save again shows the first record; after a quarter of an hour it is new."""
    client = client_of(cast.coordinator)
    first, second = (client.post(NEW, filled(client, challenges="Late notice.")) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Engagement.objects.count() == 1
    Engagement.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    client.post(NEW, filled(client, challenges="Late notice."))
    client.post(NEW, filled(client, challenges="Other words."))
    assert Engagement.objects.count() == 3


def test_each_level_says_who_reads_it(cast, client_of):
    """The levels stand with their readers in words; actions 9 and 10 have high alone."""
    client = client_of(cast.coordinator)
    for number, levels in ((3, ["low", "moderate", "high"]), (10, ["high"])):
        form = client.get(NEW, {"action": number}).context["form"]
        assert [value for value, _label in form.fields["level"].choices] == levels
        assert all(": " in label for _value, label in form.fields["level"].choices)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leaves_the_site(elsewhere, cast, client_of):
    """`?next=` to another host is ignored, at sign-in and at the language switch."""
    client = client_of(None)
    signed_in = client.post(
        "/account/login/", {"login": "coordinator@example.org", "password": "demo", "next": elsewhere}
    )
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    switched = client.post("/language/", {"language": "fr", "next": elsewhere})
    assert (switched.status_code, switched["Location"]) == (302, "/")


def test_next_leads_back_within_the_site(cast, client_of):
    """`?next=` to a page of this site is followed."""
    client = client_of(None)
    signed_in = client.post(
        "/account/login/?next=/visits/", {"login": "coordinator@example.org", "password": "demo", "next": "/visits/"}
    )
    assert signed_in["Location"] == "/visits/"
    assert client.post("/language/", {"language": "fr", "next": "/calls/?text=a"})["Location"] == "/calls/?text=a"


def test_the_mandates_of_the_cluster_are_at_hand(cast, client_of):
    """Its priorities and its country's own stand in view, all others behind; in a cluster without any, all are open."""
    food, idps, _torture = [factories.MandateFactory(slug=f"sr-{name}") for name in ("food", "idps", "torture")]
    factories.MandateFactory(slug="sr-own", kind="country", country=cast.south_sudan.country)
    factories.PriorityFactory(cluster=cast.south_sudan, mandate=idps)
    factories.PriorityFactory(cluster=cast.ukraine, mandate=food)
    form = client_of(cast.coordinator).get("/engagement/new/?action=3").context["form"]
    slugs = [[str(one.data["value"]) for one in part] for part in (form.mandates_at_hand, form.other_mandates)]
    assert slugs == [["sr-own", "sr-idps"], ["sr-food", "sr-torture"]]
