"""Help by role, the reader's own first, and the glossary. Nothing of any cluster stands on these pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.revalidated import revalidated

from .. import glossary
from ..levels import READERS
from ..models import Cluster, Engagement, User
from ..querysets import rights_of

ROLES = {
    "coordinator": _("Coordinators"),
    "member": _("Members"),
    "task-team": _("Task team"),
    "administrator": _("Administrators"),
}
"""Whom each page of help is for, in the order in which a person with several roles is shown her own."""


@require_safe
@revalidated
def help_page(request: HttpRequest, role: str = "") -> TemplateResponse:
    """What this tool is for one role, step by step; without `role` for the reader's own.

    Its links lead to pages that this reader may open: those of another role are named without one.
    """
    own = _roles_of(request.user)
    role = role or own[0]
    context: dict[str, Any] = {
        "role": role,
        "roles": [(key, label, key in own) for key, label in ROLES.items()],
        "is_own": role in own,
        "cluster": None,
        "readers": [(level.label, READERS[level.value]) for level in Engagement.Level],
    }
    if role == "coordinator":
        context["cluster"] = Cluster.objects.coordinated_by(request.user).order_by("name").first()
    return TemplateResponse(request, f"engagement/help/{role.replace('-', '_')}.html", context)


def _roles_of(user: User) -> list[str]:
    """Whose help is this person's own; at least that of members. At most two queries."""
    held = {
        "coordinator": bool(rights_of(user).coordinated),
        "task-team": bool(user.task_team),
        "administrator": user.is_administrator,
    }
    return [role for role in ROLES if held.get(role)] or ["member"]


@require_safe
@revalidated
def glossary_page(request: HttpRequest) -> TemplateResponse:
    """The terms in the reader's language, each with a sentence, and beside it in the other languages."""
    language = get_language() or "en"
    others = [code for code, _label in settings.LANGUAGES if code != language]
    groups = [
        ("un", _("Special Procedures and the UN"), [_row(term, language, others, stars=True) for term in glossary.UN]),
        ("clusters", _("Clusters and this tool"), [_row(term, language, others) for term in glossary.CLUSTERS]),
    ]
    context = {"groups": groups, "others": others, "sources": glossary.SOURCES}
    return TemplateResponse(request, "engagement/help/glossary.html", context)


def _row(term: glossary.Term, language: str, others: list[str], stars: bool = False) -> tuple[Any, ...]:
    """(word, meaning, whether starred, the same in other languages); a star stands at a word of no UN source."""
    unofficial = {code for code in (language, *others) if stars and code not in term.official}
    translations = [(code, term.words[code], code in unofficial) for code in others]
    return term.words[language], term.meaning, language in unofficial, translations
