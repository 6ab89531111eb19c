"""Every rule about which changes are told; as `querysets` for the rows that changed."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .models import Mandate

SUBJECTS = {"visit": "countryvisit", "call": "callforinput", "report": "report", "mandate": "mandate"}
"""The kinds of entry whose changes are shown, by the word of their pages: what ReferenceChange calls each."""


class ReferenceChangeQuerySet(models.QuerySet):
    """What changed. A change names its entry by a key as text, so the keys are read first."""

    def known_to(self, user: Any) -> Self:
        """Changes of visits, calls, reports and mandates that `user` knows.

        None of a suggestion that she does not know, and none by which another entry came to name one. Two queries.
        """
        from .models import CallForInput, CountryVisit

        shown = self.filter(subject_type__in=SUBJECTS.values())
        unknown = [CountryVisit.objects.unknown_to(user), CallForInput.objects.unknown_to(user)]
        hidden = [str(key) for rows in unknown for key in rows.order_by().values_list("pk", flat=True)]
        if not hidden:
            return shown
        # Asked apart: a row without this key compares as unknown, and `exclude` would take it for hidden.
        naming = type(self)(self.model).filter(Q(changes__visit_id__0__in=hidden) | Q(changes__visit_id__1__in=hidden))
        return shown.exclude(subject_id__in=hidden).exclude(pk__in=naming.values("pk"))

    def of_entry(self, noun: str, key: Any) -> Self:
        """Those of one entry: `noun` as in SUBJECTS, `key` its primary key."""
        return self.filter(subject_type=SUBJECTS[noun], subject_id=str(key))

    def concerning(self, country: str) -> Self:
        """Those of entries that concern the country (ISO code) now, as their lists have it. Four queries."""
        from .models import CallForInput, CountryVisit, Mandate, Report

        dossiers: Any = (CountryVisit, CallForInput, Report)
        rows = [model.objects.concerning(country) for model in dossiers]
        return self._of([*rows, Mandate.objects.filter(country=country)])

    def of_mandate(self, mandate: "Mandate") -> Self:
        """Those of `mandate` itself, and of visits, calls and reports that are its own now. Three queries."""
        from .models import CallForInput, CountryVisit, Mandate, Report

        rows: Any = [model.objects.filter(mandates=mandate) for model in (CountryVisit, CallForInput, Report)]
        return self._of([*rows, Mandate.objects.filter(pk=mandate.pk)])

    def _of(self, querysets: list[Any]) -> Self:
        found = Q()
        for rows in querysets:
            keys = [str(key) for key in rows.order_by().values_list("pk", flat=True)]
            found |= Q(subject_type=rows.model._meta.model_name, subject_id__in=keys)
        return self.filter(found)
