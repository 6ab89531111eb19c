"""Words to look for: what finds what, on the database that the suite runs on."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from engagement.models import Engagement
from mandates.models import CallForInput, CountryVisit, Recommendation, Report
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
    ("58/50 hrc", "A/HRC/58/50"),
    ("a & b | !c :* <-> (d", "(d <-> :* !c | & b a"),
    ("it's \\' '' \\", "It\u2019s \\' '' \\"),
    ("\u062a\u0639\u0630\u064a\u0628", "\u0648\u0627\u0644\u062a\u0639\u0630\u064a\u0628"),
    ("\u0644\u0627\u062c\u0626\u064a\u0646", "\u0644\u0644\u0627\u062c\u0626\u064a\u0646"),
    ("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03cc\u03c2"),
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
    ("food | housing", "housing"),
    ("!food", "housing"),
    ("hous:*", "housing"),
    ('"housing right"', "housing, right"),
]


@pytest.mark.parametrize(("words", "title"), FOUND)
def test_what_is_found(words, title):
    """Accents, capitals, joined letters and kinds of signs make no difference; each word has to be there."""
    report = factories.ReportFactory(title=title)
    assert list(holding(Report.objects.all(), words, "title")) == [report]


@pytest.mark.parametrize(("words", "title"), NOT_FOUND)
def test_what_is_not_found(words, title):
    """Every word has to be there, words in quotation marks side by side; signs mean themselves."""
    factories.ReportFactory(title=title)
    assert not holding(Report.objects.all(), words, "title").exists()


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"), min_size=1, max_size=30))
def test_a_text_finds_itself(text):
    """Whatever is typed is answered, and finds a row that holds just that."""
    report = factories.ReportFactory(title=text)
    found = holding(Report.objects.filter(pk=report.pk), text, "title", "symbol")
    assert found.exists() == bool(words_in(text))
    report.delete()


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_every_whole_word_finds_its_text(pieces):
    """Whatever a text is made of."""
    text = re.sub("[\0\ud800-\udfff]", "", " ".join(pieces))
    report = factories.ReportFactory(title=text)
    for word in text.split():
        assert holding(Report.objects.filter(pk=report.pk), word, "title", "symbol").exists() == bool(words_in(word))
    report.delete()


@pytest.mark.parametrize("word", ["x" * 3_000, "\u0645" * 2_047, "last"])
def test_long_words_and_long_texts(word):
    """A word that is longer than PostgreSQL's own limit is found, and the last word of ten thousand letters."""
    text = " ".join(f"w{n}" for n in range(1_700)) + " "
    recommendation = factories.RecommendationFactory(text=text + word)
    factories.RecommendationFactory(text=text)
    assert list(Recommendation.objects.matching(word)) == [recommendation]


def test_a_text_of_any_length_is_kept():
    """Of very long ones the beginning is found: PostgreSQL keeps no more than a megabyte of words."""
    recommendation = factories.RecommendationFactory(text=" ".join(f"word{n}" for n in range(200_000)))
    assert list(Recommendation.objects.matching("word5000")) == [recommendation]


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


full_text = pytest.mark.skipif(connection.vendor != "postgresql", reason="full text is PostgreSQL's")

ARABIC = [
    ("\u0627\u0644\u062a\u0639\u0630\u064a\u0628", "\u062a\u0639\u0630\u064a\u0628"),
    ("\u0648\u0627\u0644\u062a\u0639\u0630\u064a\u0628", "\u0628\u0627\u0644\u062a\u0639\u0630\u064a\u0628"),
    ("\u0644\u0644\u0627\u062c\u0626\u064a\u0646", "\u0627\u0644\u0644\u0627\u062c\u0626\u064a\u0646"),
    ("\u0628\u0627\u0644\u063a", "\u0627\u0644\u0628\u0627\u0644\u063a\u064a\u0646"),
]


@full_text
@pytest.mark.parametrize(("word", "title"), ARABIC)
def test_an_arabic_word_with_another_article(word, title):
    """What is joined to a word makes no difference, to what is typed or to what stands there."""
    report = factories.ReportFactory(title=title)
    assert list(Report.objects.matching(word)) == [report]


@full_text
def test_words_or_how_they_begin():
    """Full text finds no part inside a word."""
    report = factories.ReportFactory(title="Torture and ill-treatment")
    assert [list(Report.objects.matching(word)) for word in ("tort", "treat", "ture")] == [[report], [report], []]


@full_text
@pytest.mark.parametrize("model", [CallForInput, CountryVisit, Recommendation, Report, Engagement])
def test_the_words_of_a_row_are_kept_by_the_database(model):
    """Those of WORDS_OF, in this order, in a column that has an index; the queries ask just that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid"
            " AND attnum = adnum WHERE adrelid = %s::regclass AND attname = 'words'",
            [model._meta.db_table],
        )
        (kept,) = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = off")
    columns = re.search(r"ARRAY\[(.*)\]", kept)[1].replace("::text", "")
    assert tuple(column.strip("() ") for column in columns.split(",")) == model.WORDS_OF
    plan = holding(model._base_manager.order_by(), "camps", *model.WORDS_OF).explain()
    assert re.search("Bitmap Index Scan on [a-z_]+_words", plan), plan


@full_text
def test_capitals_and_signs_in_every_locale():
    """The functions of the database need no help of its language: Greek, Cyrillic, Ethiopic, signs of many kinds."""
    written = (
        "\u0394\u0398 \u0416\u042f \u1208\u1361\u1210 a\u2014b\u060cc \u00c9\u00d8\u1e9e \U0001f600d tor\u00adture"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT plain_words(%s)", [written])
        (plain,) = cursor.fetchone()
    assert " ".join(plain.split()) == "\u03b4\u03b8 \u0436\u044f \u1208 \u1210 a b c eoss d torture"


@full_text
@pytest.mark.django_db(transaction=True)
def test_a_purge_builds_the_index_of_words_anew():
    """Another file of the database, and nothing left of a build that was killed."""

    def indexes():
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname, relfilenode FROM pg_class WHERE relname LIKE 'engagement\\_words%'")
            return dict(cursor.fetchall())

    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX engagement_words_ccnew1 ON engagement_engagement USING gin (words)")
    before = indexes()
    call_command("purge", verbosity=0, stdout=StringIO())
    after = indexes()
    assert (before.keys(), after.keys()) == ({"engagement_words", "engagement_words_ccnew1"}, {"engagement_words"})
    assert after["engagement_words"] != before["engagement_words"]
