"""Keys by which a calendar program or a feed reader asks for what one person follows."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import FeedKeyQuerySet
from ..text import is_readable
from .base import UUIDModel


class FeedKey(UUIDModel):
    """A key of one person; stored is its digest only, so that nobody reads the key from a copy of the database.

    It opens public reference data and nothing else. Its owner sees when it was used last, and revokes it by deleting
    the row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    name = models.CharField(_("where you use it"), max_length=60, validators=[is_readable])
    digest = models.CharField(_("digest of the key"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    objects = FeedKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key to feeds")
        verbose_name_plural = _("keys to feeds")
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_key() -> str:
        """192 bits of chance, in letters that an address can hold."""
        return secrets.token_urlsafe(24)

    @staticmethod
    def digest_of(key: str) -> str:
        """What is stored of a key. No salt and no stretching: nobody can try out 192 bits."""
        return sha256(key.encode()).hexdigest()
