from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ..dates import Precision, show_day
from ..querysets import TITLES, MandateHolderQuerySet, MandateQuerySet, TrackedQuerySet
from .base import SourcedModel, TrackedPart


def title_column() -> str:
    """The column of `Mandate` that holds the title in the reader's language."""
    language = (get_language() or "en")[:2]
    return f"title_{language}" if f"title_{language}" in TITLES else "title"


class Mandate(SourcedModel):
    """An office that the Human Rights Council created: thematic, or for one country.

    Dated, never counted: a start known by month or year counts from that period's first day, an end so known
    counts as its last day (see `in_force`). "Established, not started" (Syria) is `has_started=False`.
    """

    class Kind(models.TextChoices):
        THEMATIC = "thematic", _("thematic")
        COUNTRY = "country", _("country")

    class HolderType(models.TextChoices):
        SPECIAL_RAPPORTEUR = "special_rapporteur", _("Special Rapporteur")
        INDEPENDENT_EXPERT = "independent_expert", _("Independent Expert")
        WORKING_GROUP = "working_group", _("Working Group of five members")

    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    title_fr = models.CharField(_("title in French"), max_length=300, blank=True)
    title_es = models.CharField(_("title in Spanish"), max_length=300, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=300, blank=True)
    titles_source = models.CharField(
        _("source of the titles in other languages"),
        max_length=300,
        blank=True,
        help_text=_("Without one they are shown as unofficial translations."),
    )
    acronym = models.CharField(_("short form"), max_length=40, help_text=_("Common, not official."))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    holder_type = models.CharField(_("held by"), max_length=20, choices=HolderType)
    country = models.ForeignKey(
        "mandates.Country", models.PROTECT, null=True, blank=True, verbose_name=_("country"), related_name="mandates"
    )
    established_on = models.DateField(_("established on"))
    established_precision = models.CharField(_("known to the"), max_length=7, choices=Precision)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_precision = models.CharField(_("end known to the"), max_length=7, choices=Precision, blank=True)
    has_started = models.BooleanField(
        _("has started"), default=True, help_text=_("No: the mandate is established, but nobody serves it yet.")
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("merged into"), related_name="predecessors"
    )
    acts_on_communications = models.BooleanField(_("acts on communications"))
    acts_on_communications_verified = models.BooleanField(
        _("this is verified"), default=False, help_text=_("Whether letters of this mandate were seen in a source.")
    )
    established_by = models.CharField(_("established by"), max_length=80, help_text=_("Symbol of the resolution."))
    renewed_by = models.CharField(_("last renewed by"), max_length=80, blank=True)
    ohchr_page = models.URLField(_("page at OHCHR"), max_length=300, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["kind", "title"]
        constraints = [
            # Files name mandates by it, and the lists of the log show nothing else.
            models.UniqueConstraint(
                Lower("acronym"),
                name="mandate_short_form_once",
                violation_error_message=_("Another mandate has this short form."),
            ),
            models.CheckConstraint(
                condition=Q(kind="country", country__isnull=False) | Q(kind="thematic", country__isnull=True),
                name="mandate_country_iff_country_mandate",
                violation_error_message=_("A country mandate has one country, a thematic mandate has none."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("established_on")),
                name="mandate_ends_after_start",
                violation_error_message=_("A mandate cannot end before it is established."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_precision="") | (Q(ended_on__isnull=False) & ~Q(ended_precision="")),
                name="mandate_end_has_precision",
                violation_error_message=_("Say how exactly the end is known."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(ended_on__isnull=False),
                name="mandate_successor_of_ended",
                violation_error_message=_("Only an ended mandate has a successor."),
            ),
            # Apart from the one above: forms do not have the key, and pass by what names it; `clean` says it there.
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")), name="mandate_not_its_own_successor"
            ),
            models.CheckConstraint(
                condition=Q(holder_type__in=["special_rapporteur", "independent_expert", "working_group"]),
                name="mandate_holder_type_known",
            ),
        ]

    def __str__(self) -> str:
        """In English for all: a ReferenceChange keeps it, written by one reader and read by others."""
        return self.title

    @property
    def name(self) -> str:
        """The title in the reader's language; in English where there is no other."""
        return getattr(self, title_column()) or self.title

    @property
    def is_unofficial_name(self) -> bool:
        """Whether `name` is a translation that no document of the United Nations is named for."""
        return self.name != self.title and not self.titles_source

    @property
    def every_title(self) -> list[str]:
        """The titles in all languages, without empty ones."""
        return [title for title in (self.title, self.title_fr, self.title_es, self.title_ar) if title]

    def get_absolute_url(self) -> str:
        return reverse("mandates:mandate-detail", args=[self.slug])

    def clean(self) -> None:
        if self.successor_id is not None and self.successor_id == self.pk:
            raise ValidationError({"successor": _("The successor is another mandate.")})

    def is_in_force(self, on: date) -> bool:
        """The rule of `Mandate.objects.in_force`, asked of this row."""
        return self.established_on <= on and (self.ended_on is None or self.ended_on >= on)

    def outside_its_life(self, first: date, last: date) -> str:
        """A sentence for whoever names this mandate for something between `first` and `last`, when it was not in force.

        "" when it was on any of these days. Reads the successor: select it along.
        """
        if last < self.established_on:
            words = {"mandate": self.acronym, "day": self.established}
            return gettext("%(mandate)s was not in force then (established %(day)s).") % words
        if self.ended_on is None or first <= self.ended_on:
            return ""
        words = {"mandate": self.acronym, "day": self.ended, "successor": self.successor and self.successor.acronym}
        if self.successor:
            return gettext("%(mandate)s has ended (%(day)s); %(successor)s continues it.") % words
        return gettext("%(mandate)s has ended (%(day)s).") % words

    @property
    def established(self) -> str:
        return show_day(self.established_on, self.established_precision)

    @property
    def ended(self) -> str:
        return show_day(self.ended_on, self.ended_precision)


class MandateAlias(TrackedPart):
    """A label under which another system, or an earlier time, names a mandate; importers look it up."""

    class Kind(models.TextChoices):
        SPCOMMREPORTS = "spcommreports_label", _("label in the communications database")
        UHRI = "uhri_body", _("label in the Universal Human Rights Index")
        SHORT = "short_label", _("short label")
        FORMER = "former_title", _("former title")

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="aliases", verbose_name=_("mandate"))
    alias = models.CharField(_("alias"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    source = models.TextField(_("source"), max_length=500, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["alias"]
        constraints = [
            models.UniqueConstraint(
                Lower("alias"),
                name="alias_names_one_mandate",
                violation_error_message=_("Another mandate has this alias."),
            ),
        ]

    def __str__(self) -> str:
        return self.alias

    @property
    def dossier(self) -> Mandate:
        return self.mandate


class MandateHolder(TrackedPart):
    """Who serves a mandate, with dates as exactly as the source knows them; five people in a working group."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="holders", verbose_name=_("mandate"))
    name = models.CharField(_("name"), max_length=120)
    started_on = models.DateField(_("since"), null=True, blank=True)
    started_precision = models.CharField(_("known to the"), max_length=7, choices=Precision, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    ended_precision = models.CharField(_("end known to the"), max_length=7, choices=Precision, blank=True)
    source = models.TextField(_("source"), max_length=1000)

    objects = MandateHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate holder")
        verbose_name_plural = _("mandate holders")
        ordering = ["mandate", F("started_on").desc(nulls_last=True), "name"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "name", "started_on"], name="holder_once_per_term"),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="holder_ends_after_start",
                violation_error_message=_("A term cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def started(self) -> str:
        return show_day(self.started_on, self.started_precision or Precision.DAY)

    @property
    def ended(self) -> str:
        return show_day(self.ended_on, self.ended_precision or Precision.DAY)

    @property
    def dossier(self) -> Mandate:
        return self.mandate
