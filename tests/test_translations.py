"""The catalogues in `locale/`: compiled from what stands there, complete, with the placeholders of the English."""

import ast
import gettext
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.base import Lexer, TokenType
from django.utils.translation import override

from config.signs import labelled, quoted

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


NOT_TRANSLATED = {"Excel", "Word", "CSV", "Outlook", "Google", "Calendar", "iPhone", "iPad", "Mac", "Thunderbird"}
"""Names that are the same in every language."""
SAID = ("alt", "title", "aria-label", "placeholder", "content")


class Unmarked(HTMLParser):
    """Collects the words of a page, and of what is read aloud of it, that no template tag has drawn."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "code", "kbd"):
            self.inside.append(tag)
        if tag != "meta":
            self.found += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.found.append(data)


def unmarked(source):
    """The words in a template that are not for translation."""
    kept, ends = [], []
    for token in Lexer(source).tokenize():
        words = token.contents.split() if token.token_type == TokenType.BLOCK else []
        if words and words[0] in ("blocktranslate", "comment"):
            ends.append(f"end{words[0]}")
        elif words and words[0] == "block" and words[1].endswith("class"):
            ends.append("endblock")
        kept.append(token.contents if token.token_type == TokenType.TEXT and not ends else " ")
        if ends and words and words[0] == ends[-1]:
            ends.pop()
    parser = Unmarked()
    parser.feed("".join(kept))
    words = re.findall(r"[^\W\d_]{2,}", " ".join(parser.found))
    return [word for word in words if word not in NOT_TRANSLATED]


def test_no_words_of_a_template_are_left_out():
    """Whatever a page says passes through the catalogues; such words are known when they are seen."""
    assert unmarked('<p title="Hi there">{% translate "Yes" %} No {{ name }}</p>') == ["Hi", "there", "No"]
    folder = settings.BASE_DIR / "templates"
    found = {path.relative_to(folder).as_posix(): unmarked(path.read_text()) for path in folder.rglob("*.html")}
    assert len(found) > 100
    assert {name: words for name, words in found.items() if words} == {}


def test_french_signs_stand_after_a_space_that_does_not_break():
    """Before : ; ? ! and », and after «; a line that begins with a sign reads as a mistake."""
    words = catalogue(folder("fr") / "django.mo").items()
    assert [text for source, text in words if source != "" and re.search(r" [:;?!»]|« ", text)] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Level: low, “a”"), ("fr", "Level\u00a0: low, «\u00a0a\u00a0»"), ("es", "Level: low, «a»")],
)
def test_what_is_put_together_has_the_signs_of_its_language(language, said):
    """In the code and, with `{% colon %}`, in templates."""
    with override(language):
        assert f"{labelled('Level', 'low')}, {quoted('a')}" == said
        page = Template("Level{% colon %}low").render(Context())
    assert page == said.partition(",")[0]


def test_templates_leave_the_colon_to_its_language():
    """After a label that is drawn or translated; within a text for translation it is part of that."""
    found = []
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", path.read_text(), flags=re.DOTALL)
        found += [(path.name, line) for line in text.splitlines() if re.search(r"(}}|%}|</(a|b|bdi|strong)>): ", line)]
    assert found == []
