"""Every rule about which recommendations; as `querysets` for the other reference rows."""

from typing import Any, Self

from django.db.models import Exists, Prefetch, Q

from .querysets import DossierQuerySet
from .words import any_of, holding


class RecommendationQuerySet(DossierQuerySet):
    TEXTS = ("text", "symbol", "body", "addressee")

    def matching(self, text: str) -> Self:
        """Those with the words of `text` in their `TEXTS`, or in names of their countries, mandates and themes.

        The names are looked for first: there are few of them, and recommendations by the hundred thousand.
        """
        from .models import Country, MandateAlias, RecommendationCountry, RecommendationMandate, Theme

        about: Any = self.model._meta.get_field("themes").remote_field.through._default_manager  # type: ignore[union-attr]

        def named(pattern: str) -> Q:
            names = [f"name_{code}" for code in ("en", "fr", "es", "ar")]
            countries = Country.objects.filter(any_of(names, pattern)).order_by().values("pk")
            aliases = MandateAlias.objects.filter(alias__regex=pattern).order_by().values("mandate")
            own = any_of(["mandate__title", "mandate__acronym"], pattern) | Q(mandate__in=aliases)
            themes = Theme.objects.filter(name__regex=pattern).order_by().values("pk")
            found = (
                RecommendationCountry.objects.filter(country__in=countries).values("recommendation"),
                RecommendationMandate.objects.filter(own).values("recommendation"),
                about.filter(theme__in=themes).values("recommendation"),
            )
            return Q(*(("pk__in", rows) for rows in found), _connector=Q.OR)

        return self.filter(holding(text, *self.TEXTS, also=named))

    def fitting(self, *countries: str) -> Self:
        """Those that name one of the countries (ISO codes), and those that name none at all: about all of them."""
        return super().fitting(*countries).filter(self._named_here(*countries) | Q(other_countries=""))

    def _named_here(self, *countries: str) -> Exists:
        return Exists(self._naming().filter(country__in=countries))

    def in_document(self, symbol: str) -> Self:
        """Those of the document with this symbol, in any case."""
        return self.filter(symbol__iexact=symbol)

    def to_match(self) -> Self:
        """Those that name somebody of whom it is not known which mandate that is."""
        return self.exclude(unmatched="")

    def for_detail(self, user: Any) -> Self:
        """With all that the page of one shows; of a visit that `user` does not know nothing is there."""
        from .models import CountryVisit

        visits = CountryVisit.objects.known_to(user).with_places()
        return self.with_places().prefetch_related(
            "themes", "report", Prefetch("visit", queryset=visits), Prefetch("report__visit", queryset=visits)
        )

    def for_list(self) -> Self:
        """The latest document first, in it by paragraph; three queries in all."""
        return self.with_places().filter(withdrawn_on=None).order_by("-published_on", "symbol", "place", "id")
