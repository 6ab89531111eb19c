"""The table of terms: complete in four languages, the same words as in the catalogues, shown to whoever reads it."""

import gettext
import re

import pytest
from django.conf import settings

from engagement import glossary

LANGUAGES = ("fr", "es", "ar")
TERMS = (*glossary.UN, *glossary.CLUSTERS)
ARABIC = re.compile(r"[\u0600-\u06FF]")


def catalogue(language):
    """What each English text is in `language`, whatever its case: as a title and as a word it may have two."""
    found = {}
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        for source, words in gettext.GNUTranslations(file)._catalog.items():
            if isinstance(source, str):
                found.setdefault(source.casefold(), set()).add(words.casefold())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_is_the_same_word_everywhere(language):
    """Where a catalogue translates the English term by itself, it uses the words of the table."""
    known, differ = catalogue(language), {}
    for term in TERMS:
        words = known.get(term.en.casefold())
        if words and term.words[language].casefold() not in words:
            differ[term.en] = (term.words[language], words)
    assert differ == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_know_many_of_the_terms(language):
    """So that the comparison compares something."""
    assert sum(term.en.casefold() in catalogue(language) for term in TERMS) > 25


def test_every_term_has_its_words_in_four_languages():
    """None twice, none empty, Arabic in its script, and each source of a language that there is."""
    assert len({term.en.casefold() for term in TERMS}) == len(TERMS)
    assert [term.en for term in TERMS if not all(term.words.values()) or not str(term.meaning).endswith(".")] == []
    assert [term.en for term in TERMS if not ARABIC.search(term.ar)] == []
    assert {source for term in TERMS for source in term.sources} == set(glossary.SOURCES)


@pytest.mark.django_db
def test_the_reader_meets_her_own_language_first(cast, client_of):
    """The others stand beside it, each marked with its language; a word of no UN source has a star."""
    page = client_of(cast.member).get("/help/glossary/").content.decode()
    assert re.search(r'<th scope="row">Special Procedures <span>The independent experts', page)
    assert '<bdi lang="ar">الإجراءات الخاصة</bdi></td>' in page
    assert '<bdi lang="fr">lettre d’allégation*</bdi></td>' in page
    cast.member.language = "es"
    cast.member.save()
    page = client_of(cast.member).get("/help/glossary/").content.decode()
    assert re.search(r'<th scope="row">carta de denuncia\* <span>', page)
    assert '<bdi lang="en">allegation letter</bdi></td>' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_says_what_was_checked(language):
    """All of it is unreviewed, but for words that carry their source: those stand in the table with the same one."""
    text = (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert text.startswith("# Every translation is unreviewed, but for those with a comment “source: …”")
    sourced = re.findall(r'^# source: (.+)\n(?:#.*\n)*msgid "(.+)"$', text, re.MULTILINE)
    terms = {term.en.casefold(): term for term in TERMS}
    assert len(sourced) == text.count("\n# source: ") > 5
    for title, source in sourced:
        assert title in [one.title for one in terms[source.casefold()].sources if one.language == language], source
