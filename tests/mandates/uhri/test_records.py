"""The dirt of the Index, value by value."""

from datetime import date

import pytest

from mandates.uhri.records import Faulty, day_of, field_of, items, plain, record_of, text_and_paragraph


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Reccomending Body", "body"),
        ("recommending  body", "body"),
        ("OHCHR Annotation Id", "annotation_id"),
        ("AnnotationId", "annotation_id"),
        (" Symbol ", "symbol"),
        ("UPR Position", ""),
        ("Regions Concerned", ""),
    ],
)
def test_titles(title, field):
    """Versions differ in capitals, spaces and spelling; the Review's own columns are not read."""
    assert field_of(title) == field


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("- Iraq", ("Iraq",)),
        ("- A & B\n-  C  \n\n- A & B", ("A & B", "C")),
        (["State of Palestine*", "CZ", None, ""], ("State of Palestine", "CZ")),
        ("- 16.3 - Promote the rule of law", ("16.3 - Promote the rule of law",)),
        ("- IE  Albinism", ("IE Albinism",)),
        ("R&amp;B\x00", ("R&B",)),
        (None, ()),
        ("", ()),
    ],
)
def test_lists(value, found):
    """Hyphens, asterisks and stray spaces go; each value stays once, in its order."""
    assert items(value) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("72. <p>Adopt a law on land&nbsp;rights.</p>", "72. Adopt a law on land rights."),
        ("<p>One</p><p>Two <b>and</b> three</p>", "One\nTwo and three"),
        ("a < b and c > d", "a < b and c > d"),
        ("one\r\n\r\n two\x07", "one\ntwo"),
        ("broken \ud800 pair", "broken pair"),
    ],
)
def test_texts(text, found):
    """Tags go, paragraphs and characters stay; nothing is kept that a database refuses."""
    assert plain(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("71.(a)Ensure", ("Ensure", "71 (a)")),
        ("49.The Committee", ("The Committee", "49")),
        ("72. Adopt", ("Adopt", "72")),
        ("120.14 Extend", ("Extend", "120.14")),
        ("Rural women 49.The Committee notes", ("Rural women\nThe Committee notes", "49")),
        ("In 2030 the Agenda ends.", ("In 2030 the Agenda ends.", "")),
        ("2030 Agenda", ("2030 Agenda", "")),
        ("1.5 million people", ("1.5 million people", "")),
        ("No number", ("No number", "")),
        ("71.", ("71.", "")),
    ],
)
def test_paragraphs(text, found):
    """The number that a text begins with is its paragraph; a heading before it is a line of its own."""
    assert text_and_paragraph(text) == found


@pytest.mark.parametrize(
    "value", ["45789", 45789, 45789.4996, "45789.9999", "2025-05-12", "2025-05-12T00:00:00", "2025-05-12T10:00:00Z"]
)
def test_days(value):
    """Serial numbers count from 30 December 1899; JSON has ISO 8601."""
    assert day_of(value) == date(2025, 5, 12)


@pytest.mark.parametrize("value", [None, "", "soon", "0", "-1", "999999999", "nan", "inf", "2025-13-01"])
def test_what_is_no_day(value):
    """Said, not guessed."""
    with pytest.raises(Faulty):
        day_of(value)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("- Recommendations", "recommendation"),
        ("- Concerns/Observations", "concern"),
        ("- 0f0f0f0f-0000-4000-8000-00000000abcd", "other"),
        (None, "other"),
    ],
)
def test_kinds(said, kind):
    """A leaked key in the place of the kind is no kind."""
    fields = {"annotation_id": "00000000-0000-4000-8000-000000000001", "text": "x", "published_on": "45789"}
    assert record_of(fields | {"kind": said}).kind == kind


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"annotation_id": "7"}, "no key"),
        ({"text": "<p> </p>"}, "no text"),
        ({"text": "x" * 20_001}, "longer than 20000"),
        ({"symbol": "x" * 101}, "longer than 100"),
        ({"themes": ["x" * 201]}, "longer than 200"),
    ],
)
def test_faults(said, why):
    """What cannot be kept is said by record."""
    fields = {"annotation_id": "00000000-0000-4000-8000-000000000001", "text": "x", "published_on": "45789"}
    with pytest.raises(Faulty, match=why):
        record_of(fields | said)
