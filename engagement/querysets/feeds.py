"""Keys to feeds: whose they are, and what one opens."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce


class FeedKeyQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of `user` herself; nobody sees those of another."""
        return self.filter(user=user.pk) if user.is_authenticated and user.is_active else self.none()

    def opened_by(self, key: str) -> Self:
        """The row that this key opens: none for a wrong or revoked one, and none of a person without an account."""
        from ..models import FeedKey

        return self.filter(digest=FeedKey.digest_of(key), user__is_active=True).select_related("user")

    def not_used_since(self, moment: datetime) -> Self:
        """Those that nothing has asked with since, nor were made since."""
        return self.annotate(last=Coalesce("used_at", "made_at")).filter(last__lt=moment)
