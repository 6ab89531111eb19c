"""What people say is wrong in the reference data."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Prefetch, Q

from mandates.models import CallForInput, CountryVisit


class DoubtQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of them to the task team, who settles them; to everyone else her own, about entries that she knows."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.task_team:
            return self.all()
        known = Q(visit=None, call=None)
        for noun, model in (("visit", CountryVisit), ("call", CallForInput)):
            known |= Q(**{f"{noun}__in": model.objects.known_to(user).order_by().values("pk")})
        return self.filter(known, said_by=user.pk)

    def waiting(self) -> Self:
        """Those about which the task team has not decided."""
        return self.filter(outcome="waiting")

    def lately(self, since: datetime) -> Self:
        """Those that wait, and those that were settled after `since`."""
        return self.filter(Q(outcome="waiting") | Q(settled_at__gte=since))

    def for_list(self) -> Self:
        """With the entries and people they name, said first first; three queries more where visits are among them."""
        rows = self.select_related("call", "report", "mandate", "recommendation", "said_by", "settled_by").order_by(
            "said_at", "id"
        )
        return rows.prefetch_related(Prefetch("visit", CountryVisit.objects.with_places()))
