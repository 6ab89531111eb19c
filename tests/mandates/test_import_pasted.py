"""Tables pasted from web pages; titles and names that a person settles on the preview."""

from datetime import date

import pytest
from django.core.cache import cache

from mandates import settling
from mandates.models import CallForInput, CountryVisit, Mandate, MandateAlias, ReferenceChange
from tests import factories

from .imports import address, confirm, csv_of, settle, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "https://www.ohchr.org/en/calls-for-input-listing"
CALLS = """Entity\tDeadline\tTitle
Special Rapporteur on torture\t30 September 2026\tCall for input: digital borders
Committee on Migrant Workers\t5 Jan 2027\tCall for input: draft general comment
"""
VISITS = """<p>Country visits</p>
<table><thead><tr><th>State</th><th>Mandate holder</th><th>Dates</th><th>Status</th></tr></thead>
<tr><td>South Sudan</td><td><ul><li>SR Torture</li><li>Special Rapporteur on housing</li></ul></td>
<td>8&ndash;19&nbsp;June 2026</td><td>Announced</td></tr>
<tr><td>Ukraine</td><td><a href="https://spinternet.ohchr.org/x">SR Torture</a></td><td>March 2027</td><td></td></tr>
</table><script>alert(1)</script>"""


@pytest.fixture
def reader(cast, client_of):
    """The HRE TT reader, who keeps the reference data."""
    cache.clear()
    factories.MandateFactory(slug="sr-torture", acronym="SR Torture", title="Special Rapporteur on torture")
    factories.MandateFactory(slug="sr-housing", acronym="SR Housing", title="Special Rapporteur on housing")
    for iso3, name in (("SSD", "South Sudan"), ("UKR", "Ukraine")):
        factories.CountryFactory(iso3=iso3, name_en=name)
    return client_of(cast.reader)


def paste(client, kind, text, source=PAGE):
    """The answer to a table that was pasted."""
    return client.post(address(kind), {"pasted": text, "source": source})


def counts(preview):
    """{kind: how many lines} that are more than none."""
    return {kind: n for kind, _label, n in preview.context["counts"] if n}


def test_calls_are_pasted_as_they_stand_on_the_page(reader):
    """Titles of the page, days in words; who issued a call says its kind and its mandates."""
    preview = paste(reader, "callforinput", CALLS)
    assert counts(preview) == {"new": 2}
    assert not CallForInput.objects.exists()
    confirm(reader, "callforinput", preview)
    borders, comment = CallForInput.objects.order_by("deadline_on")
    assert (borders.deadline_on, comment.deadline_on) == (date(2026, 9, 30), date(2027, 1, 5))
    assert (borders.issuer_type, comment.issuer_type) == ("special_procedures", "treaty_body")
    assert [mandate.slug for mandate in borders.mandates.all()] == ["sr-torture"]
    assert (borders.source, borders.source_url) == (PAGE, PAGE)
    assert ReferenceChange.objects.filter(source=PAGE, changed_by="hrett@example.org").exists()
    assert counts(paste(reader, "callforinput", CALLS)) == {"unchanged": 2}


def test_visits_are_pasted_as_html(reader):
    """Several mandates in a cell, days from and to in one, the link of a row."""
    preview = paste(reader, "countryvisit", VISITS)
    assert counts(preview) == {"new": 2}
    confirm(reader, "countryvisit", preview)
    first, second = CountryVisit.objects.with_status(date(2026, 5, 20)).order_by("starts_on")
    assert (first.starts_on, first.ends_on, first.status) == (date(2026, 6, 8), date(2026, 6, 19), "announced")
    assert {mandate.slug for mandate in first.mandates.all()} == {"sr-torture", "sr-housing"}
    assert (second.starts_on, second.ends_on, second.precision) == (date(2027, 3, 1), date(2027, 3, 31), "month")
    assert second.source_url == "https://spinternet.ohchr.org/x"


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "file", "Choose a file."),
        ({"pasted": " \n"}, "file", "Choose a file."),
        ({"pasted": CALLS}, "source", "Say which page you copied the table from."),
        ({"pasted": "one line", "source": "x"}, "pasted", "its cells need tabs between them"),
        ({"pasted": "<table><tr></tr></table>", "source": "x"}, "pasted", "holds no table with cells"),
        ({"pasted": "Title\tDeadline\n", "source": "x"}, "pasted", "There are titles, but no row under them."),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(reader, data, field, sentence):
    """At its field, with what was pasted still there."""
    response = reader.post(address("callforinput"), data)
    (error,) = response.context["form"].errors[field]
    assert sentence in error
    assert response.context["form"]["pasted"].value() == data.get("pasted")


def test_a_file_and_a_table_at_once_are_one_too_many(reader):
    """It would not be clear which is meant."""
    response = upload(reader, "callforinput", b"title\nx\n", pasted=CALLS, source=PAGE)
    assert "not both at once" in response.content.decode()


def test_a_title_that_is_not_known_is_asked_about(reader):
    """And left out where that is said; the table is not pasted again for it."""
    preview = paste(reader, "callforinput", CALLS.replace("Title", "What about").replace("Entity", "Logo"))
    assert not preview.context["outcome"].lines
    assert list(dict(preview.context["settle"].asked).values()) == ["logo", "what about"]
    preview = settle(reader, "callforinput", preview, **{"what about": "title", "logo": "-"})
    assert counts(preview) == {"new": 2}
    said = preview.context["settle"]
    assert {field.label: field.initial for field in said.fields.values()} == {"logo": "-", "what about": "title"}
    confirm(reader, "callforinput", preview)
    assert set(CallForInput.objects.values_list("issued_by", flat=True)) == {""}


VISIT = {"countries": "SSD", "mandates": "SR tortures; Housing rapporteur", "starts": "2026-06-08", "source": "OHCHR"}


def test_a_name_is_matched_by_a_person_and_understood_from_then_on(reader):
    """Kept as an alias, with who said so and of which file; the preview comes once more."""
    preview = upload(reader, "countryvisit", csv_of(VISIT), "from-geneva.csv")
    assert counts(preview) == {"faulty": 1}
    assert list(dict(preview.context["settle"].asked).values()) == ["SR tortures", "Housing rapporteur"]
    said = {"SR tortures": "sr-torture", "Housing rapporteur": "sr-housing"}
    preview = settle(reader, "countryvisit", preview, **said)
    assert "2 names were kept for the next time." in preview.content.decode()
    assert counts(preview) == {"new": 1}
    aliases = MandateAlias.objects.values_list("alias", "mandate__slug", "source")
    assert set(aliases) == {(name, slug, "matched by hand at import") for name, slug in said.items()}
    change = ReferenceChange.objects.get(label="Special Rapporteur on housing", changes__has_key="mandatealias")
    assert (change.changed_by, change.source) == ("hrett@example.org", "from-geneva.csv")
    confirm(reader, "countryvisit", preview)
    assert CountryVisit.objects.get().mandates.count() == 2
    assert counts(upload(reader, "countryvisit", csv_of({**VISIT, "starts": "2027-06-08"}))) == {"new": 1}


def test_an_issuer_that_is_not_known_is_asked_about_and_is_no_fault(reader):
    """A call stands without its mandate; better it is linked."""
    text = CALLS.replace("Special Rapporteur on torture", "Special Rapporteur on pain")
    preview = paste(reader, "callforinput", text)
    assert counts(preview) == {"new": 2}
    assert (
        "“Special Rapporteur on pain” is not the name of a mandate: no mandate is linked." in preview.content.decode()
    )
    preview = settle(reader, "callforinput", preview, **{"Special Rapporteur on pain": "sr-torture"})
    confirm(reader, "callforinput", preview)
    assert CallForInput.objects.get(title__contains="borders").mandates.get().slug == "sr-torture"


def test_who_may_not_name_mandates_is_not_asked_and_matches_none(reader, monkeypatch):
    """Whatever is sent."""
    monkeypatch.setattr("mandates.exchange.may_match", lambda request: False)
    preview = upload(reader, "countryvisit", csv_of(VISIT))
    assert preview.context["settle"] is None
    token = preview.context["upload"].token
    said = {"token": token, "name-0-of": "SR tortures", "name-0": "sr-torture"}
    assert counts(reader.post(address("countryvisit", "import/settle/"), said)) == {"faulty": 1}
    assert not MandateAlias.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"name-0-of": "SR tortures", "name-0": "nobody"},
        {"name-0-of": "x" * 301, "name-0": "sr-torture"},
        {"name-0": "sr-torture"},
        {"title-0-of": "mandates", "title-0": "pk"},
    ],
)
def test_nothing_but_choices_is_kept(reader, said):
    """A form can send anything."""
    preview = upload(reader, "countryvisit", csv_of(VISIT))
    response = reader.post(address("countryvisit", "import/settle/"), {"token": preview.context["upload"].token} | said)
    assert counts(response) == {"faulty": 1}
    assert not MandateAlias.objects.exists()


def test_what_another_mandate_is_called_is_not_kept(reader):
    """Somebody else has matched it meanwhile."""
    preview = upload(reader, "countryvisit", csv_of({**VISIT, "mandates": "tortures"}))
    MandateAlias.objects.create(mandate=Mandate.objects.get(slug="sr-housing"), alias="Tortures", kind="short_label")
    page = settle(reader, "countryvisit", preview, tortures="sr-torture").content.decode()
    assert "“tortures” could not be kept as a name of that mandate." in page
    assert MandateAlias.objects.get().mandate.slug == "sr-housing"


def test_many_names_are_asked_about_some_at_a_time(reader, monkeypatch):
    """A page of a thousand lists helps nobody."""
    monkeypatch.setattr(settling, "MOST", 2)
    preview = upload(reader, "countryvisit", csv_of({**VISIT, "mandates": "; ".join(f"Name {n}" for n in range(5))}))
    assert len(preview.context["settle"].fields) == 2


def test_a_preview_that_is_gone_cannot_be_settled(reader):
    """The page says so."""
    response = reader.post(address("countryvisit", "import/settle/"), {"token": "x"})
    assert "This preview is not kept any more" in response.content.decode()
