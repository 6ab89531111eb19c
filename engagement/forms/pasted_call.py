"""What a call says that somebody pastes from its page, as values for the form of a suggestion."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext

from config.signs import quoted
from mandates.day_words import fold
from mandates.models import Mandate
from mandates.paste import issuer_in, issuer_type, read_call, resolve_issuer

from .suggestion import PASTED_MAX, CallSuggestionForm


@dataclass(frozen=True, slots=True)
class Understood:
    """What a pasted text fills in: `values` for the form, `found` labels of these, `notes` for the person."""

    values: dict[str, Any]
    found: list[str]
    notes: list[str]


def understand(text: str) -> Understood:
    """Values for `CallSuggestionForm` out of a pasted text; issuers are looked up among the mandates. Two queries."""
    call = read_call(text[:PASTED_MAX])
    mandates = Mandate.objects.by_every_name()
    issuers, unknown = resolve_issuer(call.issuer, mandates)
    if not call.issuer:
        titles = {fold(title): mandate for mandate in mandates.values() for title in mandate.every_title}
        issuers = issuer_in(call.title, titles) or issuer_in(" ".join(call.unused), titles)
    values: dict[str, Any] = {
        "title": call.title,
        "mandates": [mandate.slug for mandate in issuers],
        "issued_by": unknown,
        "issuer_type": issuer_type(unknown) if unknown and not issuers else "",
        "deadline_kind": call.deadline_kind,
        "deadline_on": call.deadline_on,
        "purpose_text": call.purpose_text,
        "address": call.address,
        "source_url": call.source_url,
    }
    values = {name: value for name, value in values.items() if value}
    labels = {name: str(field.label) for name, field in CallSuggestionForm.base_fields.items()}
    found = [labels[name] for name in values if name not in ("deadline_kind", "issuer_type")]
    if call.source_url:
        values["source"] = urlsplit(call.source_url).hostname or ""
    notes = []
    if unknown:
        said = gettext("“%(issuer)s” is not a mandate known here by that name: it stands under “Issued by”.")
        notes.append(said % {"issuer": unknown})
    if not call.deadline_kind:
        notes.append(gettext("No deadline was found that can be read in one way only: choose it below."))
    if call.hour:
        said = gettext(
            "The call says “%(when)s”. Here it is open until 24:00 of that day, in the time zone that stands below: "
            "change the zone, or give the day before, where that is too late."
        )
        notes.append(said % {"when": call.hour})
    if call.unused:
        shown = gettext(", ").join(quoted(line[:80]) for line in call.unused[:3])
        notes.append(gettext("Not used: %(lines)s.") % {"lines": shown})
    return Understood(values, found, notes)
