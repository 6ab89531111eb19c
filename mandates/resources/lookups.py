"""The rows that cells name: by slug, short form, title, alias, code, symbol or id, in any case and language."""

import difflib
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from ..day_words import fold
from ..models import Country, CountryVisit, Mandate, MandateAlias, Report, Session, Theme
from ..models.country import LANGUAGES_OF_NAMES

SUGGESTIONS = 100
_APART = re.compile(r"[\s\u2010-\u2015-]+")


def folded(text: str) -> str:
    """`text` as names are compared: no matter which case, spaces, dashes or apostrophes.

    The Universal Human Rights Index writes "- SR Torture": what separates is dropped at the ends.
    """
    return _APART.sub(" ", text.replace("’", "'").casefold()).strip()


class UnknownName(ValidationError):
    """`name` is none of an index; somebody may say what it means."""

    def __init__(self, message: Any, name: str) -> None:
        super().__init__(message)
        self.name = name


class Index:
    """Rows under each of their names. `unknown` and `ambiguous` are the sentences for a name that finds no single one;
    `mend` follows `unknown` where no other name is near.

    `main` gives the name by which a row is written into files; it finds its row even where it is another's second
    name.
    """

    def __init__(self, main: Any, unknown: Any, ambiguous: Any, mend: Any = "") -> None:
        self.main, self.unknown, self.ambiguous, self.mend = main, unknown, ambiguous, mend
        self.by_main: dict[str, Any] = {}
        self.by_name: dict[str, dict[Any, Any]] = {}
        self.spelling: dict[str, str] = {}
        self.suggested: dict[str, str] = {}

    def add(self, row: Model, names: Iterable[str]) -> None:
        """Let `row` be found by its main name and by `names`."""
        self.by_main[folded(self.main(row))] = row
        for name in (self.main(row), *names):
            if name:
                self.by_name.setdefault(folded(name), {})[row.pk] = row
                self.spelling.setdefault(folded(name), name)

    def find(self, text: str) -> Any:
        """The row that `text` names. Raises ValidationError, with the nearest name if there is one."""
        name = folded(text)
        found = self.by_name.get(name, {})
        if name in self.by_main or len(found) == 1:
            return self.by_main.get(name) or next(iter(found.values()))
        if found:
            names = ", ".join(sorted(self.main(row) for row in found.values()))
            raise ValidationError(self.ambiguous % {"text": text, "names": names})
        nearest = self.nearest(name)
        hint = _("Did you mean “%(name)s”?") % {"name": nearest} if nearest else self.mend
        raise UnknownName(f"{self.unknown % {'text': text}} {hint}".strip(), text)

    def nearest(self, name: str) -> str:
        """The known name that is most like this folded one; "" if none is much like it."""
        # To compare a name with all others takes a moment; a file of wrong names would take minutes.
        if name not in self.suggested and len(self.suggested) < SUGGESTIONS:
            # "Syria" for "Syrian Arab Republic", "torture" for the mandate's long title; then slips of the pen
            near = [known for known in self.spelling if name in known] if len(name) > 3 else []
            near = near or difflib.get_close_matches(name, self.spelling, n=1, cutoff=0.75)
            self.suggested[name] = self.spelling[min(near, key=len)] if near else ""
        return self.suggested.get(name, "")


class Lookups:
    """Everything that a file may name, read once: at most one query for each kind, two for mandates."""

    @cached_property
    def mandates(self) -> Index:
        index = Index(
            lambda row: row.slug,
            _("“%(text)s” is not the name of a mandate."),
            _("“%(text)s” can mean several mandates: %(names)s. Write one of these."),
            _("Write its short form or its title, as in the list of mandates."),
        )
        aliases: dict[int, list[str]] = {}
        for mandate, alias in MandateAlias.objects.values_list("mandate", "alias"):
            aliases.setdefault(mandate, []).append(alias)
        for row in Mandate.objects.select_related("successor"):
            index.add(row, [row.acronym, *row.every_title, *aliases.get(row.pk, ())])
        return index

    @cached_property
    def issuers(self) -> dict[str, Mandate]:
        """The mandates by those of their names that no other has, folded as a pasted text is."""
        names = self.mandates.by_name.items()
        return {
            fold(self.mandates.spelling[name]): row for name, rows in names if len(rows) == 1 for row in rows.values()
        }

    @cached_property
    def countries(self) -> Index:
        index = Index(
            lambda row: row.iso3,
            _("“%(text)s” is not the name or code of a country."),
            _("“%(text)s” can mean several countries: %(names)s. Write one of these codes."),
            _("Write its code of three letters, or its name in one of the four languages."),
        )
        for row in Country.objects.all():
            index.add(row, [row.iso2, *(getattr(row, f"name_{language}") for language in LANGUAGES_OF_NAMES)])
        return index

    @cached_property
    def sessions(self) -> Index:
        index = Index(
            lambda row: row.code,
            _("“%(text)s” is not a session known here; write it like HRC61 or GA80."),
            _("“%(text)s” can mean several sessions: %(names)s. Write one of these."),
        )
        for row in Session.objects.all():
            index.add(row, [f"{row.body} {row.number}"])
        return index

    @cached_property
    def visits(self) -> Index:
        index = Index(
            lambda row: str(row.pk), _("No visit has the id “%(text)s”."), _("Several visits: %(text)s, %(names)s.")
        )
        for row in CountryVisit.objects.only("pk"):
            index.add(row, [])
        return index

    @cached_property
    def reports(self) -> Index:
        index = Index(
            lambda row: row.symbol or str(row.pk),
            _("No report has the symbol or id “%(text)s”."),
            _("Several reports: %(text)s, %(names)s."),
        )
        for row in Report.objects.only("pk", "symbol"):
            index.add(row, [str(row.pk)])
        return index

    @cached_property
    def themes(self) -> Index:
        index = Index(
            lambda row: row.name,
            _("“%(text)s” is not a theme of the Universal Human Rights Index."),
            _("“%(text)s” can mean several themes: %(names)s."),
        )
        for row in Theme.objects.all():
            index.add(row, [row.slug])
        return index
