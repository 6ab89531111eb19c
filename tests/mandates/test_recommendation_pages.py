"""The list of recommendations and the page of one."""

import uuid
from datetime import date

import pytest

from tests import factories

from .pages import listed, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/recommendations/"


@pytest.fixture
def rows():
    """Recommendations of three documents, by name."""
    idps = factories.MandateFactory(slug="sr-idps", acronym="SR IDPs")
    water = factories.MandateFactory(slug="sr-water", acronym="SR Water")
    new = {"symbol": "A/HRC/61/1", "published_on": date(2026, 3, 2), "mandates": [idps], "countries": ["SSD"]}
    return {
        "ten": factories.RecommendationFactory(paragraph="10", themes=["Land", "Housing"], **new),
        "nine": factories.RecommendationFactory(paragraph="9", kind="concern", **new),
        "old": factories.RecommendationFactory(
            symbol="A/HRC/50/2", published_on=date(2022, 6, 1), mandates=[idps, water], countries=["UKR", "SSD"],
            themes=["Land"], text="Éviter les expulsions.",
        ),
        "all": factories.RecommendationFactory(
            symbol="A/80/3", published_on=date(2025, 10, 1), body="SR Fire", unmatched="SR Fire", addressee="All States"
        ),
    }  # fmt: skip


FILTERED = [
    ({}, "nine ten all old"),
    ({"country": "SSD"}, "nine ten old"),
    ({"country": "UKR"}, "old"),
    ({"mandate": "sr-water"}, "old"),
    ({"theme": "land"}, "ten old"),
    ({"theme": "land", "country": "UKR"}, "old"),
    ({"kind": "concern"}, "nine"),
    ({"symbol": "a/hrc/61/1"}, "nine ten"),
    ({"symbol": "A/HRC/61"}, ""),
    ({"since": "2025-10-01"}, "nine ten all"),
    ({"until": "2025-10-01"}, "all old"),
    ({"text": "eviter"}, "old"),
    ({"text": "ukraine"}, "old"),
    ({"text": "idps expulsions"}, "old"),
    ({"text": "housing"}, "ten"),
    ({"text": "fire"}, "all"),
    ({"text": "hrc/61"}, "nine ten"),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED, ids=str)
def test_filters(member, rows, filters, expected):
    """Each alone and with others; the latest document first, in it by paragraph."""
    names = {row.pk: name for name, row in rows.items()}
    assert [names[row.pk] for row in listed(member, LIST, **filters)] == expected.split()


@pytest.mark.parametrize(
    "query", ["theme=nothing", "kind=x", "theme=%00", "symbol=" + "x" * 101, "status=open", "symbol=a%00"]
)
def test_what_is_not_understood_shows_nothing(member, rows, query):
    """And says so."""
    response = member.get(f"{LIST}?{query}")
    assert rows_of(response) == []
    assert len(response.context_data["problems"]) == 1


def test_withdrawn_ones_are_not_listed(member, rows):
    """Their pages stay, and say so."""
    row = rows["ten"]
    row.withdrawn_on = date(2026, 5, 1)
    row.save()
    assert row not in listed(member, LIST)
    assert "This entry was withdrawn" in member.get(row.get_absolute_url()).text


def test_an_empty_list_says_what_to_do(member):
    """No rows: a sentence and a way back."""
    text = member.get(LIST, {"text": "nothing"}).text
    assert "No recommendation fits these filters." in text
    assert f'href="{LIST}"' in text


def test_htmx_gets_the_results_alone(member, rows):
    """The same rows without the page around them."""
    part = member.get(LIST, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert rows["old"].get_absolute_url() in part


@pytest.mark.parametrize("address", [LIST, "detail"])
def test_twenty_rows_take_no_more_queries_than_one(member, rows, address, queries_of):
    """Countries, mandates and themes are read for all rows at once."""
    address = rows["old"].get_absolute_url() if address == "detail" else address
    one = queries_of(member, address)
    for number in range(20):
        mandate = factories.MandateFactory()
        places = {"mandates": [mandate], "countries": ["SSD", "UKR", "MLI"], "themes": [f"t{number}"]}
        factories.RecommendationFactory(symbol="A/HRC/50/2", **places)
        rows["old"].mandates.add(mandate)
    assert queries_of(member, address) == one


def test_the_page_says_all_of_it(member, rows):
    """Words, document, of whom, to whom, about what."""
    row = rows["ten"]
    row.affected_persons, row.sdgs = "Women & girls\nReturnees", "1.4 - Resources"
    row.save()
    text = member.get(row.get_absolute_url()).text
    for said in (
        "A/HRC/61/1, paragraph 10", "2 March 2026", row.text, 'href="https://docs.un.org/A/HRC/61/1"', "South Sudan",
        'href="/mandates/sr-idps/"', 'href="/recommendations/?theme=land"', "Women &amp; girls", "1.4 - Resources",
        'href="/recommendations/?symbol=A/HRC/61/1"',
    ):  # fmt: skip
        assert said in text, said


def test_what_is_not_known_is_said(member, rows):
    """Who says it, when no mandate is called so; who is asked."""
    text = member.get(rows["all"].get_absolute_url()).text
    assert "SR Fire" in text
    assert "not matched to a mandate yet" in text
    assert "All States" in text
    nobody = factories.RecommendationFactory(symbol="", paragraph="", text="Long words. " * 20)
    page = member.get(nobody.get_absolute_url()).text
    assert "Long words. Long words" in page
    assert "docs.un.org" not in page
    assert "not named" in page


def test_its_report_and_visit(member):
    """Each leads to the other; a visit that is only suggested elsewhere is not told of."""
    visit = factories.VisitFactory(countries=["SSD"])
    report = factories.ReportFactory(visit=visit, symbol="A/HRC/61/1", title="Camps")
    row = factories.RecommendationFactory(report=report, symbol="A/HRC/61/1")
    text = member.get(row.get_absolute_url()).text
    assert report.get_absolute_url() in text
    assert visit.get_absolute_url() in text
    assert row.get_absolute_url() in member.get(report.get_absolute_url()).text
    ukraine = factories.ClusterFactory(slug="ukraine", country=factories.CountryFactory(iso3="UKR"))
    suggested = factories.VisitFactory(suggested=ukraine, countries=["UKR"])
    for row in (
        factories.RecommendationFactory(visit=suggested),
        factories.RecommendationFactory(report=factories.ReportFactory(visit=suggested)),
    ):
        assert str(suggested.pk) not in member.get(row.get_absolute_url()).text


def test_a_report_shows_its_first_ten(member):
    """The list has all."""
    report = factories.ReportFactory(symbol="A/HRC/61/1")
    for number in range(11):
        factories.RecommendationFactory(report=report, paragraph=str(number))
    text = member.get(report.get_absolute_url()).text
    assert text.count("para. ") == 10
    assert 'href="/recommendations/?symbol=A/HRC/61/1"' in text


def test_what_is_not_there(member):
    """An unknown key is a 404; nothing is written here."""
    assert member.get(f"{LIST}{uuid.uuid4()}/").status_code == 404
    assert member.post(LIST).status_code == 405


def test_words_are_text(member):
    """What a file says is escaped."""
    row = factories.RecommendationFactory(text="<script>alert(1)</script>", other_countries="<b>")
    for address in (LIST, row.get_absolute_url()):
        text = member.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_it_speaks_each_language(client_of, rows, language):
    """Both pages; a paragraph's letters stay in their direction."""
    client = client_of(factories.UserFactory(language=language))
    for address in (LIST, rows["ten"].get_absolute_url()):
        assert f'<html lang="{language}"' in client.get(address).text
