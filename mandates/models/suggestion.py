from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .base import DossierModel


class Suggestion(models.TextChoices):
    """What became of an entry that somebody suggested."""

    WAITING = "waiting", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    MERGED = "merged", _("merged with another entry")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SuggestedModel(DossierModel):
    """A visit or call, entered by the task team or suggested by somebody who heard of it.

    A suggestion is marked as unconfirmed and known only within `suggested_in` and to the task team until that team
    confirms it, merges it into another entry or declines it: `querysets.SuggestedQuerySet.known_to`. Until then whoever
    suggested it can withdraw it herself (`was_taken_back`). Who suggested
    it and where are plain values, as this app knows neither people nor clusters: an e-mail address and the key of
    the group. The key, since a name in addresses can be changed, and then names another group.
    """

    suggested_by = models.EmailField(_("suggested by"), blank=True, editable=False)
    suggested_in = models.UUIDField(_("suggested in"), null=True, editable=False)
    suggested_at = models.DateTimeField(_("suggested at"), null=True, editable=False)
    confirmed_on = models.DateField(_("suggestion confirmed on"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", verbose_name=_("merged into")
    )
    was_taken_back = models.BooleanField(_("withdrawn by whoever suggested it"), default=False, editable=False)
    withdrawn_reason = models.CharField(
        _("why it was withdrawn"), max_length=500, blank=True, help_text=_("Those who know of this entry read it.")
    )

    class Meta:
        abstract = True

    @property
    def suggestion(self) -> Suggestion | None:
        """What became of this entry's suggestion; None when nobody suggested it."""
        if self.suggested_in is None:
            return None
        if self.merged_into_id is not None:
            return Suggestion.MERGED
        if self.confirmed_on is not None:
            return Suggestion.CONFIRMED
        if self.withdrawn_on is None:
            return Suggestion.WAITING
        return Suggestion.WITHDRAWN if self.was_taken_back else Suggestion.DECLINED

    @property
    def is_unconfirmed(self) -> bool:
        """Whether readers are to be told that the task team has not confirmed this yet."""
        return self.suggestion == Suggestion.WAITING

    def clean(self) -> None:
        # The constraint names a column that no form has, and forms pass such constraints by.
        if self.merged_into_id is not None and self.withdrawn_on is None:
            raise ValidationError({"withdrawn_on": _("This entry was merged into another one: it stays withdrawn.")})


def suggestion_constraints(noun: str) -> list[models.BaseConstraint]:
    """What is always true of the suggestions among the rows of one model; `noun` begins each name."""
    return [
        models.CheckConstraint(
            condition=Q(suggested_in=None, suggested_at=None, suggested_by="")
            | (Q(suggested_in__isnull=False, suggested_at__isnull=False) & ~Q(suggested_by="")),
            name=f"{noun}_suggested_by_where_and_when",
        ),
        models.CheckConstraint(
            condition=Q(confirmed_on=None) | Q(suggested_in__isnull=False), name=f"{noun}_confirmed_was_suggested"
        ),
        models.CheckConstraint(
            condition=Q(merged_into=None) | Q(withdrawn_on__isnull=False), name=f"{noun}_merged_is_withdrawn"
        ),
        models.CheckConstraint(
            condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name=f"{noun}_not_merged_into_itself"
        ),
        models.CheckConstraint(
            condition=Q(withdrawn_reason="") | Q(withdrawn_on__isnull=False),
            name=f"{noun}_reason_of_withdrawal",
            violation_error_message=_("A reason for withdrawing needs the day of withdrawing."),
        ),
    ]
