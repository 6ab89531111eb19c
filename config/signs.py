"""What Django's formats leave to each language: quotation marks, colons, the first of the month."""

import re
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def quoted(words: object) -> str:
    """“words”, « words » or «words»."""
    return _("“%(words)s”") % {"words": words}


def colon() -> str:
    """The sign between a label and what it labels, and the space after it; French has one before it too."""
    return _("%(label)s: %(what)s") % {"label": "", "what": ""}


def labelled(label: object, what: object) -> str:
    """A label and what it labels: "Level: moderate"."""
    return _("%(label)s: %(what)s") % {"label": label, "what": what}


def first_of_month(day: str) -> str:
    """A day in words, with the first of a month as an ordinal where the active language has it so: "1er mai 2026"."""
    return re.sub(r"^1(?= [^\W\d])", "1er", day) if get_language() == "fr" else day


def date_format(value: Any, format: str | None = None) -> str:
    """Django's, with the first of the month as the active language says it."""
    return first_of_month(formats.date_format(value, format))
