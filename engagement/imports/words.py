"""What cells say, as values of an engagement: choices and actions in four languages, clusters, mandates.

Whatever is not understood raises ValidationError with a sentence that says what to write instead.
"""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.signs import quoted
from mandates.day_words import fold
from mandates.models import Mandate
from mandates.models.country import LANGUAGES_OF_NAMES
from mandates.resources.lookups import Index, Lookups, folded

from ..actions import WORDINGS
from ..models import Cluster, Engagement
from .table import Value

CHOICES: dict[str, type[TextChoices]] = {
    "mode": Engagement.Mode,
    "status": Engagement.Status,
    "result_extent": Engagement.Extent,
    "level": Engagement.Level,
    "date_precision": Engagement.DatePrecision,
}
_SEVERE = {"severe", "severo", "severa", "grave", "شديد", "شديدة"}
_THROUGH = r"(?:with|through|via|by|avec|par|con|por|a traves de|مع|عبر|من خلال)"
_ACTION = re.compile(r"(?:actions?|accion(?:es)?|no\.?|n°|nº|الاجراء|اجراء|#)\s*(?=\d)")
_NUMBERS = re.compile(r"\d{1,2}(?:\s*(?:,|;|/|&|\+|،|\s|\band\b|\bet\b|\by\b|و|-|–)\s*\d{1,2})*\.?")
_MANDATES = re.compile(r"[,;\n،؛]")
_AND = re.compile(r"\s+(?:and|&|et|y)\s+|\s*/\s*")


@cache
def choice_words(name: str) -> dict[str, str]:
    """The values of a choice by each word for it, folded: in every language, and as the database has it."""
    choices = CHOICES[name]
    words = {fold(value.replace("_", " ")): value for value in choices.values} | {v: v for v in choices.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words |= {fold(str(choice.label)): choice.value for choice in choices}
    return words


@cache
def action_words() -> dict[str, int]:
    """The numbers of the twelve actions by each wording, folded: the seed's and the short one, in every language."""
    words: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for number, wording in WORDINGS.items():
                words |= {_bare(str(wording.text)): number, _bare(str(wording.short)): number}
    return words


def read_choice(name: str, value: Value) -> str:
    """The value of the choice `name` that a cell says."""
    said, words = fold(str(value)), choice_words(name)
    if name == "level" and said in _SEVERE:
        raise ValidationError(
            _(
                "Severe information (the identity of a victim, source or witness, a testimony) is not stored here at "
                "any level: take it out of the row and choose “high”."
            )
        )
    if said not in words:
        raise ValidationError(
            _("“%(text)s” is none of the choices: write %(choices)s."),
            params={"text": _short(value), "choices": _listed(str(choice.label) for choice in CHOICES[name])},
        )
    return words[said]


def read_mode(value: Value) -> tuple[str, str]:
    """(mode, partner) of a cell: a mode, perhaps with the partner after it: "in collaboration with OHCHR"."""
    text, words = " ".join(str(value).split()), choice_words("mode")
    if fold(text) in words:
        return words[fold(text)], ""
    # Folding keeps the number of words, which shows where the partner begins in the text as it was written.
    parts, said = text.split(" "), fold(text).split(" ")
    for word in sorted((word for word in words if words[word] != "direct"), key=len, reverse=True):
        length = len(word.split(" "))
        start = re.sub(r"\W+$", "", " ".join(said[:length]))
        if start == word and len(parts) == len(said) and len(parts) > length:
            return words[word], _without_preposition(" ".join(parts[length:]).strip(" :;,-–()"))
    return read_choice("mode", value), ""


def _without_preposition(partner: str) -> str:
    """A partner without the one to three words that lead to it: "OHCHR" of "with OHCHR"."""
    for mark in range(1, 4):
        head = " ".join(partner.split(" ")[:mark])
        if re.fullmatch(_THROUGH, fold(head)):
            return partner.removeprefix(head).strip()
    return partner


def read_actions(value: Value) -> list[int]:
    """The numbers of the actions that a cell names: "6", "9, 10", "Action 9 and 10", the wording in any language."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValidationError(
            _("“%(text)s” names no action: if several are meant, format the cell as text and write them as 9, 10."),
            params={"text": _short(text)},
        )
    bare = _ACTION.sub("", fold(text))
    if _NUMBERS.fullmatch(bare):
        return _numbers(bare)
    lines = [line for line in re.split(r"[\n;]", text) if line.strip()]
    return list(dict.fromkeys(_number_of(line) for line in lines))


def _numbers(bare: str) -> list[int]:
    found: list[int] = []
    if match := re.fullmatch(r"(\d{1,2})\s*[-–]\s*(\d{1,2})", bare):
        found = list(range(int(match[1]), int(match[2]) + 1))
    found = found or [int(number) for number in re.findall(r"\d+", bare)]
    if wrong := [number for number in found if number not in WORDINGS]:
        message = _("There is no action %(number)d: write a number from 1 to 12.")
        raise ValidationError(message, params={"number": wrong[0]})
    return list(dict.fromkeys(found))


def _number_of(line: str) -> int:
    """The action that one line names, by its wording or the beginning of it, perhaps after its number."""
    match = re.match(r"\s*(?:action\s*)?(\d{1,2})\s*[.):–-]?\s+(?=\D)", line, re.IGNORECASE)
    number, words = (int(match[1]), line[match.end() :]) if match else (None, line)
    said = _bare(words)
    known = action_words()
    found = {known[said]} if said in known else set()
    if not found and len(said) > 15:
        found = {action for wording, action in known.items() if wording.startswith(said) or said.startswith(wording)}
    if len(found) == 1 and number in (None, *found):
        return found.pop()
    if found and number is not None:
        raise ValidationError(
            _("Number and wording name two actions: keep one of them, as in the list of twelve."),
        )
    near = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    if not near:
        raise ValidationError(
            _("“%(text)s” is none of the twelve actions: write its number."), params={"text": _short(line)}
        )
    raise ValidationError(
        _("“%(text)s” is none of the twelve actions. Did you mean %(number)d, “%(name)s”?"),
        params={"text": _short(line), "number": known[near[0]], "name": WORDINGS[known[near[0]]].short},
    )


class Names:
    """The clusters that a person keeps and the mandates, by all their names. Three queries."""

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        """`clusters`: those that she coordinates, with their countries; no other is ever named or found."""
        self.clusters = list(clusters)
        self.mandates: Index = Lookups().mandates
        self.by_cluster: dict[str, set[Any]] = {}
        for cluster in self.clusters:
            names = [getattr(cluster.country, f"name_{language}") for language in LANGUAGES_OF_NAMES]
            for name in {fold(name) for name in names}:
                self.by_cluster.setdefault(name, set()).add(cluster)
        # Its own name and slug are a cluster's alone, whatever a country is called.
        self.by_cluster |= {fold(name): {cluster} for cluster in self.clusters for name in (cluster.name, cluster.slug)}

    def read_cluster(self, value: Value) -> Cluster:
        """The cluster of this person that a cell names: by name, name in addresses, or country where it has one."""
        found = self.by_cluster.get(fold(str(value)), set())
        if len(found) != 1:
            raise ValidationError(
                _("“%(text)s” is none of your clusters: write %(clusters)s."),
                params={"text": _short(value), "clusters": _listed(cluster.name for cluster in self.clusters[:12])},
            )
        return next(iter(found))

    def read_mandates(self, value: Value) -> list[Mandate]:
        """The mandates that a cell names: short forms, titles, aliases, between commas, semicolons or "and"."""
        parts = [part.strip(" .-•") for part in _MANDATES.split(str(value))]
        parts = [part for part in parts if part]
        found: list[Mandate] = []
        while parts:
            # Titles have commas and "and" in them: the longest run of parts that names one counts.
            for length in range(len(parts), 0, -1):
                if rows := self._named(", ".join(parts[:length])):
                    break
            else:
                rows, length = self._joined(parts[0]), 1
            found += rows
            parts = parts[length:]
        return list({mandate.pk: mandate for mandate in found}.values())

    def _named(self, text: str) -> list[Mandate]:
        try:
            return [self.mandates.find(text)] if folded(text) in self.mandates.by_name else []
        except ValidationError:  # a name of several mandates is told when nothing longer fits
            return []

    def _joined(self, text: str) -> list[Mandate]:
        pieces = _AND.split(text)
        if len(pieces) > 1 and all(self._named(piece) for piece in pieces):
            return [row for piece in pieces for row in self._named(piece)]
        return [self.mandates.find(text)]


def _bare(text: str) -> str:
    return fold(text).strip(" .:;")


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _listed(words: Iterable[str]) -> str:
    return _(", ").join(quoted(word) for word in words)
