"""Looking after the reference data: what was checked, what looks wrong to somebody, what became of that."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mandates.changes import attributed_to

from ..models import Doubt, User
from .act import NotNow
from .log import FormKeyTaken


def check_entry(*, by: User, item: Any) -> None:
    """Write down that `by` compared an entry of the reference data with its source today, and all still fits.

    Raises NotNow when somebody withdrew it meanwhile.
    """
    with transaction.atomic(), attributed_to(by.email, source=item.source_url or item.source):
        # NO KEY: whoever saves a row that refers to this one need not wait.
        current = type(item).objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if getattr(current, "withdrawn_on", None):
            raise NotNow(_("This entry was withdrawn meanwhile: there is nothing to check."))
        current.checked_on = timezone.localdate()
        current.save()


def say_doubt(*, by: User, noun: str, item: Any, text: str, key: UUID) -> Doubt:
    """Write that `item` (`noun` as in `models.doubt.NOUNS`) looks wrong to `by`; one `key` writes one row.

    Raises FormKeyTaken when the key is that of something else.
    """
    said = {noun: item, "text": text, "said_by": by}
    doubt, is_new = Doubt.objects.get_or_create(pk=key, defaults=said)
    if not is_new and (doubt.said_by != by or doubt.text != text or doubt.item != item):
        raise FormKeyTaken
    return doubt


def settle_doubt(*, by: User, doubt: Doubt, outcome: str, answer: str) -> None:
    """Say what became of a doubt, and the answer. Raises NotNow when a colleague was first."""
    with transaction.atomic():
        current = Doubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
        if current.outcome != Doubt.Outcome.WAITING:
            raise NotNow(_("A colleague settled this a moment ago."))
        current.outcome, current.answer = outcome, answer
        current.settled_by, current.settled_at = by, timezone.now()
        current.save()
