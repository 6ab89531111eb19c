from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..dates import GENEVA, closes_in, days_until, end_of, zone_in_words
from ..querysets import CallForInputQuerySet
from .base import CountryPlace, MandatePlace
from .suggestion import SuggestedModel, suggestion_constraints

LAST_DEADLINE = date(2099, 12, 31)  # a slip of the pen beyond it; the calendar ends in 9999


def is_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database, such as Europe/Zurich."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValidationError(_("No such time zone; write it like Europe/Zurich.")) from None


class CallForInput(SuggestedModel):
    """A request that invites contributions to a report, a study or a visit.

    A deadline is a day in a zone: the call is open until 24:00 there. `closes_at` is that moment (UTC), kept
    by `save` so that lists can sort and filter by it.
    """

    WORDS_OF = ("title", "issued_by", "purpose_text")
    """Where words are looked for, besides the names of what it is about: `words.py`."""

    class IssuerType(models.TextChoices):
        SPECIAL_PROCEDURES = "special_procedures", _("Special Procedures")
        OHCHR = "ohchr", _("OHCHR")
        TREATY_BODY = "treaty_body", _("treaty body")
        EXPERT_MECHANISM = "expert_mechanism", _("expert mechanism")
        OTHER = "other", _("other")

    class Purpose(models.TextChoices):
        THEMATIC_REPORT = "thematic_report", _("thematic report")
        COUNTRY_VISIT = "country_visit", _("country visit")
        STUDY = "study", _("study")
        OTHER = "other", _("other")

    class DeadlineKind(models.TextChoices):
        DATE = "date", _("until a day")
        ONGOING = "ongoing", _("ongoing, no deadline")
        UNKNOWN = "unknown", _("deadline not known")

    class Publication(models.TextChoices):
        YES = "yes", _("inputs are published")
        NO = "no", _("inputs are not published")
        ON_REQUEST = "on_request", _("published unless confidentiality is asked")
        UNKNOWN = "unknown", _("not known")

    # Set by with_phase(now):
    phase: int

    # Set by views.with_closing:
    closing: str
    closes_soon: bool
    closes_here: str

    title = models.CharField(_("title"), max_length=400)
    issuer_type = models.CharField(
        _("kind of issuer"), max_length=20, choices=IssuerType, default=IssuerType.SPECIAL_PROCEDURES
    )
    issued_by = models.CharField(_("issued by"), max_length=300, blank=True)
    mandates: models.ManyToManyField = models.ManyToManyField(
        "mandates.Mandate", through="CallMandate", related_name="calls", verbose_name=_("mandates"), blank=True
    )
    countries: models.ManyToManyField = models.ManyToManyField(
        "mandates.Country", through="CallCountry", related_name="calls", verbose_name=_("countries"), blank=True
    )
    visit = models.ForeignKey(
        "mandates.CountryVisit", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("visit")
    )
    report = models.ForeignKey(
        "mandates.Report", models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("report")
    )
    session = models.ForeignKey("mandates.Session", models.PROTECT, null=True, blank=True, verbose_name=_("session"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose, default=Purpose.THEMATIC_REPORT)
    purpose_text = models.CharField(_("purpose in words"), max_length=400, blank=True)
    deadline_kind = models.CharField(_("open"), max_length=8, choices=DeadlineKind, default=DeadlineKind.DATE)
    deadline_on = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DEADLINE)],
        help_text=_("Open until 24:00 on this day."),
    )
    deadline_zone = models.CharField(
        _("time zone of the deadline"), max_length=40, default=GENEVA, validators=[is_time_zone]
    )
    extended_from = models.DateField(_("first deadline, before it was extended"), null=True, blank=True)
    closed_on = models.DateField(
        _("known to be closed since"),
        null=True,
        blank=True,
        help_text=_("Where the source says closed, no matter why."),
    )
    closes_at = models.DateTimeField(_("closes at"), null=True, editable=False, db_index=True)
    languages = models.CharField(_("languages accepted"), max_length=120, blank=True)
    formats = models.CharField(_("formats accepted"), max_length=120, blank=True)
    word_limit = models.PositiveIntegerField(_("word limit"), null=True, blank=True)
    address = models.CharField(
        _("where to send"), max_length=300, blank=True, help_text=_("An e-mail address or a web address.")
    )
    inputs_published = models.CharField(
        _("publication of inputs"), max_length=10, choices=Publication, default=Publication.UNKNOWN
    )

    objects = CallForInputQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for input")
        verbose_name_plural = _("calls for input")
        ordering = ["-closes_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_kind="date", deadline_on__isnull=False)
                | Q(deadline_kind__in=["ongoing", "unknown"], deadline_on=None),
                name="call_deadline_iff_date",
                violation_error_message=_("“Until a day” needs the day; the other kinds have none."),
            ),
            # Apart from the one above: forms do not have this column, and pass by what names it.
            models.CheckConstraint(
                condition=Q(deadline_on=None, closes_at=None) | Q(deadline_on__isnull=False, closes_at__isnull=False),
                name="call_closes_at_iff_deadline",
            ),
            models.CheckConstraint(
                condition=Q(extended_from=None) | Q(deadline_on__gt=models.F("extended_from")),
                name="call_extended_to_later",
                violation_error_message=_("A deadline is extended to a later day than the first one."),
            ),
            *suggestion_constraints("call"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mandates:call-detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.closes_at = self.moment_of_closing()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "closes_at"}
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude=exclude)
        self.closes_at = self.moment_of_closing()

    def moment_of_closing(self) -> datetime | None:
        """24:00 of the deadline in its zone, as an aware UTC datetime; None without a deadline."""
        if self.deadline_on is None:
            return None
        return end_of(self.deadline_on, ZoneInfo(self.deadline_zone))

    def is_open(self, now: datetime) -> bool:
        """Whether something can still be sent at `now` (aware); a call of unknown deadline counts as not open."""
        if self.withdrawn_on or (self.closed_on and self.closed_on <= now.date()):
            return False
        if self.deadline_kind == self.DeadlineKind.DATE:
            return self.closes_at is not None and now < self.closes_at
        return self.deadline_kind == self.DeadlineKind.ONGOING

    def days_left(self, now: datetime) -> int | None:
        """Days from today to the last day it is open, on the reader's (active) calendar; None if not counted."""
        if not self.is_open(now) or self.closes_at is None:
            return None
        return days_until(self.closes_at, now)

    def closes_in(self, now: datetime) -> str:
        """How long it is still open, in the words of `dates.closes_in`; "" when closed or without deadline."""
        if not self.is_open(now) or self.closes_at is None:
            return ""
        return closes_in(self.closes_at, now)

    @property
    def zone_name(self) -> str:
        return zone_in_words(self.deadline_zone)


class CallMandate(MandatePlace):
    """A call may be issued by several mandates, or by none."""

    call = models.ForeignKey(CallForInput, models.CASCADE, related_name="mandate_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "mandate"], name="call_mandate_once")]

    @property
    def dossier(self) -> CallForInput:
        return self.call


class CallCountry(CountryPlace):
    """A country that a call asks about; a call without one asks about all."""

    call = models.ForeignKey(CallForInput, models.CASCADE, related_name="country_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "country"], name="call_country_once")]

    @property
    def dossier(self) -> CallForInput:
        return self.call
