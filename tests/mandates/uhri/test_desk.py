"""The page of the administration where small files of the Index come in, and names are matched."""

import pytest

from mandates.models import Recommendation, ReferenceChange
from tests import factories

from .files import SAMPLES, as_json, raw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/admin/mandates/recommendation/uhri/"


@pytest.fixture
def reader(cast, client_of):
    return client_of(cast.reader)


def hand_in(client, file, name="export.json"):
    file.name = name
    return client.post(PAGE, {"file": file}, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_only_the_task_team_opens_it(cast, client_of):
    """Nobody else keeps reference data."""
    for person in ("member", "coordinator", "administrator"):
        assert client_of(getattr(cast, person)).get(PAGE).status_code in (302, 403), person
    page = client_of(cast.reader).get(PAGE)
    assert page.status_code == 200
    assert "manage.py import_uhri FILE" in page.text
    assert PAGE in client_of(cast.reader).get("/admin/mandates/recommendation/").text


def test_a_small_file_comes_in(reader):
    """It says what it did; the person stands in the record."""
    response = hand_in(reader, as_json(raw(1), raw(2, AnnotationId="x")))
    assert said(response) == [
        "Read: 2 records. Added: 1, changed: 0, as they were: 0, of other bodies: 0, there twice: 0, left out: 1.",
        "Left out: record 2, it has no key (OHCHR Annotation Id).",
    ]
    assert ReferenceChange.objects.get(subject_type="recommendation").changed_by == "hrett@example.org"


def test_the_sample_workbook_comes_in(reader):
    """As downloaded from a search."""
    with (SAMPLES / "uhri_export_synthetic.xlsx").open("rb") as file:
        assert "Added: 4" in said(reader.post(PAGE, {"file": file}, follow=True))[0]


def test_a_wrong_file_is_refused_with_a_reason(reader):
    """On the form; nothing is written."""
    file = as_json({"name": "x"})
    response = hand_in(reader, file)
    assert "its records lack annotation_id" in response.text
    assert "Choose a file." in reader.post(PAGE).text
    big = as_json(raw())
    big.write(b" " * 5_000_001)
    big.seek(0)
    assert "larger than 5 MB" in hand_in(reader, big).text
    assert not Recommendation.objects.exists()


def test_names_are_matched(reader):
    """One choice of three: its recommendations get the mandate, the others are asked again."""
    mandate = factories.MandateFactory(slug="wg-water", acronym="WG Water", title="Working Group on water")
    bodies = ["- WG on wells", "- WG on wells", "- SR Fire"]
    hand_in(reader, as_json(*(raw(number, Body=body) for number, body in enumerate(bodies))))
    form = reader.get(PAGE).context["match"]
    assert [(field.label, str(field.help_text)) for field in form] == [
        ("WG on wells", "2 recommendations"),
        ("SR Fire", "1 recommendation"),
    ]
    response = reader.post(PAGE, {"match": "1", next(iter(form.fields)): "wg-water"}, follow=True)
    assert said(response) == ["2 recommendations have their mandate now."]
    assert mandate.recommendations.count() == 2
    assert [field.label for field in response.context["match"]] == ["SR Fire"]


def test_a_choice_that_is_none_is_refused(reader):
    """Nothing is kept."""
    hand_in(reader, as_json(raw(1, Body="- SR Fire")))
    form = reader.get(PAGE).context["match"]
    response = reader.post(PAGE, {"match": "1", next(iter(form.fields)): "sr-of-nothing"})
    assert response.context["match"].errors
    assert Recommendation.objects.to_match().count() == 1


def test_more_names_than_are_shown(reader):
    """The most frequent first; how many are left is said."""
    hand_in(reader, as_json(*(raw(number, Body=f"- SR Fire {number}") for number in range(25))))
    page = reader.get(PAGE)
    assert len(page.context["match"].fields) == 20
    assert "5 more names are asked about after these." in page.text
