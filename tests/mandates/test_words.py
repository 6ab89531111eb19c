"""Words to look for: what finds what, on the database that the suite runs on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandates.models import Report
from mandates.words import holding, words_in
from tests import factories

pytestmark = pytest.mark.django_db

FOUND = [
    ("ete", "L'\u00c9T\u00c9"),
    ("\u00e9t\u00e9", "L'ete"),
    ("e\u0301cole", "\u00c9cole"),
    ("\u00e9cole", "Ecole e\u0301cole"),
    ("coeur", "C\u0153ur"),
    ("c\u0153ur", "COEUR"),
    ("strasse", "Stra\u00dfe"),
    ("Lodz", "\u0141\u00f3d\u017a"),
    ("istanbul", "\u0130stanbul"),
    ("nguyen", "Nguy\u1ec5n"),
    ("l\u2019eau", "l'eau"),
    ("l'eau", "l\u2019eau"),
    ("non\u2013refoulement", "non-refoulement"),
    ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),
    ("\u0627\u062d\u0645\u062f", "\u0623\u064e\u062d\u0652\u0645\u064e\u062f"),
    ("\u0645\u062f\u0631\u0633\u0647", "\u0627\u0644\u0645\u062f\u0631\u0633\u0629"),
    ("\u043a\u0438\u0457\u0432", "\u041a\u0418\u0407\u0412"),
    ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"),
    ("a/hrc/58", "A/HRC/58/42"),
    ("housing juba", "In Juba: right to HOUSING"),
    ("\u201cright to housing\u201d", "In Juba: right  to housing"),
    ("100%", "100% of them"),
    (".*", "a dot and a star: .*"),
    ("***:x", "***:x"),
    ("[a", "[a]"),
    ("a\\d", "a\\d"),
]

NOT_FOUND = [
    ("housing food", "right to housing"),
    ('"housing right"', "right to housing"),
    (".*", "anything"),
    ("a_b", "axb"),
    ("%", "anything"),
    ("\\d", "7"),
    ("(?i)x", "x"),
    ('"" ', "anything"),
]


@pytest.mark.parametrize(("words", "title"), FOUND)
def test_what_is_found(words, title):
    """Accents, capitals, joined letters and kinds of signs make no difference; each word has to be there."""
    report = factories.ReportFactory(title=title)
    assert list(Report.objects.filter(holding(words, "title"))) == [report]


@pytest.mark.parametrize(("words", "title"), NOT_FOUND)
def test_what_is_not_found(words, title):
    """Every word has to be there, words in quotation marks side by side; signs mean themselves."""
    factories.ReportFactory(title=title)
    assert not Report.objects.filter(holding(words, "title")).exists()


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"), min_size=1, max_size=30))
def test_a_text_finds_itself(text):
    """Whatever is typed is answered, and finds a row that holds just that."""
    report = factories.ReportFactory(title=text)
    found = Report.objects.filter(holding(text, "title"), pk=report.pk)
    assert found.exists() == bool(words_in(text))
    report.delete()


def test_words_may_stand_in_different_columns():
    """Each word is looked for in all columns and in the names of countries and mandates."""
    idps = factories.MandateFactory(slug="sr-idps", title="Internally displaced persons", acronym="SR IDPs")
    report = factories.ReportFactory(title="Camps", symbol="A/HRC/62/42", countries=["SSD"], mandates=[idps])
    factories.ReportFactory(title="Camps", countries=["UKR"])
    assert list(Report.objects.matching("62/42 displacement camps")) == []
    assert list(Report.objects.matching("62/42 displaced camps south")) == [report]


def test_mandates_are_found_by_the_names_of_their_holders():
    """Holders of today and former ones; and by every alias."""
    idps = factories.MandateFactory(slug="sr-idps")
    factories.MandateFactory(slug="sr-water")
    idps.holders.create(name="Jos\u00e9 Example", source="test")
    idps.aliases.create(alias="Displaced people", kind="short_label")
    assert list(type(idps).objects.matching("jose displaced")) == [idps]
