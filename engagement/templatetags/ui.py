"""What every page draws: the navigation of this person, and a few words for values."""

from functools import cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info, pgettext
from django.utils.translation import gettext as _
from qrcode.main import QRCode

from ..pictures import picture_of
from ..sessions import seconds_left
from ..text import beginning

register = template.Library()


address_of = cache(reverse)
"""The address of a page without arguments: looked up once."""


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The main links; `current` is "page" on the page itself and "true" below it.

    The overview is here for the task team; coordinators find theirs on the page of clusters, since whether somebody is
    one takes a query, which not every page should ask.
    """
    path = context["request"].path
    links = []
    for_team = [("engagement:overview", _("Overview"))] if context["user"].task_team else []
    for name, label in (
        ("engagement:home", _("Home")),
        *for_team,
        ("engagement:engagement-list", _("Log")),
        ("engagement:cluster-list", _("Clusters")),
        ("engagement:support-list", _("Support")),
        ("mandates:calendar", _("Calendar")),
        ("mandates:visit-list", _("Visits")),
        ("mandates:call-list", _("Calls")),
        ("mandates:report-list", _("Reports")),
        ("mandates:mandate-list", _("Mandates")),
        ("engagement:guide", _("Guide")),
    ):
        url = address_of(name)
        below = url != "/" and path.startswith(url)
        current = "page" if path == url else "true" if below else ""
        links.append({"url": url, "label": label, "current": current})
    return links


@register.filter
def lines(text: str, limit: int = 200) -> str:
    """The beginning of a narrative for a list."""
    return beginning(text, limit)


@register.simple_tag
def must(field: forms.BoundField) -> str:
    """The attribute by which a label says that its field is required: where it starts empty, and others may stay so."""
    others = (other.field for other in field.form.visible_fields())
    some_may_stay = any(not (other.required or isinstance(other, forms.BooleanField)) for other in others)
    # A drop-down without an empty choice never starts empty: such a one gets no attribute "required" either.
    starts_empty = field.initial in (None, "", []) and (
        field.use_fieldset or field.field.widget.use_required_attribute(field.initial)
    )
    if field.field.required and starts_empty and some_may_stay:
        return format_html(' data-must="{}"', pgettext("a field", "required"))
    return ""


@register.inclusion_tag("includes/qr_code.html")
def qr_code(text: str) -> dict[str, Any]:
    """`text` as a QR code in SVG: drawn into the page, since the policy allows no data: address."""
    code = QRCode(border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark)
    return {"size": len(matrix), "path": "".join(dark)}


@register.inclusion_tag("includes/picture.html")
def picture(name: str, alt: str) -> dict[str, Any]:
    """A picture of the pages of help, in the reader's language; `alt` says what is to be seen."""
    return {"picture": picture_of(name, get_language() or "en"), "alt": alt}


@register.simple_tag(takes_context=True)
def session_left(context: dict[str, Any]) -> int:
    """In how many seconds the reader is signed out if she does nothing more."""
    return seconds_left(context["request"].session)


@register.simple_tag
def words_of_moments() -> dict[str, Any]:
    """How moments are worded in this language, for static/drafts.js, which knows the letters j, F, Y, H and i."""
    moment, clock = get_format("DATETIME_FORMAT"), get_format("TIME_FORMAT")
    return {"moment": moment, "clock": clock, "months": [MONTHS[number] for number in range(1, 13)]}


@register.simple_tag
def is_demo() -> bool:
    """Whether this runs with demo data: only with DEBUG can they be loaded."""
    return settings.DEBUG


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """(code, the language's own name for itself) of each language there is."""
    return [(code, get_language_info(code)["name_local"]) for code, _label in settings.LANGUAGES]
