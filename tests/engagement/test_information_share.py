"""Action 9: that information went to mandates in confidence, and not a word of it."""

from datetime import date

import pytest

from engagement.models import Engagement, InformationShare
from tests import factories
from tests.conftest import after_the_cast
from tests.engagement.forms import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/information/"
TODAY = date(2026, 5, 20)


@after_the_cast
def world(cast):
    """Two mandates on the list, in this order: housing, displaced persons; food is not on it."""
    cast.idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    cast.housing = factories.MandateFactory(slug="sr-housing", acronym="SR Housing")
    cast.food = factories.MandateFactory(slug="sr-food", acronym="SR Food")
    for mandate in (cast.housing, cast.idps):
        factories.PriorityFactory(cluster=cast.south_sudan, mandate=mandate)
    return cast


def typed(client, **changed):
    """The form as it is shown, filled in: an update to displaced persons, today."""
    fields = fields_of(client.get(PAGE), "plain")
    return fields | {"mandates": ["sr-idps"], "kind": "update", "channel": "encrypted"} | changed


def slugs(options) -> list[str]:
    return [str(option.data["value"]) for option in options]


def test_it_is_logged_without_a_word(world, client_of):
    """One line of action 9, always high, its columns empty; kind and way stand beside it."""
    client = client_of(world.coordinator)
    response = client.post(PAGE, typed(client), follow=True)
    line = Engagement.objects.get()
    assert (line.action.number, line.level, line.status, line.mode) == (9, "high", "done", "direct")
    assert (line.started_on, line.date_precision, line.created_by) == (TODAY, "day", world.coordinator)
    assert [line.what_was_done, line.challenges, line.result, line.support_needed] == [""] * 4
    assert list(line.mandates.all()) == [world.idps]
    act = InformationShare.objects.get()
    assert (act.engagement, act.kind, act.channel) == (line, "update", "encrypted")
    page = response.content.decode()
    for words in ("logged as action 9", "operational update", "encrypted message or file"):
        assert words in page


def test_the_form_has_no_text_field_and_no_level(world, client_of):
    """Nothing can be typed but a day; the level is said, not asked."""
    form = client_of(world.coordinator).get(PAGE).context["form"]
    assert {field.widget.input_type for field in form.fields.values()} == {
        "hidden", "checkbox", "radio", "select", "date"
    }  # fmt: skip
    assert "level" not in form.fields


def test_the_priorities_come_first(world, client_of):
    """By rank, then what the address ticks; the others stand behind."""
    own = factories.MandateFactory(slug="sr-south-sudan", kind="country", country=world.south_sudan.country)
    form = client_of(world.coordinator).get(PAGE, {"mandate": "sr-idps"}).context["form"]
    assert slugs(form.mandates_at_hand) == ["sr-housing", "sr-idps", own.slug]
    assert slugs(form.other_mandates) == ["sr-food"]
    assert [option.data["selected"] for option in form.mandates_at_hand] == [False, True, False]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"ended_on": date(2025, 10, 6), "ended_precision": "day"}, "SR-GONE has ended (6 October 2025)."),
        ({"has_started": False}, "“SR-GONE” is not in force, is served by nobody yet"),
        ({"established_on": date(2026, 6, 1)}, "SR-GONE was not in force then (established 2026)."),
        ({"kind": "country", "iso3": "UKR"}, "or is about another country."),
    ],
)
def test_who_cannot_be_told(fields, why, world, client_of):
    """Ended, not begun, or of another country: not offered, said why when the address asks, refused when posted."""
    fields = dict(fields)
    country = {"country": factories.CountryFactory(iso3=code)} if (code := fields.pop("iso3", "")) else {}
    factories.MandateFactory(slug="sr-gone", **fields, **country)
    client = client_of(world.coordinator)
    response = client.get(PAGE, {"mandate": "sr-gone"})
    form = response.context["form"]
    assert "sr-gone" not in slugs(form.mandates_at_hand) + slugs(form.other_mandates)
    assert why in response.content.decode()
    refused = client.post(PAGE, typed(client, mandates=["sr-idps", "sr-gone"]))
    assert why in refused.context["form"].errors["mandates"][0]
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("changed", "stored"),
    [
        ({"shared_on": "2026-05-20", "precision": "day"}, (TODAY, "day")),
        ({"shared_on": "2026-03-17", "precision": "month"}, (date(2026, 3, 1), "month")),
        ({"shared_on": "2026-05-31", "precision": "month"}, (date(2026, 5, 1), "month")),
    ],
)
def test_a_day_or_a_month(changed, stored, world, client_of):
    """A month is kept as its first day."""
    client = client_of(world.coordinator)
    client.post(PAGE, typed(client, **changed))
    line = Engagement.objects.get()
    assert (line.started_on, line.date_precision) == stored


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"shared_on": "2026-05-21"}, "shared_on", "lies ahead"),
        ({"shared_on": "2026-06-01", "precision": "month"}, "shared_on", "lies ahead"),
        ({"shared_on": ""}, "shared_on", "required"),
        ({"precision": "quarter"}, "precision", "valid choice"),
        ({"mandates": []}, "mandates", "Tick to whom it went."),
        ({"kind": "secret"}, "kind", "valid choice"),
        ({"kind": ""}, "kind", "required"),
        ({"channel": ""}, "channel", "required"),
        ({"shared_on": "2009-12-31"}, "__all__", "SR IDPs was not in force then"),
    ],
)
def test_what_is_refused(changed, field, words, world, client_of):
    """Said beside the field; what was ticked stays; nothing is written."""
    client = client_of(world.coordinator)
    response = client.post(PAGE, typed(client, **changed))
    form = response.context["form"]
    assert words in form.errors[field][0]
    assert form["mandates"].value() == changed.get("mandates", ["sr-idps"])
    assert "Not done yet" in response.content.decode()
    assert not Engagement.objects.exists()
    assert not InformationShare.objects.exists()


def test_a_mandate_that_began_in_that_month_was_there_to_be_told(world, client_of):
    """A month counts to its last day."""
    world.idps.established_on = date(2026, 3, 20)
    world.idps.save()
    client = client_of(world.coordinator)
    client.post(PAGE, typed(client, shared_on="2026-03-02", precision="month"))
    assert Engagement.objects.count() == 1


def test_two_coordinators_log_it_once(world, client_of):
    """The second is led to the line of the first, and told who logged it."""
    client = client_of(world.coordinator)
    fields = {"mandates": ["sr-idps", "sr-housing"]}
    client.post(PAGE, typed(client, **fields))
    colleague = client_of(factories.UserFactory(email="ana@example.org", coordinates=world.south_sudan))
    again = typed(colleague, mandates=["sr-housing", "sr-idps"], channel="call")
    response = colleague.post(PAGE, again, follow=True)
    line = Engagement.objects.get()
    assert response.redirect_chain == [(line.get_absolute_url(), 302)]
    assert "coordinator did this on" in response.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"mandates": ["sr-idps", "sr-food"]},
        {"kind": "trends"},
        {"shared_on": "2026-05-19"},
        {"shared_on": "2026-05-01", "precision": "month"},
    ],
)
def test_another_share_is_another_line(changed, world, client_of):
    """Other mandates, another kind, another day."""
    client = client_of(world.coordinator)
    client.post(PAGE, typed(client))
    client.post(PAGE, typed(client, **changed))
    assert Engagement.objects.count() == 2


def test_the_same_form_twice_is_one_line(world, client_of):
    """Even when it was changed in between, as after the back button."""
    client = client_of(world.coordinator)
    form = typed(client)
    client.post(PAGE, form)
    client.post(PAGE, form | {"kind": "trends"})
    assert Engagement.objects.count() == 1


def test_a_withdrawn_line_is_no_twin(world, client_of):
    """What was withdrawn can be logged anew."""
    client = client_of(world.coordinator)
    client.post(PAGE, typed(client))
    client.post(f"/engagement/{Engagement.objects.get().pk}/withdraw/", {"withdrawn_reason": "Wrong mandate."})
    client.post(PAGE, typed(client))
    assert Engagement.objects.standing().count() == 1
    assert Engagement.objects.count() == 2


@pytest.mark.parametrize(("person", "status"), [("member", 403), ("reader", 403), ("focal", 403), ("other", 404)])
def test_only_coordinators_act(person, status, world, client_of):
    """Nothing is written for anybody else."""
    fields = typed(client_of(world.coordinator))
    assert client_of(getattr(world, person)).post(PAGE, fields).status_code == status
    assert not Engagement.objects.exists()


def test_the_list_of_priorities_leads_here(world, client_of):
    """One button for each mandate in force, for those who keep the cluster."""
    world.housing.ended_on, world.housing.ended_precision = date(2026, 5, 1), "day"
    world.housing.save()
    pages = {
        person: client_of(getattr(world, person)).get("/clusters/south-sudan/priorities/").content.decode()
        for person in ("coordinator", "focal", "reader")
    }
    assert f'href="{PAGE}?mandate=sr-idps"' in pages["coordinator"]
    assert f'href="{PAGE}?mandate=sr-housing"' not in pages["coordinator"]
    assert PAGE not in pages["focal"] + pages["reader"]


@pytest.mark.parametrize("page", ["information", "referral"])
def test_what_is_no_name_of_a_mandate_is_refused(page, world, client_of):
    """A mark that no database stores, a name longer than any: said, in an address and in what is sent."""
    client, address = client_of(world.coordinator), f"/clusters/south-sudan/{page}/"
    for name in ("\x00", "a" * 300):
        assert client.get(address, {"mandate": name}).status_code == 200
        assert "mandates" in client.post(address, {"mandates": name}).context["form"].errors
