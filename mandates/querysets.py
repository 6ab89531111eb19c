"""Every rule about which reference rows: in force, open, upcoming, past; and the joins that pages need.

`today` and `now` are passed in, so that a rule can be asked of any day; nothing here reads the clock.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from .day_words import fold
from .words import Holds, holding

if TYPE_CHECKING:
    from .models import Mandate


class TrackedQuerySet(models.QuerySet):
    """Rows of which every change is written down: bulk writes, which no save sees, raise TypeError."""

    def update(self, **values: Any) -> NoReturn:
        raise TypeError(f"Save each {self.model.__name__} by itself, so that the change is recorded.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.update()

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.update()


class CountryQuerySet(TrackedQuerySet):
    def by_name(self) -> Self:
        """In the order of the names in the reader's language."""
        from .models.country import name_column

        return self.order_by(name_column(), "iso3")


TITLES = ("title", "title_fr", "title_es", "title_ar")
"""The columns of a mandate's title, English first."""


class MandateQuerySet(TrackedQuerySet):
    def in_force(self, on: date) -> Self:
        """Mandates established on or before `on` and not ended before it; "established, not started" included.

        A start known by month or year is stored as that period's first day, an end as its last day, so that
        the count of any day follows: 44 thematic and 11 country mandates on 2021-01-15 (the seed's figures).
        """
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=on), established_on__lte=on)

    def matching(self, text: str) -> Self:
        """Mandates with the words of `text` in title, short form, aliases or names of holders, former ones too."""
        from .models import MandateAlias, MandateHolder

        def named(word: str) -> list[models.QuerySet]:
            aliases = MandateAlias.objects.filter(Holds(word, "alias"))
            holders = MandateHolder.objects.filter(Holds(word, "name"))
            return [rows.order_by().values("mandate") for rows in (aliases, holders)]

        return holding(self, text, *TITLES, "acronym", also=named)

    def by_name(self) -> Self:
        """Thematic ones last, each kind in the order of the titles that the reader is shown."""
        from .models.mandate import title_column

        shown = Coalesce(NullIf(title_column(), Value("")), "title")
        return self.order_by("kind", shown)

    def by_every_name(self) -> dict[str, "Mandate"]:
        """These mandates by folded title, short form and alias, for looking up a name. Two queries."""
        found: dict[str, Mandate] = {}
        mandates: Any = self.prefetch_related("aliases")
        for mandate in mandates:
            for name in (*mandate.every_title, mandate.acronym, *(alias.alias for alias in mandate.aliases.all())):
                found[fold(name)] = mandate
        return found

    def every_name(self) -> list[str]:
        """Titles, short forms, aliases and holders of these mandates, in the order of the alphabet. One query."""
        from .models import MandateAlias, MandateHolder

        mandates: Any = self.order_by()
        aliases = MandateAlias.objects.filter(mandate__in=mandates.values("pk")).order_by().values_list("alias")
        holders = MandateHolder.objects.filter(mandate__in=mandates.values("pk")).order_by().values_list("name")
        titles = [mandates.values_list(column) for column in TITLES[1:]]
        found = mandates.values_list(TITLES[0]).union(*titles, mandates.values_list("acronym"), aliases, holders)
        return sorted(name for (name,) in found if name)

    def with_holders(self, on: date) -> Self:
        """With `current_holders`, those whose term includes `on`: one query more."""
        from .models import MandateHolder

        current = MandateHolder.objects.serving(on).order_by("name")
        return self.select_related("country").prefetch_related(
            Prefetch("holders", queryset=current, to_attr="current_holders")
        )


class MandateHolderQuerySet(TrackedQuerySet):
    def serving(self, on: date) -> Self:
        """Holders whose term, as far as it is known, includes `on`. An unknown start counts as past."""
        return self.filter(Q(started_on=None) | Q(started_on__lte=on), Q(ended_on=None) | Q(ended_on__gte=on))


class DossierQuerySet(TrackedQuerySet):
    """Visits, calls and reports: in sections by phase, upcoming first, then past."""

    def _naming(self) -> models.QuerySet:
        """The rows of the through table that give a dossier its countries, to be asked in `Exists`."""
        countries: Any = self.model._meta.get_field("countries")
        through = countries.remote_field.through
        return through._default_manager.filter(**{countries.m2m_field_name(): OuterRef("pk")})

    def concerning(self, *countries: str) -> Self:
        """Those that name one of the countries (ISO codes)."""
        return self.filter(Exists(self._naming().filter(country__in=countries)))

    def fitting(self, *countries: str) -> Self:
        """Those that name one of the countries (ISO codes), and those that name none: about all of them."""
        named = self._naming()
        return self.filter(Exists(named.filter(country__in=countries)) | ~Exists(named))

    def matching(self, text: str) -> Self:
        """Those with the words of `text` in their `WORDS_OF`, or in names of what they are about."""
        model: Any = self.model
        return holding(self, text, *model.WORDS_OF, also=self._named)

    def _named(self, word: str) -> list[models.QuerySet]:
        """Those with a word in the names of their countries and mandates, by key.

        The names are looked for first: there are few of them, and recommendations by the hundred thousand.
        """
        from .models import Country, Mandate, MandateAlias

        aliases = MandateAlias.objects.filter(Holds(word, "alias")).order_by().values("mandate")
        mandates = Mandate.objects.filter(Q(Holds(word, "title", "acronym")) | Q(pk__in=aliases))
        countries = Country.objects.filter(Holds(word, *(f"name_{code}" for code in ("en", "fr", "es", "ar"))))
        return [self._about("countries", countries), self._about("mandates", mandates)]

    def _about(self, field: str, these: models.QuerySet) -> models.QuerySet:
        """The keys of those that are about one of `these`, which stand in that field of many."""
        many: Any = self.model._meta.get_field(field)
        links = many.remote_field.through._default_manager
        about = links.filter(**{f"{many.m2m_reverse_field_name()}__in": these.order_by().values("pk")})
        return about.order_by().values(many.m2m_field_name())

    def unchecked(self, today: date) -> Self:
        """Those that nobody has compared with their source for more than OLD_AFTER: the rule of `is_old` in SQL."""
        from .models.base import OLD_AFTER

        return self.filter(checked_on__lt=today - OLD_AFTER)

    def known_to(self, user: Any) -> Self:
        """The rows that `user` knows: everyone signed in knows all, but for suggestions (`SuggestedQuerySet`)."""
        return self.all()

    def with_places(self) -> Self:
        """With countries and mandates read, in the order of names: two queries more."""
        from .models import Country, Mandate

        return self.prefetch_related(
            Prefetch("countries", queryset=Country.objects.by_name()),
            Prefetch("mandates", queryset=Mandate.objects.order_by("acronym")),
        )


class SuggestedQuerySet(DossierQuerySet):
    """Visits and calls: entered by the task team, or suggested and then perhaps not confirmed yet."""

    def known_to(self, user: Any) -> Self:
        """The rows that `user` knows: `known_in` her own scopes. Every page, choice, count and hint starts here.

        `user.reference_scopes` holds the keys of the groups whose suggestions she knows, or is a query for them; it
        then becomes a subquery, so that asking costs no query more.
        """
        return self.known_in(user.reference_scopes)

    def known_in(self, scopes: Any) -> Self:
        """What everyone knows (`known_to_all`), and suggestions made in one of `scopes`, whatever became of them."""
        return self.filter(Q(suggested_in=None) | Q(confirmed_on__isnull=False) | Q(suggested_in__in=scopes))

    def unknown_to(self, user: Any) -> Self:
        """The rows that `user` does not know: all others of `known_to`."""
        waiting = self.filter(suggested_in__isnull=False, confirmed_on=None)
        return waiting.exclude(suggested_in__in=user.reference_scopes)

    def known_to_all(self) -> Self:
        """Rows of the task team, and suggestions that it has confirmed."""
        return self.known_in([])

    def to_confirm(self) -> Self:
        """Suggestions about which the task team has not decided."""
        return self.filter(suggested_in__isnull=False, confirmed_on=None, withdrawn_on=None)

    def suggested(self, since: datetime) -> Self:
        """Suggestions made since `since`, whatever became of them, and all those that are not decided yet."""
        waiting = Q(confirmed_on=None, withdrawn_on=None)
        return self.filter(waiting | Q(suggested_at__gte=since), suggested_in__isnull=False)


class VisitPhase(models.IntegerChoices):
    """The section of the list a visit stands in, in the order of the page."""

    UNDER_WAY = 1, _("Under way")
    UPCOMING = 2, _("Upcoming")
    UNDATED = 3, _("Dates not known yet")
    OFF = 4, _("Postponed or cancelled")
    PAST = 5, _("Past")


def latest_events() -> models.QuerySet:
    """The events of a visit, in a subquery: the one that gives the status first."""
    from .models import VisitEvent

    return VisitEvent.objects.filter(visit=OuterRef("pk")).order_by("-known_by", "-position", "-id")


class CountryVisitQuerySet(SuggestedQuerySet):
    def with_status(self, today: date) -> Self:
        """Annotate `status` (the kind of the latest event, "" without one) and `phase` (VisitPhase) on `today`.

        The one place where a visit's status is derived. Latest means: the last `known_by`, then the last
        position on that day. A visit is under way between its days, and when its latest event says so, unless
        it is off or over.
        """
        from .models import VisitEvent

        off = Q(status__in=[kind.value for kind in VisitEvent.OFF])
        last_day = Coalesce("ends_on", "starts_on")
        return self.annotate(
            status=Coalesce(Subquery(latest_events().values("kind")[:1]), Value("")),
            last_day=last_day,
        ).annotate(
            phase=Case(
                When(Q(status=VisitEvent.Kind.COMPLETED) | Q(last_day__lt=today), then=VisitPhase.PAST),
                When(off, then=VisitPhase.OFF),
                When(
                    Q(starts_on__lte=today, precision="day") | Q(status=VisitEvent.Kind.UNDER_WAY),
                    then=VisitPhase.UNDER_WAY,
                ),
                When(last_day=None, then=VisitPhase.UNDATED),
                default=VisitPhase.UPCOMING,
                output_field=IntegerField(),
            )
        )

    def with_status_event(self, today: date) -> Self:
        """`with_status`, and of the event that gives it `status_day`, `status_precision`, `status_known_by` and
        `status_position`: all None without one."""
        latest = latest_events()
        return self.with_status(today).annotate(
            status_day=Subquery(latest.values("day")[:1]),
            status_precision=Subquery(latest.values("day_precision")[:1]),
            status_known_by=Subquery(latest.values("known_by")[:1]),
            status_position=Subquery(latest.values("position")[:1]),
        )

    def for_list(self, today: date) -> Self:
        """Under way, upcoming (soonest first), undated, off, past (latest first); three queries in all."""
        return (
            self.with_status(today)
            .with_places()
            .filter(withdrawn_on=None)
            .order_by(
                "phase",
                Case(When(phase__lt=VisitPhase.PAST, then=Coalesce("starts_on", "ends_on"))).asc(nulls_last=True),
                F("last_day").desc(nulls_last=True),
                "id",
            )
        )

    def to_follow(self, today: date, *countries: str) -> Self:
        """What a cluster in one of the countries looks at: visits there, ahead or without dates yet."""
        phases = [VisitPhase.UNDER_WAY, VisitPhase.UPCOMING, VisitPhase.UNDATED]
        return self.for_list(today).filter(phase__in=phases).concerning(*countries)

    def without_outcome(self) -> Self:
        """Visits whose days have passed and of which nobody has recorded what became. Needs `with_status`."""
        from .models import VisitEvent

        ended = [VisitEvent.Kind.COMPLETED, *VisitEvent.OFF]
        return self.filter(phase=VisitPhase.PAST).exclude(status__in=[kind.value for kind in ended])

    def ahead(self, today: date) -> Self:
        """Under way or upcoming on `today`, soonest first."""
        return self.for_list(today).filter(phase__in=[VisitPhase.UNDER_WAY, VisitPhase.UPCOMING])


class CallPhase(models.IntegerChoices):
    """The section of the list a call stands in, in the order of the page."""

    OPEN = 1, _("Open")
    UNKNOWN = 2, _("Deadline not known")
    CLOSED = 3, _("Closed")


class CallForInputQuerySet(SuggestedQuerySet):
    def concerning(self, *countries: str) -> Self:
        """Calls that ask about one of the countries (ISO codes): those that name it, and those that name none."""
        return self.fitting(*countries)

    def with_phase(self, now: datetime) -> Self:
        """Annotate `phase` (CallPhase) at the moment `now`: the rule of `CallForInput.is_open` in SQL."""
        closed = Q(withdrawn_on__isnull=False) | Q(closed_on__lte=now.date()) | Q(closes_at__lte=now)
        return self.annotate(
            phase=Case(
                When(closed, then=CallPhase.CLOSED),
                When(deadline_kind="unknown", then=CallPhase.UNKNOWN),
                default=CallPhase.OPEN,
                output_field=IntegerField(),
            )
        )

    def to_follow(self, now: datetime, *countries: str) -> Self:
        """What a cluster in one of the countries looks at: open calls that ask about it, and those naming it whose
        deadline is not known."""
        naming = Exists(self._naming().filter(country__in=countries))
        return (
            self.for_list(now)
            .concerning(*countries)
            .filter(Q(phase=CallPhase.OPEN) | Q(naming, phase=CallPhase.UNKNOWN))
        )

    def open_at(self, now: datetime) -> Self:
        """Calls to which something can still be sent at `now`, the next to close first, ongoing ones last."""
        return self.for_list(now).filter(phase=CallPhase.OPEN)

    def for_list(self, now: datetime) -> Self:
        """Open (next to close first, ongoing last), unknown, closed (last closed first); three queries in all."""
        return (
            self.with_phase(now)
            .with_places()
            .filter(withdrawn_on=None)
            .order_by(
                "phase",
                Case(When(phase=CallPhase.OPEN, then=F("closes_at"))).asc(nulls_last=True),
                F("closes_at").desc(nulls_last=True),
                F("closed_on").desc(nulls_last=True),
                "title",
                "id",
            )
        )


class ReportPhase(models.IntegerChoices):
    """The section of the list a report stands in, in the order of the page."""

    UPCOMING = 1, _("Upcoming")
    PUBLISHED = 2, _("Published")


class ReportQuerySet(DossierQuerySet):
    def with_phase(self) -> Self:
        """Annotate `phase` (ReportPhase): published once a day of publication is known."""
        return self.annotate(
            phase=Case(
                When(published_on=None, then=ReportPhase.UPCOMING),
                default=ReportPhase.PUBLISHED,
                output_field=IntegerField(),
            )
        )

    def overdue(self, today: date) -> Self:
        """Reports whose expected day (the first of its period) has passed and that are not known to be published."""
        return self.filter(published_on=None, expected_on__lt=today)

    def for_list(self) -> Self:
        """Upcoming (next first), then published (latest first); three queries in all."""
        return (
            self.with_phase()
            .with_places()
            .select_related("session")
            .filter(withdrawn_on=None)
            .order_by(
                "phase",
                Case(When(phase=ReportPhase.UPCOMING, then=F("expected_on"))).asc(nulls_last=True),
                F("published_on").desc(nulls_last=True),
                F("session__starts_on").desc(nulls_last=True),
                "id",
            )
        )
