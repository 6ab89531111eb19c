from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..dates import Precision, show_day
from ..querysets import ReportQuerySet
from .base import CountryPlace, DossierModel, MandatePlace


class Report(DossierModel):
    """A report to the Council or the General Assembly: known by subject and session before it has a symbol."""

    WORDS_OF = ("title", "symbol")
    """Where words are looked for, besides the names of what it is about: `words.py`."""

    class Kind(models.TextChoices):
        THEMATIC = "thematic", _("thematic")
        COUNTRY_VISIT = "country_visit", _("of a country visit")
        COUNTRY_SITUATION = "country_situation", _("on the situation in a country")
        OTHER = "other", _("other")

    title = models.CharField(_("subject"), max_length=400)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.THEMATIC)
    mandates: models.ManyToManyField = models.ManyToManyField(
        "mandates.Mandate", through="ReportMandate", related_name="reports", verbose_name=_("mandates")
    )
    countries: models.ManyToManyField = models.ManyToManyField(
        "mandates.Country", through="ReportCountry", related_name="reports", verbose_name=_("countries"), blank=True
    )
    visit = models.ForeignKey(
        "mandates.CountryVisit", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("visit")
    )
    session = models.ForeignKey(
        "mandates.Session", models.PROTECT, null=True, blank=True, verbose_name=_("session"), related_name="reports"
    )
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    expected_precision = models.CharField(_("expected, known to the"), max_length=7, choices=Precision, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_precision = models.CharField(_("published, known to the"), max_length=7, choices=Precision, blank=True)
    symbol = models.CharField(_("symbol"), max_length=60, blank=True, help_text=_("Such as A/HRC/59/46, once known."))
    url = models.URLField(_("address of the document"), max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = [F("published_on").desc(nulls_first=True), F("expected_on").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["symbol"],
                condition=~Q(symbol=""),
                name="report_symbol_once",
                violation_error_message=_("Another report has this symbol."),
            ),
            models.CheckConstraint(
                condition=Q(expected_on=None, expected_precision="")
                | (Q(expected_on__isnull=False) & ~Q(expected_precision="")),
                name="report_expected_has_precision",
                violation_error_message=_("Say how exactly the expected day is known."),
            ),
            models.CheckConstraint(
                condition=Q(published_on=None, published_precision="")
                | (Q(published_on__isnull=False) & ~Q(published_precision="")),
                name="report_published_has_precision",
                violation_error_message=_("Say how exactly the day of publication is known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol}: {self.title}" if self.symbol else self.title

    def get_absolute_url(self) -> str:
        return reverse("mandates:report-detail", args=[self.pk])

    @property
    def when(self) -> str:
        """The day of publication, or the expected one, in words."""
        if self.published_on:
            return show_day(self.published_on, self.published_precision)
        if self.expected_on:
            return gettext("expected %(day)s") % {"day": show_day(self.expected_on, self.expected_precision)}
        return gettext("date not known")


class ReportMandate(MandatePlace):
    """Whose report it is; joint reports have several mandates."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="mandate_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "mandate"], name="report_mandate_once")]

    @property
    def dossier(self) -> Report:
        return self.report


class ReportCountry(CountryPlace):
    """A country that a report is about; thematic reports mostly have none."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="country_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "country"], name="report_country_once")]

    @property
    def dossier(self) -> Report:
        return self.report
