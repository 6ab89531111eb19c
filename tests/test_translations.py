"""The catalogues in `locale/`: compiled from what stands there, complete, with the placeholders of the English."""

import ast
import gettext
import re
import shutil
import subprocess

import pytest
from django.conf import settings

LANGUAGES = ("fr", "es", "ar")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
needs_gettext = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed here")


def folder(language):
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES"


def catalogue(path):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


@needs_gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language, tmp_path):
    """`make messages` was run after the last translation, and msgfmt finds no fault."""
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", compiled, folder(language) / "django.po"], check=True)
    assert catalogue(compiled) == catalogue(folder(language) / "django.mo")


@needs_gettext
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["--untranslated", "--only-fuzzy"])
def test_nothing_is_left_to_translate(language, state):
    """Every entry has its words, none of them guessed."""
    left = subprocess.run(
        ["msgattrib", state, "--no-obsolete", folder(language) / "django.po"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert left.stdout == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_english(language):
    """A missing one would break the page; plural forms for none, one and two may spell the number out."""
    for message, words in catalogue(folder(language) / "django.mo").items():
        source, number = message if isinstance(message, tuple) else (message, None)
        wanted, used = set(PLACEHOLDER.findall(source)), set(PLACEHOLDER.findall(words))
        assert used <= wanted, source
        if number is None or number > 2:
            assert used == wanted, source


NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


@pytest.mark.parametrize("app", ["config", "engagement", "mandates"])
def test_words_stand_where_they_are_collected(app):
    """Under names that `makemessages` knows, and in no f-string, where it does not look: else they stay English."""
    missed = []
    for path in (settings.BASE_DIR / app).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                names = [alias.asname or alias.name for alias in node.names if "gettext" in alias.name]
                missed += [(path, name) for name in names if name not in NAMES]
            if isinstance(node, ast.JoinedStr):
                calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
                missed += [(path, call.lineno) for call in calls if getattr(call.func, "id", "") in NAMES]
    assert missed == []
