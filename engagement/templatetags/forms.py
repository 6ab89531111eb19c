"""What every form carries, the colon, and days: builtins of the templates (`TEMPLATES`), so that no page loads them."""

from typing import Any

from django import template
from django.template import defaultfilters
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import signs

from ..kept_forms import TYPED_BY, token_of

register = template.Library()
register.simple_tag(signs.colon)


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, format: str | None = None) -> str:
    """Django's filter, with the first of the month as the active language says it."""
    return signs.first_of_month(defaultfilters.date(value, format))


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Django's `{% csrf_token %}`, and on the pages of a signed-in person a second field that says whose page it is.

    Should the form arrive after her session has ended, it is kept for her alone (`kept_forms`).
    """
    token = CsrfTokenNode().render(context)
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, TYPED_BY, token_of(user))
