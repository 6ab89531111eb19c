"""What the clusters' side adds to pages of the UN side, which know nothing of clusters."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from mandates.models import CallForInput, CountryVisit

from ..actions import WITH
from ..log import LogLine, drawn
from ..models import Action, Cluster, Engagement
from ..querysets import may_suggest

register = template.Library()


@register.inclusion_tag("engagement/_log_about.html", takes_context=True)
def log_about(context: dict[str, Any], **item: Any) -> dict[str, Any]:
    """What was logged about a visit, call or report, as far as this person reads it, and a way to log more.

    Takes one of `visit=`, `call=`, `report=`. Three queries and one for mandates.
    """
    ((noun, row),) = item.items()
    user = context["request"].user
    engagements = Engagement.objects.visible_to(user).filter(**{noun: row}).standing()
    actions = []
    countries = set(Cluster.objects.coordinated_by(user).values_list("country", flat=True))
    named = {country.pk for country in row.countries.all()}
    if countries and not row.withdrawn_on and (countries & named or (not named and noun != "visit")):
        actions = list(Action.objects.filter(number__in=WITH[noun]))
    return {"noun": noun, "item": row, "actions": actions, "engagements": list(engagements.for_list()[:10])}


@register.inclusion_tag("engagement/_suggest_link.html", takes_context=True)
def suggest_link(context: dict[str, Any], noun: str) -> dict[str, Any]:
    """The way to enter a "visit" or "call" that is missing, for those who may. One query at most."""
    user = context["request"].user
    return {"noun": noun, "may_suggest": may_suggest(user), "user": user}


@register.inclusion_tag("engagement/_suggestion.html", takes_context=True)
def suggestion(context: dict[str, Any], item: CountryVisit | CallForInput) -> dict[str, Any]:
    """Whether a visit or call is unconfirmed, merged, declined or withdrawn, for its page. One query at most."""
    user = context["request"].user
    cluster = Cluster.objects.filter(pk=item.suggested_in).first() if item.is_unconfirmed else None
    return {"item": item, "cluster": cluster, "decides": bool(user.task_team)}


@register.filter
def log_rows(lines: list[LogLine]) -> SafeString:
    """The rows of a table of the log."""
    return drawn(lines)


@register.inclusion_tag("engagement/_level.html")
def level(engagement: Engagement) -> dict[str, Any]:
    """How sensitive a record is, in a word."""
    return {"engagement": engagement}
