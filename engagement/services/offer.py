"""Paragraphs that people of a cluster offer for its answer to a call, and take back while nobody has decided."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mandates.models import CallForInput

from ..models import Cluster, ContributionOffer, User
from .act import NotNow, lock


def offer_paragraphs(
    *, by: User, cluster: Cluster, call: CallForInput, key: UUID, text: str, **fields: Any
) -> tuple[ContributionOffer, bool]:
    """Offer `text` to the coordinators of a cluster that `by` belongs to; (the offer, whether it is new).

    The same form sent twice is one offer; with other words in it, after "back", it is another. `fields` are `source`,
    `consent`, `may_be_named`. Raises NotNow for a closed call. Asks nothing about a contribution, and tells nothing.
    """
    if not call.is_open(timezone.now()):
        raise NotNow(_("This call is closed: nothing can be offered for it any more."))
    with transaction.atomic():
        lock(cluster)
        if first := ContributionOffer.objects.filter(form_key=key).first():
            if first.offered_by_id == by.pk and first.text == text:
                return first, False
            key = uuid4()
        offer = ContributionOffer.objects.create(
            cluster=cluster, call=call, offered_by=by, text=text, form_key=key, **fields
        )
    return offer, True


def take_back(*, by: User, offer: ContributionOffer) -> None:
    """Take back one's own offer. Raises NotNow when it was decided on, or taken back, already."""
    with transaction.atomic():
        current = ContributionOffer.objects.select_for_update().get(pk=offer.pk, offered_by=by)
        if current.state != ContributionOffer.State.OFFERED:
            raise NotNow(
                _("This offer cannot be taken back any more: %(state)s.") % {"state": current.get_state_display()}
            )
        current.state = ContributionOffer.State.WITHDRAWN
        current.save(update_fields=["state"])
