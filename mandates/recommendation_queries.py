"""Every rule about which recommendations; as `querysets` for the other reference rows."""

from typing import Any, Self

from django.db.models import Exists, Prefetch, Q, QuerySet

from .querysets import DossierQuerySet
from .words import Holds


class RecommendationQuerySet(DossierQuerySet):
    def _named(self, word: str) -> list[QuerySet]:
        """Those with a word in the names of their countries, mandates and themes, by key."""
        from .models import Theme

        return [*super()._named(word), self._about("themes", Theme.objects.filter(Holds(word, "name")))]

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
