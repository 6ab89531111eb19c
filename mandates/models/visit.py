from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..dates import Precision, show_day, show_range
from ..querysets import CountryVisitQuerySet, TrackedQuerySet, VisitPhase
from .base import CountryPlace, MandatePlace, TrackedPart
from .suggestion import SuggestedModel, suggestion_constraints


class CountryVisit(SuggestedModel):
    """An official visit: a dossier of countries, mandates, places, dates and dated events.

    Its status is that of its latest event and is derived in one place, `CountryVisitQuerySet.with_status`.
    """

    WORDS_OF = ("places", "note")
    """Where words are looked for, besides the names of what it is about: `words.py`."""

    # Set by with_status(today):
    status: str
    phase: int

    # Set by with_status_event(today):
    status_day: date | None
    status_precision: str | None
    status_known_by: date | None
    status_position: int | None

    countries: models.ManyToManyField = models.ManyToManyField(
        "mandates.Country", through="VisitCountry", related_name="visits", verbose_name=_("countries")
    )
    mandates: models.ManyToManyField = models.ManyToManyField(
        "mandates.Mandate", through="VisitMandate", related_name="visits", verbose_name=_("mandates")
    )
    places = models.CharField(_("places"), max_length=300, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    precision = models.CharField(
        _("known to the"), max_length=7, choices=Precision, blank=True, help_text=_("Empty while no date is known.")
    )
    dates_text = models.CharField(
        _("dates as announced"), max_length=120, blank=True, help_text=_("The source's words, such as “late 2026”.")
    )
    report_session = models.ForeignKey(
        "mandates.Session", models.PROTECT, null=True, blank=True, verbose_name=_("report expected at")
    )

    objects = CountryVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("country visit")
        verbose_name_plural = _("country visits")
        ordering = [F("starts_on").desc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="visit_ends_after_start",
                violation_error_message=_("A visit cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None, precision="")
                | ((Q(starts_on__isnull=False) | Q(ends_on__isnull=False)) & ~Q(precision="")),
                name="visit_dates_have_precision",
                violation_error_message=_("Say how exactly the dates are known; leave this empty without dates."),
            ),
            models.CheckConstraint(
                condition=Q(precision__in=["", "day"]) | Q(ends_on__isnull=False),
                name="visit_vague_dates_have_last_day",
                violation_error_message=_("Known less exactly than to the day: give the last day it can mean."),
            ),
            *suggestion_constraints("visit"),
        ]

    def __str__(self) -> str:
        who = gettext(", ").join(mandate.acronym for mandate in self.mandates.all())
        where = gettext(", ").join(country.name for country in self.countries.all())
        return gettext("Visit to %(where)s: %(who)s") % {"where": where or "—", "who": who or "—"}

    def get_absolute_url(self) -> str:
        return reverse("mandates:visit-detail", args=[self.pk])

    @property
    def dates(self) -> str:
        """The dates in words; the source's own words where they are not known to the day."""
        if self.dates_text and self.precision != Precision.DAY:
            return self.dates_text
        return show_range(self.starts_on, self.ends_on, self.precision) or gettext("dates not known")

    @property
    def status_text(self) -> str:
        """The status as a reader should take it: a visit announced for days now past says what is missing.

        Needs `with_status`.
        """
        label = str(VisitEvent.Kind(self.status).label) if self.status else gettext("no event recorded")
        is_closed = self.status in (*VisitEvent.OFF, VisitEvent.Kind.COMPLETED)
        if self.phase == VisitPhase.PAST and not is_closed:
            return gettext("%(status)s; dates have passed, outcome not recorded") % {"status": label}
        if self.phase == VisitPhase.UNDER_WAY:
            return gettext("under way")
        return label

    @property
    def is_off(self) -> bool:
        """Postponed, cancelled or declined by the latest event. Needs `with_status`."""
        return self.status in VisitEvent.OFF


class VisitCountry(CountryPlace):
    """A visit has one country, or several when it goes on."""

    visit = models.ForeignKey(CountryVisit, models.CASCADE, related_name="country_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "country"], name="visit_country_once")]

    @property
    def dossier(self) -> CountryVisit:
        return self.visit


class VisitMandate(MandatePlace):
    """Several mandates can visit together."""

    visit = models.ForeignKey(CountryVisit, models.CASCADE, related_name="mandate_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "mandate"], name="visit_mandate_once")]

    @property
    def dossier(self) -> CountryVisit:
        return self.visit


class VisitEvent(TrackedPart):
    """One dated step in a visit's dossier; the latest one is the visit's status.

    Statuses follow the glossary of OHCHR's own database of visits. `day` may be unknown; `known_by`, the day by
    which the source shows that it had happened, then orders it.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("requested")
        REMINDER = "reminder", _("reminder sent")
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted in principle")
        DECLINED = "declined", _("declined")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DATES_PROPOSED = "dates_proposed", _("dates proposed")
        DATES_AGREED = "dates_agreed", _("dates agreed")
        ANNOUNCED = "announced", _("announced")
        UNDER_WAY = "under_way", _("under way")
        COMPLETED = "completed", _("completed")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    class Actor(models.TextChoices):
        MANDATE_HOLDER = "mandate_holder", _("mandate holder")
        STATE = "state", _("State")
        UN = "un", _("United Nations")
        UNKNOWN = "unknown", _("not known")

    OFF: ClassVar = (Kind.DECLINED, Kind.POSTPONED, Kind.CANCELLED)
    told: ClassVar = ("kind", "day", "day_precision", "known_by")

    visit = models.ForeignKey(CountryVisit, models.CASCADE, related_name="events", verbose_name=_("visit"))
    kind = models.CharField(_("what happened"), max_length=14, choices=Kind)
    day = models.DateField(_("day"), null=True, blank=True, help_text=_("Empty when not known."))
    day_precision = models.CharField(_("known to the"), max_length=7, choices=Precision, default=Precision.DAY)
    known_by = models.DateField(
        _("known by"),
        blank=True,
        help_text=_("The day by which the source shows that this had happened; the day itself if known."),
    )
    position = models.PositiveSmallIntegerField(_("order on one day"), default=1)
    actor = models.CharField(_("by whom"), max_length=14, choices=Actor, default=Actor.UNKNOWN)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    source = models.TextField(_("source"), max_length=1000, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a visit")
        verbose_name_plural = _("events of a visit")
        ordering = ["known_by", "position", "id"]
        indexes = [models.Index(fields=["visit", "-known_by", "-position"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(day=None) | Q(day__lte=F("known_by")),
                name="event_known_after_it_happened",
                violation_error_message=_("An event cannot be known before the day it happened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.when}"

    @property
    def when(self) -> str:
        if self.day is None:
            return gettext("day not known, by %(day)s") % {"day": show_day(self.known_by)}
        return show_day(self.day, self.day_precision)

    @property
    def dossier(self) -> CountryVisit:
        return self.visit

    def clean(self) -> None:
        """Fill `known_by` from the day, so that people need not type it twice."""
        if self.known_by is None and self.day is not None:
            self.known_by = self.day
        if self.known_by is None:
            raise ValidationError({"known_by": _("Give the day, or the day by which this was known.")})
