"""The search over everything that one may read."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.lists import TEXT_MAX

from .. import search

WORDS = forms.CharField(
    required=False,
    min_length=2,
    max_length=TEXT_MAX,
    error_messages={
        "min_length": _("One letter stands nearly everywhere. Type at least two."),
        "max_length": _(
            "That is too long to look for. Take the words that matter, at most %(limit_value)d characters."
        ),
        "null_characters_not_allowed": _("This has characters that cannot be looked for. Type it again."),
    },
)


@never_cache
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What this person may read that holds the words of `?q=`, by kind."""
    typed, problem = request.GET.get("q", ""), ""
    try:
        text = WORDS.clean(typed)
    except ValidationError as error:
        text, problem = "", error.messages[0]
    kinds = search.found(text, request.user) if text else []
    context = {
        "typed": "".join(mark if mark.isprintable() else "�" for mark in typed[:TEXT_MAX]),
        "text": text,
        "problem": problem,
        "kinds": kinds,
        "meant": search.meant(text) if text and not any(kind.noun == "mandate" for kind in kinds) else [],
    }
    return TemplateResponse(request, "engagement/search.html", context)
