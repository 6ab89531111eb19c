"""Visits and calls that coordinators suggest, mend and withdraw, and what the task team decides about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mandates.changes import attributed_to
from mandates.models import CallForInput, CountryVisit, VisitEvent
from mandates.models.suggestion import Suggestion

from ..forms import CallSuggestionForm, SuggestionForm, VisitSuggestionForm
from ..models import ContributionOffer, Engagement, User
from .act import NotNow
from .log import FormKeyTaken

Item = TypeVar("Item", CountryVisit, CallForInput)

DECIDED = {
    Suggestion.CONFIRMED: _("Somebody confirmed this suggestion a moment ago."),
    Suggestion.MERGED: _("Somebody merged this suggestion into another entry a moment ago."),
    Suggestion.DECLINED: _("Somebody declined this suggestion a moment ago."),
    Suggestion.WITHDRAWN: _("Whoever suggested this withdrew it a moment ago."),
    None: _("Nobody suggested this entry: there is nothing to decide."),
}


def suggest_visit(*, by: User, form: VisitSuggestionForm) -> tuple[CountryVisit, bool]:
    """Write the visit of a valid `form`, with the event that says how far it is; (row, whether this call wrote it).

    Suggested by a coordinator it is unconfirmed; entered by the task team, known to all. One form is one row: its
    key is the row's. Raises FormKeyTaken when that is a row that `by` does not know.
    """
    return _suggest(by, form, status=form.cleaned_data["status"])


def suggest_call(*, by: User, form: CallSuggestionForm) -> tuple[CallForInput, bool]:
    """Write the call of a valid `form`; all else as in `suggest_visit`."""
    return _suggest(by, form)


def _suggest(by: User, form: SuggestionForm, status: str = "") -> tuple[Any, bool]:
    data, today = form.cleaned_data, timezone.localdate()
    with_key = form._meta.model.objects.filter(pk=data["form_key"])
    same = with_key.known_to(by)
    if first := same.first():
        return first, False
    try:
        with transaction.atomic(), attributed_to(by.email, source=data["source_url"] or data["source"]):
            row = form.save(commit=False)
            row.pk, row.checked_on = data["form_key"], today
            if "cluster" in data:
                row.suggested_by, row.suggested_in, row.suggested_at = by.email, data["cluster"].pk, timezone.now()
            row.save(force_insert=True)
            form.save_m2m()
            if status:
                VisitEvent.objects.create(visit=row, kind=status, known_by=today, source=data["source"])
        return row, True
    except IntegrityError:
        if first := same.first():
            return first, False
        if with_key.exists():
            raise FormKeyTaken from None
        raise


def confirm_suggestion(*, by: User, suggestion: Item) -> Item:
    """Let everyone know the suggestion. Raises NotNow when it is decided already."""
    with _deciding(by, suggestion) as current:
        current.confirmed_on = current.checked_on = timezone.localdate()
        current.save()
        return current


def merge_suggestion(*, by: User, suggestion: Item, into: Item) -> Item:
    """Withdraw the suggestion in favour of `into`, to which all that refers to it will point; gives `into`.

    Engagements are among that, *high* ones too, whoever decides: nothing tells her of them. Each gets a new version,
    so that an edit that is open meanwhile is told. Raises NotNow when it is decided already, or `into` is not an
    entry that everyone knows.
    """
    with _deciding(by, suggestion) as current:
        target = type(suggestion).objects.known_to_all().filter(withdrawn_on=None, pk=into.pk).first()
        if target is None:
            raise NotNow(_("The other entry is unconfirmed or withdrawn: confirm it first, or choose another one."))
        current.merged_into, current.withdrawn_on = target, timezone.localdate()
        current.save()
        _repoint(current, target)
        return target


def _repoint(merged: Any, target: Any) -> None:
    """Let engagements, offers, calls and reports that refer to `merged` refer to `target`."""
    noun = "visit" if isinstance(merged, CountryVisit) else "call"
    # Past the gate on purpose: what refers to the entry has to follow it, and none of it is shown.
    for engagement in Engagement.objects.filter(**{noun: merged}).select_for_update(of=("self",)).order_by("pk"):
        setattr(engagement, noun, target)
        engagement.version += 1
        engagement.save()
    if noun == "call":
        ContributionOffer.objects.filter(call=merged).update(call=target)
    if noun == "visit":
        for dossier in (*merged.calls.all(), *merged.reports.all()):
            dossier.visit = target
            dossier.save()


def decline_suggestion(*, by: User, suggestion: Item, reason: str) -> Item:
    """Withdraw the suggestion: engagements keep it, its people read why. Raises NotNow when it is decided already."""
    with _deciding(by, suggestion) as current:
        current.withdrawn_on, current.withdrawn_reason = timezone.localdate(), reason
        current.was_taken_back = False
        current.save()
        return current


def change_suggestion(*, by: User, form: SuggestionForm) -> Any:
    """Write what whoever suggested it mends, by a valid `form` about it; the row. The task team still decides.

    Another answer to "how far is it?" is a further event: what was known before stays in the dossier. Raises NotNow
    when the task team has decided meanwhile.
    """
    with _deciding(by, form.instance):
        row, today = form.save(commit=False), timezone.localdate()
        row.checked_on = today
        row.save()
        form.save_m2m()
        if status := form.cleaned_data.get("status"):
            latest = row.events.last()
            if latest is None or latest.kind != status:
                position = 1 if latest is None else latest.position + 1
                VisitEvent.objects.create(visit=row, kind=status, known_by=today, position=position, source=row.source)
        return row


def withdraw_suggestion(*, by: User, suggestion: Item, reason: str) -> Item:
    """Take a suggestion back, as whoever made it: engagements keep it, its people and the task team read why.

    Raises NotNow when the task team has decided meanwhile.
    """
    with _deciding(by, suggestion) as current:
        current.withdrawn_on, current.withdrawn_reason = timezone.localdate(), reason
        current.was_taken_back = True
        current.save()
        return current


@contextmanager
def _deciding(by: User, suggestion: Item) -> Iterator[Item]:
    """The suggestion as it stands now, undecided and locked for one write of `by`, in one transaction."""
    source = suggestion.source_url or suggestion.source
    with transaction.atomic(), attributed_to(by.email, source=source):
        # NO KEY: whoever saves an engagement that refers to the row need not wait, and cannot wait in a circle.
        locked = type(suggestion).objects.select_for_update(of=("self",), no_key=True)
        current = locked.get(pk=suggestion.pk)
        if current.suggestion != Suggestion.WAITING:
            raise NotNow(DECIDED[current.suggestion])
        yield current
