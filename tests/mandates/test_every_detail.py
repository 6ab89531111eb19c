"""What the pages of one mandate, visit, call or report do alike."""

import uuid
from datetime import date

import pytest
from django.conf import settings

from mandates.models import CallForInput, CountryVisit, Mandate, Report
from tests import factories

from .pages import FACTORIES, NOUNS, full_dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
every_detail = pytest.mark.parametrize("noun", NOUNS)
MODELS = {"mandate": Mandate, "visit": CountryVisit, "call": CallForInput, "report": Report}


@every_detail
@pytest.mark.parametrize("person", ["member", "coordinator", "other", "reader", "focal", "administrator"])
def test_everyone_signed_in_reads_it(cast, client_of, noun, person):
    """The UN side is open to all who sign in; the page has one heading."""
    row = FACTORIES[noun]()
    response = client_of(getattr(cast, person)).get(row.get_absolute_url())
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert str(row) in response.text


@every_detail
def test_others_sign_in_first_and_come_back(client, noun):
    """An anonymous reader is sent to sign-in, there or not there alike."""
    address = FACTORIES[noun]().get_absolute_url()
    missing = f"/{noun}s/{'nothing' if noun == 'mandate' else uuid.uuid4()}/"
    for path in (address, missing):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"] == f"/account/login/?next={path}"


@every_detail
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(member, noun, method):
    """Pages of the UN side answer to GET alone."""
    assert getattr(member, method)(FACTORIES[noun]().get_absolute_url()).status_code == 405


@every_detail
@pytest.mark.parametrize("key", [str(uuid.UUID(int=7)), "nothing", "%00", "1", "a b", "..%2F"])
def test_what_is_not_there_is_not_found(member, noun, key):
    """An unknown or malformed key is a 404."""
    FACTORIES[noun]()
    assert member.get(f"/{noun}s/{key}/").status_code == 404


@every_detail
def test_it_says_where_it_is_from_and_how_old_that_is(member, noun):
    """Source, its address and the day on which it was checked."""
    row = FACTORIES[noun](
        source="Press release of 1 May", source_url="https://example.org/press", checked_on="2026-05-10"
    )
    text = member.get(row.get_absolute_url()).text
    assert "As known on 10 May 2026." in text
    assert "Press release of 1 May" in text
    assert 'href="https://example.org/press"' in text
    assert "Not checked for more than 30 days" not in text


@every_detail
@pytest.mark.parametrize(("checked_on", "is_old"), [("2026-04-20", False), ("2026-04-19", True)])
def test_old_knowledge_is_marked(member, noun, checked_on, is_old):
    """After 30 days without a check the page asks to look at the source."""
    text = member.get(FACTORIES[noun](checked_on=checked_on).get_absolute_url()).text
    assert ("Not checked for more than 30 days" in text) is is_old


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
def test_a_withdrawn_entry_says_so(member, noun):
    """What an engagement may still refer to keeps its page."""
    text = member.get(FACTORIES[noun](withdrawn_on="2026-05-19").get_absolute_url()).text
    assert "This entry was withdrawn: it turned out to be wrong." in text


@every_detail
def test_a_note_is_shown_as_text(member, noun):
    """What the task team types is escaped."""
    field = {"mandate": "title", "visit": "note", "call": "title", "report": "title"}[noun]
    text = member.get(FACTORIES[noun](**{field: "<b>bold</b> & co"}).get_absolute_url()).text
    assert "<b>bold</b> & co" not in text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in text


@every_detail
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_speaks_each_language(client_of, noun, language):
    """The page comes in the reader's language."""
    full_dossiers(1)
    client = client_of(factories.UserFactory(language=language))
    response = client.get(MODELS[noun].objects.first().get_absolute_url())
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text


def logged(cast, count):
    """`count` mandates, countries, events, calls, reports and engagements around one visit, call and report."""
    mandates = factories.MandateFactory.create_batch(count)
    countries = [factories.CountryFactory(iso3=f"X{n:02}", iso2=f"{n:02}") for n in range(count)]
    places = {"mandates": mandates, "countries": countries}
    visit, call, report = (FACTORIES[noun](**places) for noun in ("visit", "call", "report"))
    places = {"mandates": mandates[:2], "countries": countries[:2]}
    for _ in range(count):
        visit.events.create(kind="reminder", known_by=date(2026, 5, 2))
        factories.ReportFactory(visit=visit, **places)
        factories.CallFactory(visit=visit, report=report, **places)
        common = {"cluster": cast.south_sudan, "created_by": cast.coordinator, "mandates": mandates[:2]}
        factories.EngagementFactory(number=3, visit=visit, **common)
        factories.EngagementFactory(number=5, call=call, **common)
        factories.EngagementFactory(number=12, report=report, **common)
    call.visit, call.report = visit, factories.ReportFactory(**places)
    report.visit = visit
    call.save()
    report.save()
    return {"visit": visit, "call": call, "report": report}


@pytest.mark.parametrize("noun", ["visit", "call", "report"])
@pytest.mark.slow
def test_twenty_of_everything_take_no_more_queries_than_one(cast, client_of, noun, queries_of):
    """Mandates, countries, events, calls, reports and engagements are each read at once."""
    client = client_of(cast.coordinator)
    one = queries_of(client, logged(cast, 1)[noun].get_absolute_url())
    twenty = queries_of(client, logged(cast, 20)[noun].get_absolute_url())
    assert twenty == one


@pytest.mark.slow
def test_a_mandate_with_twenty_visits_takes_no_more_queries_than_with_one(member, queries_of):
    """Holders, visits, calls and reports of a mandate are each read at once."""
    address = full_dossiers(1).get_absolute_url()
    one = queries_of(member, address)
    full_dossiers(19)
    assert queries_of(member, address) == one


def test_a_mandate_is_drawn_without_queries(member, django_assert_num_queries):
    """The page gets finished values; the clusters' side adds what looked wrong to this reader."""
    response = member.get(full_dossiers(2).get_absolute_url())
    assert response.status_code == 200
    with django_assert_num_queries(1):
        assert response.rendered_content


@every_detail
@pytest.mark.parametrize(
    ("person", "is_led"), [("reader", True), ("focal", True), ("coordinator", False), ("administrator", False)]
)
def test_the_task_team_is_led_to_where_it_is_kept(cast, client_of, noun, person, is_led):
    """Those who may change an entry find the way on its page."""
    row = FACTORIES[noun]()
    client = client_of(getattr(cast, person))
    address = f"/admin/mandates/{row._meta.model_name}/{row.pk}/change/"
    assert (f'href="{address}"' in client.get(row.get_absolute_url()).text) == is_led
    assert (client.get(address).status_code == 200) == is_led
