"""Action 6: a contribution to a report, begun for a call, written by the cluster's coordinators, sent by them.

The tool sends nothing to a mandate holder: "sent" is what a coordinator says she did.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from mandates.models import CallForInput

from ..actions import action_id
from ..mail import queue_all
from ..models import Cluster, Contribution, ContributionOffer, Engagement, OutgoingMail, User
from ..text import CONTRIBUTION_MAX, NARRATIVE_MAX
from .act import AlreadyDone, NotNow, change_line, lock, log_act, refuse_closed_call, refuse_ended_mandates

ASK_AGAIN_AFTER = timedelta(days=1)


class StaleText(Exception):
    """Somebody saved another text meanwhile; `current` is the contribution as it stands now."""

    def __init__(self, current: Contribution) -> None:
        super().__init__("the text was changed meanwhile")
        self.current = current


def start_contribution(*, by: User, cluster: Cluster, call: CallForInput, key: UUID, level: str) -> Engagement:
    """Begin the cluster's answer to an open call, and log it as under way.

    There is one for each call that is not withdrawn: whoever comes second gets AlreadyDone with the first one's line.
    Raises NotNow for a closed call, or one whose mandate has ended.
    """
    refuse_closed_call(call)
    mandates = list(call.mandates.select_related("successor"))
    refuse_ended_mandates(mandates, timezone.localdate())
    with transaction.atomic():
        lock(cluster)
        about = Engagement.objects.filter(cluster=cluster, call=call, action=action_id(6)).standing()
        if twin := about.filter(contribution__isnull=False).first():
            raise AlreadyDone(twin)
        line = log_act(
            6,
            by=by,
            cluster=cluster,
            words=_words_of_start(cluster, call),
            mandates=mandates,
            key=key,
            level=level,
            call=call,
            status=Engagement.Status.UNDER_WAY,
        )
        Contribution.objects.create(engagement=line)
    return line


def save_text(*, by: User, contribution: Contribution, text: str, seen: str) -> Contribution:
    """Write the text, if what stands there is still what the person saw (`Contribution.digest`), or is the same.

    Raises StaleText otherwise, NotNow once it is sent, Engagement.DoesNotExist when `by` may not write it any more.
    """
    with transaction.atomic():
        current = _locked(by, contribution)
        if current.text == text:
            return current
        if current.digest != seen:
            raise StaleText(current)
        _write(current, text)
    return current


def use_offer(*, by: User, contribution: Contribution, offer: ContributionOffer) -> Contribution:
    """Put the paragraphs of an offer at the end of the text and mark it as used.

    Raises NotNow when it was decided on or taken back meanwhile, when the text has no room, or once it is sent.
    """
    with transaction.atomic():
        current = _locked(by, contribution)
        _decide(by, offer, ContributionOffer.State.USED)
        text = f"{current.text}\n\n{offer.text}" if current.text else offer.text
        if len(text) > CONTRIBUTION_MAX:
            words = {"max": CONTRIBUTION_MAX, "over": len(text) - CONTRIBUTION_MAX}
            raise NotNow(
                _("The text would pass %(max)d characters with this offer: shorten it by %(over)d first.") % words
            )
        _write(current, text)
    return current


def decline_offer(*, by: User, offer: ContributionOffer, answer: str = "") -> None:
    """Say that an offer is not used, with a word to whoever made it. Raises NotNow when it was decided on already."""
    with transaction.atomic():
        _decide(by, offer, ContributionOffer.State.NOT_USED, answer)


def _decide(by: User, offer: ContributionOffer, state: str, answer: str = "") -> None:
    current = ContributionOffer.objects.kept_by(by).select_for_update().filter(pk=offer.pk).first()
    if current is None:
        raise NotNow(_("This offer was taken back meanwhile."))
    if current.state != ContributionOffer.State.OFFERED:
        words = {"name": current.decided_by, "state": current.get_state_display()}
        raise NotNow(_("%(name)s has decided on this offer: %(state)s.") % words)
    current.state, current.answer = state, answer
    current.decided_by, current.decided_at = by, timezone.now()
    current.save()


def ask_for_offers(*, by: User, contribution: Contribution, people: list[User]) -> list[OutgoingMail]:
    """Mail `people` of the cluster that paragraphs are wanted for the call; the mails, to be delivered once committed.

    Nobody is asked a second time within a day: she gets no second mail. Raises NotNow when the call is closed or the
    contribution sent.
    """
    now = timezone.now()
    with transaction.atomic():
        current = _locked(by, contribution)
        refuse_closed_call(current.call)
        lately = current.mails.filter(created_at__gt=now - ASK_AGAIN_AFTER)
        asked = set(lately.values_list("to", flat=True))
        mails = queue_all(
            [person for person in people if person.pk not in asked],
            kind=OutgoingMail.Kind.OFFERS,
            by=by,
            cluster=current.engagement.cluster,
            contribution=current,
        )
        if mails:
            current.asked_at = now
            current.save(update_fields=["asked_at"])
    return mails


def record_sending(*, by: User, contribution: Contribution, sent_on: date, publication: str) -> Engagement:
    """Say that the contribution was sent, and whether it may be published: its line is done, on that day.

    What a coordinator wrote into the line meanwhile stays, with the sentence about the sending after it. Raises
    NotNow when it was marked as sent before, and while there is no text.
    """
    with transaction.atomic():
        current = _locked(by, contribution)
        if not current.text:
            raise NotNow(_("There is no text yet. Put in what was sent, save it, then say when it was sent."))
        current.sent_on, current.publication = sent_on, publication
        current.save(update_fields=["sent_on", "publication"])
        line = current.engagement
        before, words = line.what_was_done, _words_of_sending(current)
        if before and before != _words_of_start(line.cluster, current.call):
            words = f"{before}\n{words}"
        return change_line(
            line,
            by=by,
            status=Engagement.Status.DONE,
            started_on=sent_on,
            ended_on=None,
            date_precision=Engagement.DatePrecision.DAY,
            what_was_done=words if len(words) <= NARRATIVE_MAX else before,
        )


def _locked(by: User, contribution: Contribution) -> Contribution:
    """The contribution as it stands now, nobody else's to write until the transaction ends.

    Raises Engagement.DoesNotExist when `by` may not change it, NotNow when it was sent.
    """
    editable = Engagement.objects.editable_by(by).select_related("cluster", "call")
    line = editable.select_for_update(of=("self",)).get(pk=contribution.engagement_id)
    current = Contribution.objects.get(engagement=line)
    current.engagement = line
    if current.sent_on:
        raise NotNow(_("This contribution was marked as sent meanwhile; its text stays as it was sent."))
    return current


def _write(contribution: Contribution, text: str) -> None:
    """Save the text. Its line has changed with it: that is what the retention of its text counts from."""
    contribution.text = text
    contribution.save(update_fields=["text"])
    Engagement.objects.filter(pk=contribution.engagement_id).update(updated_at=timezone.now())


def _words_of_start(cluster: Cluster, call: CallForInput) -> str:
    with override(cluster.working_language):
        return _("Working on a contribution to the call “%(call)s”.") % {"call": call.title}


def _words_of_sending(contribution: Contribution) -> str:
    """What was sent in a sentence, in the cluster's working language."""
    line, words = contribution.engagement, contribution.words
    used = ContributionOffer.objects.filter(cluster=line.cluster, call=line.call, state="used")
    people = used.order_by().values("offered_by").distinct().count()
    with override(line.cluster.working_language):
        parts = [
            ngettext(
                "Sent a contribution of %(n)s word to the call “%(call)s”",
                "Sent a contribution of %(n)s words to the call “%(call)s”",
                words,
            )
            % {"n": number_format(words, force_grouping=True), "call": contribution.call.title}
        ]
        if people:
            parts += [
                ngettext("offers of %(n)d member were used", "offers of %(n)d members were used", people)
                % {"n": people}
            ]
        return "; ".join([*parts, str(contribution.get_publication_display())]) + "."
