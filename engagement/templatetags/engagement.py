"""What the clusters' side adds to pages of the UN side, which know nothing of clusters."""

from typing import Any

from django import template

from ..actions import WITH_CALL, WITH_REPORT, WITH_VISIT
from ..models import Action, Cluster, Engagement

register = template.Library()

NUMBERS = {"visit": WITH_VISIT, "call": WITH_CALL, "report": WITH_REPORT}


@register.inclusion_tag("engagement/_log_about.html", takes_context=True)
def log_about(context: dict[str, Any], **item: Any) -> dict[str, Any]:
    """What was logged about a visit, call or report, as far as this person reads it, and a way to log more.

    Takes one of `visit=`, `call=`, `report=`. Three queries and one for mandates.
    """
    ((noun, row),) = item.items()
    user = context["request"].user
    engagements = Engagement.objects.visible_to(user).filter(**{noun: row}).exclude(status="withdrawn")
    actions = []
    countries = set(Cluster.objects.coordinated_by(user).values_list("country", flat=True))
    named = {country.pk for country in row.countries.all()}
    if countries and not row.withdrawn_on and (countries & named or (not named and noun != "visit")):
        actions = list(Action.objects.filter(number__in=NUMBERS[noun]))
    return {"noun": noun, "item": row, "actions": actions, "engagements": list(engagements.for_list()[:10])}


@register.inclusion_tag("engagement/_level.html")
def level(engagement: Engagement) -> dict[str, Any]:
    """How sensitive a record is, in a word."""
    return {"engagement": engagement}
