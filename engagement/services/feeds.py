"""Keys to feeds: made once, shown once, revoked at once."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import FeedKey, User
from .act import NotNow

MOST_KEYS = 10
"""Keys that one person can have at a time."""


def make_feed_key(*, by: User, name: str, form_key: UUID) -> tuple[FeedKey, str]:
    """A new key of `by`: its row and the key itself, which nobody can show again.

    Raises NotNow when she has enough of them, or when this form has made one already.
    """
    key = FeedKey.new_key()
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=by.pk)
            if FeedKey.objects.visible_to(by).count() >= MOST_KEYS:
                raise NotNow(_("You have %(most)d keys: revoke one that you do not use.") % {"most": MOST_KEYS})
            row = FeedKey(pk=form_key, user=by, name=name, digest=FeedKey.digest_of(key))
            row.save(force_insert=True)
    except IntegrityError:
        raise NotNow(_("This form has made a key already. It is shown once only: make another one.")) from None
    return row, key


def revoke_feed_key(*, feed_key: FeedKey) -> None:
    """Let a key open nothing any more."""
    feed_key.delete()
