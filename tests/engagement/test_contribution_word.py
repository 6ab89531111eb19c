"""A contribution as a Word file: what stands in it, which way it runs, and that no person is named anywhere in it."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from engagement.models import Contribution
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def begun(cast):
    """A contribution of two paragraphs to a call of two mandates."""
    mandates = [factories.MandateFactory(slug=slug) for slug in ("sr-housing", "sr-idps")]
    call = factories.CallFactory(title="Housing & <land>", mandates=mandates)
    text = "First line\nsecond line of it.\n \nSecond paragraph: ‘quoted’ & <b>."
    return factories.ContributionFactory(cluster=cast.south_sudan, call=call, by=cast.coordinator, text=text)


def word(client, contribution, query=""):
    """The response, read to its end, and the file as python-docx reads it."""
    response = client.get(f"{contribution.get_absolute_url()}contribution.docx{query}")
    content = b"".join(response)
    return response, content, Document(BytesIO(content))


def runs_to_the_left(paragraph):
    """(whether Word lays the paragraph out from the right, the text of those runs that run to the left)."""
    properties = paragraph._p.pPr
    is_bidi = properties is not None and properties.find(qn("w:bidi")) is not None
    return is_bidi, "".join(run.text for run in paragraph.runs if run.font.rtl)


def test_what_stands_in_it(cast, begun, client_of):
    """Call, issuers, cluster, date, and the text as paragraphs; a line end inside one stays a line end."""
    response, _content, file = word(client_of(cast.coordinator), begun)
    assert response["Content-Type"] == DOCX
    assert response["Content-Disposition"] == 'attachment; filename="contribution-south-sudan-2026-05-20.docx"'
    assert "no-store" in response["Cache-Control"]
    assert [paragraph.text for paragraph in file.paragraphs] == [
        "Contribution: Housing & <land>",
        "To: Special Rapporteur sr-housing, Special Rapporteur sr-idps",
        "From: South Sudan Protection Cluster",
        "20 May 2026",
        "First line\nsecond line of it.",
        "Second paragraph: ‘quoted’ & <b>.",
    ]
    assert (round(file.sections[0].page_width.mm), round(file.sections[0].page_height.mm)) == (210, 297)
    assert not any(paragraph._p.findall(f".//{qn('w:bidi')}") for paragraph in file.paragraphs)


def test_it_names_the_cluster_and_no_person(cast, begun, client_of):
    """Neither in the properties nor anywhere else in the package."""
    _response, content, file = word(client_of(cast.coordinator), begun)
    properties = file.core_properties
    assert (properties.author, properties.last_modified_by) == ("South Sudan Protection Cluster",) * 2
    assert (properties.title, properties.comments, properties.created.isoformat()) == (
        "Housing & <land>",
        "",
        "2026-05-20T12:00:00+00:00",
    )
    with ZipFile(BytesIO(content)) as package:
        whole = b"".join(package.read(name) for name in package.namelist())
    for name in (cast.coordinator.name, cast.coordinator.email, "python-docx"):
        assert name.encode() not in whole


@pytest.mark.parametrize(
    ("publication", "query", "is_marked"),
    [
        ("", "", False),
        ("", "?confidential=yes", True),
        ("confidential", "", True),
        ("named", "?confidential=yes", False),
        ("unnamed", "", False),
    ],
)
def test_a_confidential_one_says_so_on_each_page(publication, query, is_marked, cast, begun, client_of):
    """As decided; before that as the link says, since it is sent first and marked as sent afterwards."""
    if publication:
        Contribution.objects.update(publication=publication, sent_on=date(2026, 5, 18))
    _response, _content, file = word(client_of(cast.coordinator), begun, query)
    header = file.sections[0].header.paragraphs[0].text
    assert header == ("Confidential: not to be published" if is_marked else "")
    assert file.paragraphs[3].text == ("18 May 2026" if publication else "20 May 2026")


def test_an_arabic_cluster(cast, begun, client_of):
    """The lines about the call run to the left, English paragraphs stay as they are, names in Latin letters too."""
    cast.south_sudan.working_language = "ar"
    cast.south_sudan.save()
    Contribution.objects.update(text="أفاد مكتب OHCHR بذلك في 2025.\n\nEnglish paragraph.\n\n2025")
    file = word(client_of(cast.coordinator), begun)[2]
    heading, _to, _from, _day, arabic, english, number = map(runs_to_the_left, file.paragraphs)
    assert heading[0]
    assert arabic == (True, "أفاد مكتب بذلك في 2025.")
    assert english == (False, "")
    assert number == (True, "2025")


def test_an_arabic_text_of_an_english_cluster(cast, begun, client_of):
    """The file runs as the text does."""
    Contribution.objects.update(text="«نص» بالعربية.")
    file = word(client_of(cast.coordinator), begun)[2]
    assert [runs_to_the_left(paragraph)[0] for paragraph in file.paragraphs] == [True] * 5
    assert file.paragraphs[0].text == "Contribution: Housing & <land>"


def test_bidi_stands_where_word_accepts_it(cast, begun, client_of):
    """The order of the properties of a paragraph is fixed: after the style, before spacing and alignment."""
    Contribution.objects.update(text="نص")
    heading = word(client_of(cast.coordinator), begun)[2].paragraphs[0]
    assert [child.tag for child in heading._p.pPr] == [qn("w:pStyle"), qn("w:bidi")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"issued_by": "The Office"}, "To: The Office"), ({"issuer_type": "treaty_body"}, "To: treaty body")],
)
def test_a_call_of_no_mandate(fields, said, cast, client_of):
    """It goes to whom the call names, else to the kind of issuer."""
    begun = factories.ContributionFactory(cluster=cast.south_sudan, call=factories.CallFactory(**fields))
    assert word(client_of(cast.coordinator), begun)[2].paragraphs[1].text == said
