import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history import register

from config.signs import date_format
from mandates.dates import Precision, first_day, last_day, show_range

from ..actions import ALWAYS_HIGH, WITH_CALL, WITH_EVENT, WITH_REPORT, WITH_VISIT, ids_of
from ..levels import NAMES
from ..querysets import EngagementQuerySet
from ..text import fits_a_column, is_readable, said_of_removal
from .action import Action
from .base import UUIDModel
from .cluster import Cluster


def narrative(label: object, help_text: object) -> models.TextField:
    """A narrative column of the reporting form: at most NARRATIVE_MAX readable characters, empty allowed."""
    return models.TextField(label, blank=True, help_text=help_text, validators=[fits_a_column, is_readable])


TEXTS = ("partner", "what_was_done", "challenges", "result", "support_needed", "withdrawn_reason")
"""What people type into a line; `retention` empties it."""

ASKED = ("status", "level", "mode", "result_extent", "asks_support")
"""Columns that the indexes hold besides their order."""


class Engagement(UUIDModel):
    """One line of a cluster's log: an action taken, what was done, challenges, result, support needed.

    Read only through `Engagement.objects.visible_to(user)`. `__str__` never holds text. Nothing is deleted by
    people; a line is withdrawn with a reason.
    """

    WORDS_OF = ("what_was_done", "challenges", "result", "support_needed", "partner")
    """Where words are looked for: `mandates.words`."""

    class Mode(models.TextChoices):
        DIRECT = "direct", _("direct")
        INDIRECT = "indirect", _("indirect")
        COLLABORATION = "collaboration", _("in collaboration")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Extent(models.TextChoices):
        NONE_YET = "none_yet", _("none yet")
        LIMITED = "limited", _("limited")
        MODERATE = "moderate", _("moderate")
        SIGNIFICANT = "significant", _("significant")

    class Level(models.TextChoices):
        """OCHA's scale. *Severe* (identity of a victim, source or witness; testimony) is not stored at all."""

        LOW = "low", NAMES["low"]
        MODERATE = "moderate", NAMES["moderate"]
        HIGH = "high", NAMES["high"]

    class DatePrecision(models.TextChoices):
        DAY = Precision.DAY.value, _("day")
        MONTH = Precision.MONTH.value, _("month")
        QUARTER = Precision.QUARTER.value, _("quarter")

    cluster = models.ForeignKey(Cluster, models.PROTECT, verbose_name=_("cluster"))
    action = models.ForeignKey(Action, models.PROTECT, verbose_name=_("action"))
    mode = models.CharField(_("mode"), max_length=13, choices=Mode, default=Mode.DIRECT)
    partner = models.CharField(
        _("partner"),
        max_length=300,
        blank=True,
        validators=[is_readable],
        help_text=_("Through whom or with whom, unless the cluster acted directly. An organisation, never a person."),
    )
    mandates: models.ManyToManyField = models.ManyToManyField(
        "mandates.Mandate",
        through="engagement.EngagementMandate",
        blank=True,
        related_name="+",
        verbose_name=_("mandates"),
    )
    visit = models.ForeignKey(
        "mandates.CountryVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("country visit"),
    )
    call = models.ForeignKey(
        "mandates.CallForInput",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("call for input"),
    )
    report = models.ForeignKey(
        "mandates.Report", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("report")
    )
    event = models.ForeignKey(
        "engagement.ClusterEvent", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("event")
    )
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True, help_text=_("Empty when it was one day."))
    date_precision = models.CharField(_("exact to the"), max_length=7, choices=DatePrecision, default=DatePrecision.DAY)
    what_was_done = narrative(
        _("What did the cluster do under this action"), _("What, with whom, in which form. One paragraph is enough.")
    )
    challenges = narrative(
        _("What challenges did the cluster face in taking this action"),
        _("What stood in the way: time, access, language, fear of reprisals, no reply."),
    )
    result = narrative(
        _("Result of the action"), _("What came of it so far. “None yet” is an honest result: choose it below.")
    )
    result_extent = models.CharField(_("extent of the result"), max_length=11, choices=Extent, default=Extent.NONE_YET)
    support_needed = narrative(
        _("Further support needed from HRE TT"), _("What the task team could do. Leave empty when nothing is needed.")
    )
    asks_support = models.GeneratedField(
        expression=~Q(support_needed=""), output_field=models.BooleanField(), db_persist=True
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DONE)
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.MODERATE)
    activity = models.UUIDField(
        _("activity"), null=True, blank=True, db_index=True, help_text=_("Lines that belong to one piece of work.")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_reason = models.CharField(
        _("reason for withdrawing"), max_length=500, blank=True, validators=[is_readable]
    )
    text_removed_on = models.DateField(
        _("text removed on"), null=True, blank=True, editable=False, help_text=_("By `retention`; the row stays.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("logged by")
    )
    created_at = models.DateTimeField(_("logged at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed at"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    form_key = models.UUIDField(_("key of the form"), unique=True, default=uuid.uuid4, editable=False)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["-started_on", "id"]
        # Each serves an order, and ends with what the gate and the filters ask, so that rows which are not shown are
        # not read either: neither to find fifty lines nor to count five hundred.
        indexes = [
            models.Index(fields=["-started_on", "id", *ASKED, "action"], name="engagement_newest"),
            models.Index(fields=["cluster", "-started_on", "id", *ASKED, "action"], name="engagement_cluster_newest"),
            models.Index(fields=["action", "-started_on", "id", *ASKED], name="engagement_action_newest"),
            models.Index(fields=["-updated_at", "id", *ASKED, "action"], name="engagement_last_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="engagement_ends_after_start",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(action__in=ids_of(ALWAYS_HIGH)) | Q(level="high"),
                name="engagement_floor_of_level",
                violation_error_message=_("Engagements under actions 9 and 10 are always high."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["low", "moderate", "high"]), name="engagement_level_known"
            ),
            models.CheckConstraint(
                condition=Q(mode="direct", partner="")
                | (Q(mode__in=["indirect", "collaboration"]) & (~Q(partner="") | Q(text_removed_on__isnull=False))),
                name="engagement_partner_iff_not_direct",
                violation_error_message=_("Name the partner, unless the cluster acted directly."),
            ),
            models.CheckConstraint(
                condition=Q(visit=None) | Q(action__in=ids_of(WITH_VISIT)),
                name="engagement_visit_fits_action",
                violation_error_message=_("This action does not take a country visit."),
            ),
            models.CheckConstraint(
                condition=Q(call=None) | Q(action__in=ids_of(WITH_CALL)),
                name="engagement_call_fits_action",
                violation_error_message=_("This action does not take a call for input."),
            ),
            models.CheckConstraint(
                condition=Q(report=None) | Q(action__in=ids_of(WITH_REPORT)),
                name="engagement_report_fits_action",
                violation_error_message=_("This action does not take a report."),
            ),
            models.CheckConstraint(
                condition=Q(event=None) | Q(action__in=ids_of(WITH_EVENT)),
                name="engagement_event_fits_action",
                violation_error_message=_("This action does not take an event."),
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(withdrawn_reason="") | Q(text_removed_on__isnull=False),
                    status="withdrawn",
                    withdrawn_at__isnull=False,
                ) | Q(~Q(status="withdrawn"), withdrawn_at=None, withdrawn_reason=""),
                name="engagement_withdrawn_with_reason",
                violation_error_message=_("Withdrawing takes a reason and a moment; other states have neither."),
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="engagement_version_counts"),
            models.CheckConstraint(
                condition=Q(text_removed_on=None) | Q(**dict.fromkeys(TEXTS, "")),
                name="engagement_removed_leaves_no_text",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.action}, {self.cluster}, {date_format(self.started_on, 'YEAR_MONTH_FORMAT')}"

    def get_absolute_url(self) -> str:
        return reverse("engagement:engagement-detail", args=[self.pk])

    @property
    def dates(self) -> str:
        """When it was, in words, as exactly as it is known."""
        return show_range(self.started_on, self.ended_on or self.started_on, self.date_precision)

    def mandates_outside_their_life(self) -> list[str]:
        """A sentence for each of its mandates that was not in force when it took place. One query."""
        first = first_day(self.started_on, self.date_precision)
        last = last_day(self.ended_on or self.started_on, self.date_precision)
        mandates = self.mandates.select_related("successor").order_by("acronym")
        return [said for mandate in mandates if (said := mandate.outside_its_life(first, last))]

    @property
    def removal(self) -> str:
        """That its text was removed, and when, as a sentence; "" while it has one."""
        return said_of_removal(self.text_removed_on) if self.text_removed_on else ""

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN


class EngagementMandate(models.Model):
    """A mandate that an engagement concerned; explicit, so that a mandate in use cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="mandate_places")
    mandate = models.ForeignKey("mandates.Mandate", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        # Of the lines about a mandate the index tells all that a list asks: the pages of the table are not read.
        indexes = [models.Index(fields=["mandate", "engagement"], name="engagement_of_mandate")]
        constraints = [models.UniqueConstraint(fields=["engagement", "mandate"], name="engagement_mandate_once")]

    def __str__(self) -> str:
        return str(self.mandate)


# `Engagement.history`, read through engagement/history.py only: an earlier version may have been more confidential.
# Registered here since it follows the mandates through the class above.
register(
    Engagement,
    m2m_fields=[Engagement._meta.get_field("mandates")],
    excluded_fields=["form_key", "asks_support"],
    history_id_field=models.UUIDField(default=uuid.uuid4),
    related_name="+",
)
