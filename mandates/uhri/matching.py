"""Names in the Index that no mandate has yet: they wait for a person, who says once whose they are."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import Count

from ..imports import match_names
from ..models import Mandate, MandateAlias, Recommendation, RecommendationMandate

BATCH = 1_000


class Unmatched(NamedTuple):
    """A name of somebody who says so many `recommendations`."""

    name: str
    recommendations: int


def unmatched_bodies() -> list[Unmatched]:
    """The names to match, those of most recommendations first. One query."""
    counts: Counter[str] = Counter()
    rows = Recommendation.objects.to_match().order_by().values_list("unmatched").annotate(n=Count("pk"))
    for names, n in rows:
        for name in names.splitlines():
            counts[name] += n
    return [Unmatched(name, n) for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def match_bodies(matched: Mapping[str, Mandate], *, by: str) -> tuple[int, list[str]]:
    """Keep whose names these are, {name: mandate}, and give that mandate to the recommendations that wait for it.

    How many these are, and the names that cannot be kept. The next import finds the names among the aliases.
    """
    with transaction.atomic():
        refused = match_names(matched, by=by, source="Universal Human Rights Index", kind=MandateAlias.Kind.UHRI)
        given = sum(_give(name, mandate) for name, mandate in matched.items() if name not in refused)
    return given, refused


def _give(name: str, mandate: Mandate) -> int:
    """The alias tells of it; the rows are written as an import would."""
    waiting: Any = models.QuerySet(Recommendation).filter(unmatched__contains=name).order_by().only("pk", "unmatched")
    rows = [row for row in waiting if name in row.names_to_match]
    for row in rows:
        row.unmatched = "\n".join(other for other in row.names_to_match if other != name)
    places = [RecommendationMandate(recommendation_id=row.pk, mandate=mandate) for row in rows]
    RecommendationMandate.objects.bulk_create(places, batch_size=BATCH, ignore_conflicts=True)
    models.QuerySet(Recommendation).bulk_update(rows, ["unmatched"], batch_size=BATCH)
    return len(rows)
