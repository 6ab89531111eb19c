"""What changed in the reference data, in the reader's words: which entry, which field, before and after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.signs import quoted

from .change_queries import SUBJECTS
from .dates import Precision, show_day
from .models import (
    CallForInput,
    Country,
    CountryVisit,
    Mandate,
    MandateAlias,
    MandateHolder,
    ReferenceChange,
    Report,
    Session,
    VisitEvent,
)
from .models.country import LANGUAGES_OF_NAMES

NOUN_OF = {model: noun for noun, model in SUBJECTS.items()}

PARTS: dict[str, type[models.Model]] = {
    **dict.fromkeys(("visitcountry", "callcountry", "reportcountry"), Country),
    **dict.fromkeys(("visitmandate", "callmandate", "reportmandate"), Mandate),
    "visitevent": VisitEvent,
    "mandateholder": MandateHolder,
    "mandatealias": MandateAlias,
}
"""What is added to an entry and removed from it, by the name that ReferenceChange has for it."""

PRECISION_OF = {
    "starts_on": "precision",
    "ends_on": "precision",
    "expected_on": "expected_precision",
    "published_on": "published_precision",
    "established_on": "established_precision",
    "ended_on": "ended_precision",
}
"""Where it stands how exactly a day is known."""

NOT_SHOWN = {"closes_at", "suggested_by", "suggested_in", "suggested_at", "was_taken_back"}
"""Columns that say again what another one says, or who suggested the entry."""

NOT_SHOWN_OF_PARTS = {"source", "mandate_id", "country_id", "known_by", "position"}
"""Columns of an event, holder or alias that tell readers nothing, or the source that the task team alone is shown."""

AT_ONCE = timedelta(minutes=1)
"""Changes of one entry by the same person that lie so close together are told as one."""


class Line(NamedTuple):
    """One field of an entry: "" before for what was added, "" after for what was removed."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Told:
    """Changes of one entry that were made at once, for a list. `address` is "" when the entry is not there any more."""

    noun: str
    name: str
    address: str
    kind: str
    at: datetime
    by: str
    source: str
    is_unconfirmed: bool
    lines: list[Line] = field(default_factory=list)


def told(changes: Iterable[ReferenceChange], user: Any) -> list[Told]:
    """The changes in words of the active language, in their order; what was done at once stands together.

    As many queries as `Words` takes.
    """
    rows = list(changes)
    words = Words(rows, user)
    found: list[Told] = []
    last: ReferenceChange | None = None
    for change in rows:
        if last is not None and _go_together(last, change):
            # The later change stands first; this one was made before.
            found[-1].lines = joined(words.lines(change), found[-1].lines)
            if change.kind == ReferenceChange.Kind.CREATED:
                found[-1].kind = change.kind
        else:
            found.append(words.told(change))
        last = change
    return found


def joined(earlier: Iterable[Line], later: Iterable[Line]) -> list[Line]:
    """The lines of two changes as one: a field that changed twice is told once, and not at all if it is as before."""
    rest, lines = list(later), []
    for line in earlier:
        then = next((one for one in rest if line.after and (one.label, one.before) == (line.label, line.after)), None)
        if then is not None:
            rest.remove(then)
            line = Line(line.label, line.before, then.after)
        if line.before != line.after:
            lines.append(line)
    return [*lines, *rest]


def _go_together(later: ReferenceChange, earlier: ReferenceChange) -> bool:
    """Whether two changes that follow each other in a list are of one entry, person and moment."""
    is_same = (later.subject_type, later.subject_id, later.changed_by) == (
        earlier.subject_type,
        earlier.subject_id,
        earlier.changed_by,
    )
    kinds = {later.kind, earlier.kind}
    return is_same and later.changed_at - earlier.changed_at <= AT_ONCE and not kinds & {"checked", "removed"}


class Words:
    """The words for some changes; reads what they name, as `user` knows it, each kind at once and only if it is named.

    Fifteen queries at most, however many changes.
    """

    def __init__(self, changes: list[ReferenceChange], user: Any) -> None:
        keys = defaultdict(set)
        for change in changes:
            keys[NOUN_OF[change.subject_type]].add(change.subject_id)
            for name, pair in change.changes.items():
                if noun := _leads_to(name, change):
                    keys[noun].update(str(key) for key in pair if key is not None)
        self.rows: dict[str, dict[str, Any]] = {
            noun: {str(row.pk): row for row in querysets(user)[noun].filter(pk__in=found)}
            for noun, found in keys.items()
        }

    def told(self, change: ReferenceChange) -> Told:
        noun = NOUN_OF[change.subject_type]
        row = self.rows[noun].get(change.subject_id)
        return Told(
            noun=noun,
            name=_named(row) if row else change.label,
            address=row.get_absolute_url() if row else "",
            kind=change.kind,
            at=change.changed_at,
            by=change.changed_by,
            source=getattr(row, "source", "") if change.source in NO_SOURCES else change.source,
            is_unconfirmed=bool(getattr(row, "is_unconfirmed", False)),
            lines=self.lines(change),
        )

    def lines(self, change: ReferenceChange) -> list[Line]:
        """Each field that changed, in the order of the entry's columns; what belongs to it comes last."""
        columns = [column.attname for column in MODELS[NOUN_OF[change.subject_type]]._meta.concrete_fields]
        place = {name: number for number, name in enumerate(columns)}  # PostgreSQL keeps no order in JSON
        found = []
        for name, pair in sorted(change.changes.items(), key=lambda item: (place.get(item[0], len(place)), item[0])):
            if name in PARTS:
                found += self._of_part(name, pair, change.changes)
            elif "." not in name and (line := self._of_column(name, pair, change)) is not None:
                found.append(line)
        return found

    def _of_column(self, name: str, pair: list[Any], change: ReferenceChange) -> Line | None:
        model = MODELS[NOUN_OF[change.subject_type]]
        if name in NOT_SHOWN or (own := _field(model, name)) is None:
            return None
        dated = [day for day, precision in PRECISION_OF.items() if precision == name]
        if any(day in change.changes for day in dated):
            return None  # said with the day
        precisions = ["", ""]
        if name in PRECISION_OF and isinstance(own, models.DateField):
            row = self.rows[NOUN_OF[change.subject_type]].get(change.subject_id)
            now = getattr(row, PRECISION_OF[name], "")
            precisions = change.changes.get(PRECISION_OF[name], [now, now])
        before, after = (
            self._value(_leads_to(name, change), own, value, precision)
            for value, precision in zip(pair, precisions, strict=True)
        )
        return Line(_sentence(own.verbose_name), before, after)

    def _of_part(self, part: str, pair: list[Any], changes: dict[str, list[Any]]) -> list[Line]:
        """An event, country, mandate, holder or alias; the columns of one whose name stayed, which tell more."""
        model, label = PARTS[part], _sentence(PARTS[part]._meta.verbose_name)
        if model is Country:
            before, after = (self._country(name) for name in pair)
        elif model is Mandate:
            before, after = (self.names_of_mandates.get(name or "", name or "") for name in pair)
        elif model is VisitEvent:
            before, after = (self._event(name, changes, place) for place, name in enumerate(pair))
        else:
            before, after = (name or "" for name in pair)
        if before != after:
            return [Line(label, before, after)]
        lines = []
        for name, (was, now) in changes.items():
            column = name.removeprefix(f"{part}.")
            if column != name and column not in NOT_SHOWN_OF_PARTS and (own := _field(model, column)):
                values = (self._value("", own, value, "") for value in (was, now))
                lines.append(Line(f"{label} {quoted(after)}, {own.verbose_name}", *values))
        return lines

    def _event(self, name: str | None, changes: dict[str, list[Any]], place: int) -> str:
        """An event of a visit in the active language, if its columns were recorded; else as it was named then."""
        columns = {one: changes.get(f"visitevent.{one}", (None, None))[place] for one in VisitEvent.told}
        said: dict[str, Any] = changes.get("visitevent.told", (columns, columns))[place]
        if name is None or not said["kind"] or not said["known_by"]:
            return name or ""
        said = said | {one: parse_date(said[one]) for one in ("day", "known_by") if said[one]}
        return str(VisitEvent(**said))

    def _country(self, names: str | None) -> str:
        """Names of countries, as they were written then, in the active language."""
        if not names:
            return ""
        if names in self.names_of_countries:
            return self.names_of_countries[names]
        return _(", ").join(self.names_of_countries.get(name, name) for name in names.split(", "))

    @cached_property
    def names_of_countries(self) -> dict[str, str]:
        """The name in the active language by the names in all languages. One query."""
        return {
            getattr(country, f"name_{language}"): country.name
            for country in Country.objects.all()
            for language in LANGUAGES_OF_NAMES
        }

    @cached_property
    def names_of_mandates(self) -> dict[str, str]:
        """The title in the active language by the one under which it was recorded. One query, none in English."""
        if get_language() == "en":
            return {}
        return {mandate.title: mandate.name for mandate in Mandate.objects.all()}

    def _value(self, noun: str, own: Any, value: Any, precision: str) -> str:
        """A value of a column as pages show it; `noun` is the kind of row that it leads to, if any."""
        if value is None or value == "":
            return ""
        if noun:
            row = self.rows[noun].get(str(value))
            return _named(row) if row is not None else _("an entry that is not shown to you")
        if own.flatchoices:
            return str(dict(own.flatchoices).get(value, value))
        if isinstance(own, models.BooleanField):
            return _("yes") if value else _("no")
        if isinstance(own, models.DateField) and isinstance(value, str) and (day := parse_date(value[:10])):
            return show_day(day, precision or Precision.DAY)
        return str(value)


MODELS: dict[str, Any] = {"visit": CountryVisit, "call": CallForInput, "report": Report, "mandate": Mandate}

REFERENCES = {
    "visit_id": "visit",
    "report_id": "report",
    "session_id": "session",
    "report_session_id": "session",
    "successor_id": "mandate",
    "country_id": "country",
}
"""Columns that lead to another row, and of which kind it is."""

NO_SOURCES = {"admin", "fixtures", "invented for demonstration"}
"""What stands in the place of a source when nobody named one."""


def querysets(user: Any) -> dict[str, Any]:
    """The rows that changes name, as `user` knows them, by kind."""
    return {
        "visit": CountryVisit.objects.known_to(user).with_places(),
        "call": CallForInput.objects.known_to(user),
        "report": Report.objects.known_to(user),
        "mandate": Mandate.objects.all(),
        "session": Session.objects.all(),
        "country": Country.objects.all(),
    }


def _leads_to(name: str, change: ReferenceChange) -> str:
    """Of which kind the row is that a column leads to; "" for a column that leads nowhere."""
    return NOUN_OF[change.subject_type] if name == "merged_into_id" else REFERENCES.get(name, "")


def _named(row: models.Model) -> str:
    """An entry as its page is headed: a mandate by its title in the active language."""
    return row.name if isinstance(row, Mandate) else str(row)


def _field(model: Any, name: str) -> Any:
    """The field with this column; None for one that the model does not have any more."""
    try:
        return model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None


def _sentence(words: Any) -> str:
    """Words with a capital at the beginning, as labels are written."""
    text = str(words)
    return text[:1].upper() + text[1:]
