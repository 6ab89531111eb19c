import re

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..dates import show_day
from ..recommendation_queries import RecommendationQuerySet
from .base import CountryPlace, DossierModel, MandatePlace

DOCUMENTS = "https://docs.un.org/"
NAME_LENGTH = 60
_NUMBER = re.compile(r"\d+")


class Theme(models.Model):
    """What a recommendation is about, in the words of the Universal Human Rights Index; known by its slug."""

    slug = models.SlugField(_("name in addresses"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Recommendation(DossierModel):
    """One paragraph of a report or of what was said after a visit: what somebody is asked to do, or a concern.

    Most come from the Universal Human Rights Index (`mandates.uhri`), by `annotation_id`. `body` names who says it, as
    the source does; `unmatched` holds the names among it that no mandate has yet, one a line.
    """

    WORDS_OF = ("text", "symbol", "body", "addressee")
    """Where words are looked for, besides the names of what it is about: `words.py`."""

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", _("recommendation")
        CONCERN = "concern", _("concern or observation")
        OTHER = "other", _("not stated")

    annotation_id = models.UUIDField(
        _("key in the Index"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Of the Universal Human Rights Index (“OHCHR Annotation Id”); empty for what is not from there."),
    )
    symbol = models.CharField(_("document symbol"), max_length=100, blank=True, help_text=_("Such as A/HRC/59/46."))
    paragraph = models.CharField(_("paragraph"), max_length=40, blank=True, help_text=_("Such as 71 (a)."))
    place = models.CharField(max_length=80, blank=True, editable=False)
    text = models.TextField(_("text"), max_length=20_000)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.RECOMMENDATION)
    addressee = models.CharField(
        _("addressee"), max_length=300, blank=True, help_text=_("Who is asked; empty: the countries.")
    )
    body = models.CharField(_("who says it"), max_length=600, blank=True, help_text=_("As the source names it."))
    unmatched = models.CharField(max_length=600, blank=True, editable=False)
    mandates: models.ManyToManyField = models.ManyToManyField(
        "mandates.Mandate",
        through="RecommendationMandate",
        related_name="recommendations",
        verbose_name=_("mandates"),
        blank=True,
    )
    countries: models.ManyToManyField = models.ManyToManyField(
        "mandates.Country",
        through="RecommendationCountry",
        related_name="recommendations",
        verbose_name=_("countries"),
        blank=True,
    )
    other_countries = models.CharField(
        _("other countries"), max_length=600, blank=True, help_text=_("Named by the source, but not known here.")
    )
    themes: models.ManyToManyField = models.ManyToManyField(
        Theme, related_name="recommendations", verbose_name=_("themes"), blank=True
    )
    affected_persons = models.TextField(_("affected persons"), blank=True, max_length=4000, help_text=_("One a line."))
    sdgs = models.TextField(_("Sustainable Development Goals"), blank=True, max_length=4000, help_text=_("One a line."))
    published_on = models.DateField(_("published on"))
    report = models.ForeignKey(
        "mandates.Report",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("report"),
    )
    visit = models.ForeignKey(
        "mandates.CountryVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("visit"),
        help_text=_("Where it was said after a visit and stands in no report, or before the report is out."),
    )
    fingerprint = models.CharField(max_length=32, blank=True, editable=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-published_on", "symbol", "place", "id"]
        indexes = [
            models.Index(fields=["-published_on", "symbol", "place", "id"], name="recommendation_newest"),
            models.Index(Upper("symbol"), name="recommendation_symbol"),
            models.Index(fields=["unmatched"], condition=~Q(unmatched=""), name="recommendation_to_match"),
        ]

    def __str__(self) -> str:
        if self.symbol and self.paragraph:
            words = {"symbol": self.symbol, "paragraph": self.paragraph}
            return gettext("%(symbol)s, paragraph %(paragraph)s") % words
        beginning = " ".join(self.text.split())
        beginning = beginning if len(beginning) <= NAME_LENGTH else f"{beginning[: NAME_LENGTH - 1].rstrip()}…"
        return f"{self.symbol}: {beginning}" if self.symbol else beginning

    def save(self, *args: object, **kwargs: object) -> None:
        self.place = place_of(self.paragraph)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("mandates:recommendation-detail", args=[self.pk])

    @property
    def document(self) -> str:
        """The address of the document at the United Nations; "" without a symbol."""
        return f"{DOCUMENTS}{self.symbol}" if self.symbol else ""

    @property
    def when(self) -> str:
        """The day of publication in words."""
        return show_day(self.published_on)

    @property
    def names_to_match(self) -> list[str]:
        return self.unmatched.splitlines()


def place_of(paragraph: str) -> str:
    """A paragraph's number so that a sort by letters is one by number: "71 (a)" as "00071 (a)"."""
    return _NUMBER.sub(lambda number: number[0].zfill(5), paragraph)[:80]


class RecommendationMandate(MandatePlace):
    """Whose recommendation it is; joint reports have several mandates."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="mandate_places")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "mandate"], name="recommendation_mandate_once")
        ]

    @property
    def dossier(self) -> Recommendation:
        return self.recommendation


class RecommendationCountry(CountryPlace):
    """A country that it concerns."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="country_places")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "country"], name="recommendation_country_once")
        ]

    @property
    def dossier(self) -> Recommendation:
        return self.recommendation
