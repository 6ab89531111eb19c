"""The thread of a recommendation: what clusters gave before, the paragraph that came, where it was used.

Every line passes the gate: each reader is shown, and told the number of, those that she could list.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from mandates.models import CallForInput, Recommendation

from .actions import CONTACTS, ids_of
from .models import AdvocacyUse, Engagement

SHOWN = 50
"""Lines of each end of a thread; more are only said to be there."""


@dataclass(frozen=True, slots=True)
class Thread:
    """`inputs` are contacts (`CONTACTS`) about the calls, the visit or the report behind a paragraph, `uses` the acts
    that used it.

    Both in the order of time. `has_source`: a report or visit is recorded, without which there can be no inputs.
    """

    inputs: list[Engagement]
    uses: list[AdvocacyUse]
    has_source: bool
    has_more: bool


def thread_of(recommendation: Recommendation, user: Any) -> Thread:
    """The thread as `user` may read it; read the recommendation with `for_detail(user)`. Five queries at most."""
    visible = Engagement.objects.visible_to(user).standing()
    report = recommendation.report
    visit = recommendation.visit or (report and report.visit)
    sources = Q()
    if report:
        sources |= Q(report=report)
    if visit:
        sources |= Q(visit=visit)
    inputs: list[Engagement] = []
    if sources:
        asking = CallForInput.objects.known_to(user).filter(withdrawn_on=None).filter(sources).order_by().values("pk")
        given = visible.filter(sources | Q(call__in=asking), action__in=ids_of(CONTACTS))
        inputs = list(given.for_list().prefetch_related(None).order_by("started_on", "id")[: SHOWN + 1])
    acts = AdvocacyUse.objects.visible_to(user).standing().filter(recommendation=recommendation)
    uses = list(
        acts.select_related("engagement__cluster", "engagement__action").order_by("engagement__started_on", "id")[
            : SHOWN + 1
        ]
    )
    return Thread(inputs[:SHOWN], uses[:SHOWN], bool(sources), max(len(inputs), len(uses)) > SHOWN)
