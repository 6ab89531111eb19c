"""The checker of free texts: what it finds, where, how well, and that no text keeps it busy."""

import re
import subprocess
import sys
from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.risky_text import REGIONS, Sentence, score, sentences
from engagement.risky import HARD, Kind, check_row, findings, names, numbers, places
from engagement.risky.folding import fold
from engagement.risky.vocabulary import LETTERS

SOFT = frozenset(Kind) - HARD
LONGEST = 60_000  # characters of a contribution


def found(text, region=""):
    """(kind, piece as it was typed) of what is found."""
    return [(one.kind.value, text[one.start : one.end]) for one in findings(text, region)]


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("language", REGIONS)
def test_the_labelled_sentences_are_told_apart(language, held):
    """In each language, held back or not: 95 % of the hard kinds, 80 % of the others, 5 % of false alarms at most."""
    result = score(language, held=held)
    assert result.recall(HARD) >= 0.95
    assert result.recall(SOFT) >= 0.8
    assert result.false_alarms <= 0.05


def test_rules_that_are_left_out_would_find_nothing():
    """Without a digit there is no phone and no number of a paper, without an Arabic letter no name in Arabic."""
    every = " ".join(
        one.text for language in REGIONS for held in (True, False) for one in sentences(language, held=held)
    )
    text = fold(every).text
    without_digits, latin = re.sub(r"\d", "", text), re.sub(f"[{LETTERS}]", "", text)
    assert [*numbers.phones(without_digits, "SS"), *numbers.identifiers(without_digits)] == []
    of_arabic = ("_AGED", "_INITIALS", "_LAST", "_CALLED", "_AGE_SAID")
    for pattern in (*(getattr(names, f"_ARABIC{name}") for name in of_arabic), places._ARABIC_HELD):
        assert pattern.search(text)
        assert not pattern.search(latin)


def test_there_are_enough_sentences():
    """At least fifty of each language, of each kind some, nothing twice, none in both halves."""
    for language in REGIONS:
        halves = [list(sentences(language, held=held)) for held in (True, False)]
        texts = [sentence.text for half in halves for sentence in half]
        assert len(texts) == len(set(texts)) >= 100
        for half in halves:
            assert len(half) >= 50
            assert {sentence.kind for sentence in half} == {None, *Kind}


def test_a_score_counts_the_kind_that_a_sentence_holds(monkeypatch):
    """Another kind than the one that is there is a miss; anything in a harmless sentence is a false alarm."""
    given_ = [
        Sentence("Call 0921 445 678.", Kind.PHONE),
        Sentence("Call 0921 445 678.", Kind.EMAIL),
        Sentence("Call 0921 445 678.", None),
        Sentence("Nothing.", None),
    ]
    monkeypatch.setattr("benchmarks.risky_text.sentences", lambda language, held: iter(given_))
    result = score("en", held=True)
    assert result.recall(HARD) == 0.5
    assert result.false_alarms == 0.5


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Écrire à jean.b@ong.org, merci", "jean.b@ong.org"),
        ("اتصلوا بها على ٠٩١٢ ٣٤٥ ٦٧٨ مساء", "٠٩١٢ ٣٤٥ ٦٧٨"),
        ("Number: +211\u200b 92\u200b5 11\u200b8 204!", "+211\u200b 92\u200b5 11\u200b8 204"),
        ("ﬁle a note, ring ０９２１ ４４５ ６７８ soon", "０９２１ ４４５ ６７８"),  # one letter that folds to two
    ],
)
def test_a_piece_is_cut_out_of_the_text_as_it_was_typed(text, piece):
    """Offsets are those of the text given, whatever folding took away or put in."""
    assert piece in [part for _kind, part in found(text)]


def test_findings_stand_in_order_with_their_kinds():
    """Several kinds in one text, one finding each; what is hard knows it."""
    text = "Mary Akol, 34, is detained in Yei. Write to mary@ngo.org or ring 0921 445 678; passport R00412887."
    assert found(text) == [
        ("person", "Mary Akol, 34"),
        ("detention", "detained in Yei"),
        ("email", "mary@ngo.org"),
        ("phone", "0921 445 678"),
        ("identifier", "R00412887"),
    ]
    assert [one.hard for one in findings(text)] == [False, False, True, True, True]


def test_the_numbers_of_a_country_are_known_to_its_clusters():
    """Eight digits in one go are a phone number where they are one, and else nothing."""
    assert found("Ask the driver, 72551043.", "CF") == [("phone", "72551043")]
    assert found("Ask the driver, 72551043.", "SS") == []
    assert found("72551043 US dollars", "CF") == []


def test_a_row_is_checked_at_its_level():
    """Field by field; what is hard is refused at high only, what is soft at no level."""
    texts = {"what_was_done": "Ring 0921 445 678.", "result": "", "challenges": "He is detained in Yei."}
    for level, refused in (("low", False), ("moderate", False), ("high", True)):
        faults = check_row(texts, level)
        assert [(one.field, one.piece, one.is_refused) for one in faults] == [
            ("what_was_done", "0921 445 678", refused),
            ("challenges", "detained in Yei", False),
        ]
    assert check_row({"result": "A joint note."}, "high") == []


# -- Whatever is typed -----------------------------------------------------------------------------------

PIECES = [
    "12 May ", "in Bor ", "detained ", "held in the ", "Mary ", ", 34 ", "no. ", "case ", "+211 ", "a@b.", "1() - ",
    "1°", "A. ", "م. ", "12-", "www.", "(", ")", "'", "\u200b", "\u202e", "٣", "Aa-", "lat 1 ", "number of ",
    "soldiers hold ", "Special Rapporteur on ", "arrêté par ", "في سجن ", " at x dot ", "\n", " ", "0", "é", "ﷺ", "😀",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join))
def test_any_text_is_answered_the_same_twice(text):
    """In order, within the text, never empty, no two of a kind overlapping; and the same again."""
    once = findings(text, "SS")
    assert once == findings(text, "SS") == sorted(once)
    assert all(0 <= one.start < one.end <= len(text) for one in once)
    for kind in Kind:
        spans = [(one.start, one.end) for one in once if one.kind is kind]
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(max_examples=3)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
@pytest.mark.slow
def test_the_longest_text_is_answered(unit):
    """A contribution full of what sets the rules off."""
    text = (unit * LONGEST)[:LONGEST]
    assert all(one.end <= LONGEST for one in findings(text, "SS"))


_parser = re._parser  # type: ignore[attr-defined]  # the standard library's own reading of a pattern


def _unbounded_within_unbounded(parsed, inside=False):
    """Whether a part that may repeat without end holds another one: the only way to more than n² steps here."""
    for code, value in parsed:
        name = str(code)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            is_unbounded = value[1] is _parser.MAXREPEAT
            if (is_unbounded and inside) or _unbounded_within_unbounded(value[2], inside or is_unbounded):
                return True
        elif name == "SUBPATTERN":
            if _unbounded_within_unbounded(value[-1], inside):
                return True
        elif name == "BRANCH":
            if any(_unbounded_within_unbounded(branch, inside) for branch in value[1]):
                return True
        elif name in ("ASSERT", "ASSERT_NOT") and _unbounded_within_unbounded(value[1], inside):
            return True
    return False


def test_no_pattern_can_repeat_within_a_repeat():
    """Time grows with the length of a text: no rule has a star under a star."""
    assert _unbounded_within_unbounded(_parser.parse(r"(?:a|(b+))*"))  # such a one is known when it is seen
    patterns = []
    for name in ("numbers", "names", "places"):
        for key, value in vars(import_module(f"engagement.risky.{name}")).items():
            for pattern in value if isinstance(value, tuple) else [value]:
                if isinstance(pattern, re.Pattern):
                    patterns.append((f"{name}.{key}", pattern))
    assert len(patterns) > 40
    bad = [
        key for key, pattern in patterns if _unbounded_within_unbounded(_parser.parse(pattern.pattern, pattern.flags))
    ]
    assert bad == []


@pytest.mark.slow
def test_pages_do_not_wait_for_the_rules():
    """Patterns and tables of phone numbers are read when a text is checked, not when the server starts."""
    program = (
        "import sys, django; django.setup(); import config.urls\n"
        "print([name for name in sys.modules if name.startswith(('phonenumbers', 'engagement.risky'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
