"""What every form of the clusters' side is made of: its free texts are checked before they are stored.

A form here is a `Form` or `ModelForm` of this module and need not think of it. It says at which level its texts are
read, where it does not ask; which of its fields hold an address or a name that is meant to be there; and which cluster
it is of, whose country's phone numbers are known. `tests/engagement/test_checked_forms.py` asks that of all forms.
"""

from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.signs import quoted

from ..kept_forms import REFRESH
from ..models import Cluster, Engagement
from ..text import beginning

if TYPE_CHECKING:
    from ..risky import Fault

Words = str | Promise

TICK = "looked_at"
"""The name of the tick; its value names the pieces that stood on the page when it was set."""

_WITHOUT_TEXT = (forms.EmailField, forms.URLField, forms.UUIDField, forms.SlugField)


@dataclass(frozen=True, slots=True)
class Tick:
    """The one box of a form by which a person says that she has looked; it stands under the field `under`."""

    name: str
    under: str
    value: str
    is_set: bool


class CheckedField(forms.BoundField):
    """A field with, where it is a free text, the question to read before writing, and perhaps the tick below it."""

    @property
    def is_free_text(self) -> bool:
        """Whether what is typed here is checked."""
        return self.name in self.form.free_texts

    @property
    def tick(self) -> Tick | None:
        """The tick of the form, when it stands under this field."""
        tick = self.form.tick
        return tick if tick and tick.under == self.name else None

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.is_free_text:
            return described
        return f"{self.auto_id}_aloud {described}".strip()


class ChecksTexts(forms.BaseForm):
    """Refuses in free texts what leads to a person; asks about what may, and takes a tick for an answer.

    At level high, e-mail addresses, phone numbers, numbers of papers and cases, coordinates are refused. All else that
    `risky` finds is an error until the tick names it: a piece that is added later is asked about anew. Pieces that
    stand in the stored text already, at the same level, were looked at then.
    """

    bound_field_class = CheckedField
    level_of_texts: str = Engagement.Level.HIGH.value
    """At which level the texts are read when the form has no field "level"; high, the strictest, until it says so."""
    not_checked: tuple[str, ...] = ()
    """Fields that look like free text and are none: names and addresses that are meant to be there."""
    go_on = _("Mend it; or tick below that you have looked.")
    """How to go on with what may lead to a person: for a form that draws the tick."""
    starts_from_stored = False
    """Whether `initial` holds the texts as they are stored; a form of a stored `instance` knows by itself."""

    def __init__(
        self, data: Any = None, *args: Any, level: str | None = None, cluster: Cluster | None = None, **kwargs: Any
    ) -> None:
        self._begun = data if data is not None and REFRESH in data else None
        super().__init__(None if self._begun else data, *args, **kwargs)
        self.cluster = cluster
        self.tick: Tick | None = None
        if level is not None:
            self.level_of_texts = level

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What the field starts from: what was typed, when the form was sent to be gone on with (`REFRESH`)."""
        name = self.add_prefix(field_name)
        if self._begun is None or field.widget.value_omitted_from_data(self._begun, {}, name):
            return super().get_initial_for_field(field, field_name)
        return field.widget.value_from_datadict(self._begun, {}, name)

    @property
    def free_texts(self) -> list[str]:
        """The names of the fields in which a person can write what she likes."""
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField)
            and not isinstance(field, _WITHOUT_TEXT)
            and not field.widget.is_hidden
            and name not in self.not_checked
        ]

    def full_clean(self) -> None:
        super().full_clean()
        self.tick = None
        if not self.is_bound or (self.empty_permitted and not self.has_changed()):
            return
        texts = {name: self.cleaned_data[name] for name in self.free_texts if self.cleaned_data.get(name)}
        if texts:
            self._check(texts)

    def _check(self, texts: dict[str, str]) -> None:
        """Add an error for each kind of piece in each text, but for pieces that were looked at."""
        from ..risky import check_row  # here, since its patterns take a third of a second, and few requests have texts

        level = self.cleaned_data.get("level") or self.level_of_texts
        region = self.cluster.country.iso2 if self.cluster else ""
        faults = check_row(texts, level, region)
        if faults and self._is_stored():
            stored = {name: self.get_initial_for_field(self.fields[name], name) or "" for name in texts}
            known = {_key(fault) for fault in check_row(stored, level, region)}
            faults = [fault for fault in faults if fault.is_refused or _key(fault) not in known]
        asked = [fault for fault in faults if not fault.is_refused]
        is_ticked = {_key(fault) for fault in asked} <= set(self.data.get(self.add_prefix(TICK), "").split(","))
        if asked:
            value = ",".join(sorted({_key(fault) for fault in asked}))
            self.tick = Tick(self.add_prefix(TICK), asked[-1].field, value, is_ticked)
        alike: dict[tuple[str, str], list[Fault]] = {}
        for fault in faults:
            if fault.is_refused or not is_ticked:
                alike.setdefault((fault.field, fault.finding.kind), []).append(fault)
        for (name, _kind), of_one_kind in alike.items():
            self.add_error(name, explained(of_one_kind, self.go_on))

    def renew(self, **values: Any) -> None:
        """Put fresh values for hidden fields (a new key, the current version) into what will be shown again."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = str(value)

    def _is_stored(self) -> bool:
        """Whether the form began with texts that are stored at the level at which they stay."""
        instance = getattr(self, "instance", None)
        is_stored = self.starts_from_stored or (instance is not None and not instance._state.adding)
        return is_stored and "level" not in self.changed_data


class Form(ChecksTexts, forms.Form):
    """A form of the clusters' side."""


class ModelForm(ChecksTexts, forms.ModelForm):
    """A form of the clusters' side that holds one row."""


def _key(fault: "Fault") -> str:
    """A short name of a piece in its field; nothing of the piece can be read from it."""
    return blake2s(f"{fault.field}\0{fault.finding.kind}\0{fault.piece}".encode(), digest_size=6).hexdigest()


ADVICE = {
    "email": (
        _("An e-mail address: %(pieces)s. It leads straight to a person."),
        _("Write who it is without naming her, “a lawyer in the north”, and keep the address outside this tool."),
    ),
    "phone": (
        _("A phone number: %(pieces)s. Whoever finds it can call its owner, locate and trace her."),
        _("Write “reached by phone”, and keep the number outside this tool."),
    ),
    "identifier": (
        _("The number of a passport, an identity card or a case: %(pieces)s. A register leads from it to a person."),
        _("Write “one case” or “her papers”, without the number."),
    ),
    "coordinates": (
        _("Coordinates, or a link to a map: %(pieces)s. They show to the metre where people are."),
        _("Write “a site in the north”."),
    ),
    "person": (
        _("A person, by name, age or initials: %(pieces)s. Neighbours and officials may know who is meant."),
        _("Write “two women, 30s”, or “a teacher in the north”."),
    ),
    "place_and_date": (
        _("A small place together with a day: %(pieces)s. Who was there then is soon known."),
        _("Write “a village in the north, in March”."),
    ),
    "detention": (
        _("Where somebody is or was held: %(pieces)s. Whoever is held there can be made to pay for it."),
        _("Write “in detention”, without the place."),
    ),
}
"""For each kind: what was found and why it matters; how to write instead."""


def explained(faults: "list[Fault]", go_on: Words) -> ValidationError:
    """The error for pieces of one kind in one field, quoted to whoever wrote them; not for anybody else's eyes.

    `go_on` says what to do with what is not refused.
    """
    found, instead = ADVICE[faults[0].finding.kind.value]
    shown = list(dict.fromkeys(quoted(f"\u2068{beginning(fault.piece, 60)}\u2069") for fault in faults))
    pieces = ", ".join(shown[:5]) + (" …" if len(shown) > 5 else "")
    rest = _("Nothing of level high is stored with it: take it out.") if faults[0].is_refused else go_on
    return ValidationError([ValidationError(f"{found % {'pieces': pieces}} {instead} {rest}", code="risky")])
