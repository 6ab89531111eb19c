"""How long what is kept, and how it goes: one table, carried out by `manage.py purge`.

What is not in it stays: the rows of the log for good, a line without its text included, so that counts stay true.
To keep something for a limited time, add a line to `KEPT`: which rows are due, and how a batch of them goes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, models, router
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from mandates.dates import months_later
from mandates.imports import KEPT_FOR

from .actions import action_id
from .audit import record
from .models import (
    AccountChange,
    AuditEvent,
    ContributionOffer,
    Doubt,
    Engagement,
    EngagementReport,
    FeedKey,
    GuidanceNote,
    ImportBatch,
    KeptForm,
    LevelLowering,
    OutgoingMail,
    ReportFile,
    ReportHighlight,
    SavedView,
    SupportMessage,
    SupportRequest,
)
from .models.acts import DETAILS
from .models.engagement import TEXTS
from .querysets import ImportBatchQuerySet
from .services.accounts import close_account_changes

BATCH = 200
"""Rows that go in one transaction."""

VERSIONS: Any = Engagement.history.model.objects  # type: ignore[attr-defined]
"""All versions of all engagements, past the gate: nobody is shown them here."""


class Span(NamedTuple):
    """A length of time as rules state it: calendar months, days, hours."""

    months: int = 0
    days: int = 0
    hours: int = 0

    def before(self, now: datetime) -> datetime:
        """The moment that lies so long before `now`; the last day of a month that is too short."""
        moment = datetime.combine(months_later(now.date(), -self.months), now.timetz())
        return moment - timedelta(days=self.days, hours=self.hours)


class Removal(Protocol):
    """How one kind of thing goes. `before` is the moment up to which it has been kept long enough."""

    def count(self, before: datetime) -> int:
        """How many are due."""

    def remove(self, before: datetime) -> int:
        """Remove one batch, inside the caller's transaction; how many that were, 0 when nothing is due."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table: `due(before)` are those to go, `away(rows)` deletes or empties a batch that is locked."""

    due: Callable[[datetime], QuerySet]
    away: Callable[[Any], Any] = QuerySet.delete

    def count(self, before: datetime) -> int:
        return self.due(before).count()

    def remove(self, before: datetime) -> int:
        due = self.due(before)
        keys = list(due.order_by().select_for_update().values_list("pk", flat=True)[:BATCH])
        if keys:
            self.away(due.model._default_manager.filter(pk__in=keys))
        return len(keys)


class CacheEntries:
    """What waits in a cache that lies in the database, where nothing else removes it once it has expired.

    Each entry carries its own end: for files to import it is `mandates.imports.KEPT_FOR` after the upload.
    """

    def count(self, before: datetime) -> int:
        return self._run("SELECT COUNT(*) FROM", lambda cursor: cursor.fetchone()[0])

    def remove(self, before: datetime) -> int:
        return self._run("DELETE FROM", lambda cursor: max(cursor.rowcount, 0))

    def _run(self, verb: str, read: Callable[[Any], int]) -> int:
        found = 0
        now = timezone.now().astimezone(UTC).replace(microsecond=0)
        for cache in (caches[alias] for alias in settings.CACHES):
            if isinstance(cache, BaseDatabaseCache):
                own: Any = cache
                connection = connections[router.db_for_write(own.cache_model_class)]
                table, expires = map(connection.ops.quote_name, (own._table, "expires"))
                with connection.cursor() as cursor:
                    moment = connection.ops.adapt_datetimefield_value(now)
                    cursor.execute(f"{verb} {table} WHERE {expires} < %s", [moment])  # nobody types these names
                    found += read(cursor)
        return found


# -- Text of level high ---------------------------------------------------------------------------------


def lines_of_high(before: datetime) -> QuerySet:
    """Lines of level high whose last change, last message and last day all lie before that moment.

    The reason for which somebody asks to lower it, and what is offered for a contribution, are such messages, too.
    Withdrawn, planned and open ones too: a line that nobody has touched for so long is closed, whatever it says.
    Answers by choice that were noted since (the state of a reply) are no text and do not count.
    """
    written = SupportMessage.objects.filter(request__engagement=OuterRef("pk"), written_at__gte=before)
    asked = LevelLowering.objects.filter(engagement=OuterRef("pk"), asked_at__gte=before)
    offered = ContributionOffer.objects.filter(
        Q(offered_at__gte=before) | Q(decided_at__gte=before), cluster=OuterRef("cluster"), call=OuterRef("call")
    )
    return (
        Engagement.objects.with_text()
        .filter(level=Engagement.Level.HIGH, updated_at__lt=before)
        .alias(last_day=Coalesce("ended_on", "started_on"))
        .filter(~Exists(written), ~Exists(asked), last_day__lt=before.date())
        .exclude(Exists(offered), action=action_id(6))
    )


def empty_lines(lines: QuerySet) -> None:
    """Leave of these lines what counts: cluster, action, mandates, item, days, status, level, extent, who and when.

    Their words go, those of their acts, history and thread, the reasons for lowering them, the notes that were made of
    their answers, and what was offered for a contribution. Each line is an AuditEvent, so that the coordinators of its
    cluster can see that it was emptied. Nobody owes an answer any more, or decides about the level.

    The keyed hash by which an import knows its own rows again is no text and stays: it keeps an old file from bringing
    the text back as a new line.
    """
    found = dict(lines.values_list("pk", "cluster"))
    today, emptied = timezone.localdate(), dict.fromkeys(TEXTS, "")
    for request in SupportRequest.objects.waiting().filter(engagement__in=found):
        request.status = SupportRequest.Status.CLOSED
        request.save()
    SupportMessage.objects.filter(request__engagement__in=found).update(text="")
    GuidanceNote.objects.filter(request__engagement__in=found).delete()
    lowerings = LevelLowering.objects.filter(engagement__in=found)
    lowerings.filter(outcome=LevelLowering.Outcome.WAITING).delete()
    lowerings.update(reason="")
    for act in set(DETAILS.values()):
        if texts := _texts_of(act):
            act.objects.filter(engagement__in=found).update(**dict.fromkeys(texts, ""))
    ReportHighlight.objects.filter(engagement__in=found, report__status="draft").delete()
    VERSIONS.filter(id__in=found).update(text_removed_on=today, **emptied)
    # Not by save(): that would be a new version, and a change from which the time would count anew.
    lines.update(text_removed_on=today, **emptied)
    _delete_offers(found)
    for key, cluster in found.items():
        record(AuditEvent.Kind.PURGED, by=None, cluster=cluster, subject=key, what="text_high")


def _delete_offers(emptied: Iterable[Any]) -> None:
    """Delete what was offered for these contributions, unless another one to the same call still has its text."""
    of_call = Engagement.objects.filter(action=action_id(6), cluster=OuterRef("cluster"), call=OuterRef("call"))
    offers = ContributionOffer.objects.filter(Exists(of_call.filter(pk__in=emptied)))
    offers.exclude(Exists(of_call.with_text())).delete()


def _texts_of(model: type[models.Model]) -> list[str]:
    """The columns of a model that people type into."""
    is_text = (models.CharField, models.TextField)
    return [field.name for field in model._meta.concrete_fields if isinstance(field, is_text) and not field.choices]


def versions_of_high(before: datetime) -> QuerySet:
    """Earlier versions of level high, of lines that were lowered before that moment.

    Those of a line that still is high go with it.
    """
    high = Engagement.Level.HIGH
    later = VERSIONS.filter(id=OuterRef("id"), history_date__gte=OuterRef("history_date"), history_date__lt=before)
    still_high = Engagement.objects.filter(pk=OuterRef("id"), level=high)
    return VERSIONS.filter(Exists(later.exclude(level=high)), ~Exists(still_high), level=high, text_removed_on=None)


def empty_versions(versions: QuerySet) -> None:
    versions.update(text_removed_on=timezone.localdate(), **dict.fromkeys(TEXTS, ""))


def reasons_of_lowered(before: datetime) -> QuerySet:
    """Reasons for lowering that were decided on before that moment, of lines that are not high any more.

    They may tell what was in it. Those of a line that still is high go with its text.
    """
    decided = LevelLowering.objects.filter(decided_at__lt=before).exclude(reason="")
    return decided.exclude(
        engagement__in=Engagement.objects.filter(level=Engagement.Level.HIGH).order_by().values("pk")
    )


# -- Engagement reports ---------------------------------------------------------------------------------


def empty_reports(reports: QuerySet) -> None:
    """Leave of these reports title, period, level and figures: files, summary and what was said of highlights go."""
    ReportFile.objects.filter(report__in=reports).delete()
    ReportHighlight.objects.filter(report__in=reports).delete()
    for report in reports:
        report.figures["highlights"] = []
        report.summary, report.files_removed_on = "", timezone.localdate()
        report.save(update_fields=["figures", "summary", "files_removed_on"])


def reports_of_high(before: datetime) -> QuerySet:
    """Published reports of level high, with their files still."""
    return EngagementReport.objects.filter(level="high", published_at__lt=before, files_removed_on=None)


def reports_withdrawn(before: datetime) -> QuerySet:
    """Withdrawn reports, of which nobody is shown the files any more."""
    return EngagementReport.objects.filter(withdrawn_at__lt=before, files_removed_on=None)


# -- The table ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the table: `what`, for how long, counted `since`; and how it goes.

    `is_recorded`: an AuditEvent is kept of each batch, with the count.
    """

    what: str
    span: Span
    since: str
    removal: Removal
    is_recorded: bool = True


SETTLED = ("sent", "refused", "uncertain", "dropped")
NOT_OF_LINES = (*OutgoingMail.ABOUT_ACCOUNTS, OutgoingMail.Kind.LOWERING)

KEPT = (
    Kept(
        "text_high",
        Span(months=24),
        "the last change, message and day of the line",
        Rows(lines_of_high, empty_lines),
        is_recorded=False,  # by itself, line by line
    ),
    Kept(
        "earlier_versions_high",
        Span(months=24),
        "the day on which the line was lowered",
        Rows(versions_of_high, empty_versions),
    ),
    Kept(
        "reasons_for_lowering",
        Span(months=24),
        "the decision",
        Rows(reasons_of_lowered, lambda lowerings: lowerings.update(reason="")),
    ),
    # With the reasons that were given for confidential exports.
    Kept("audit_events", Span(months=24), "the event", Rows(lambda before: AuditEvent.objects.filter(at__lt=before))),
    Kept(
        "log_of_the_administration",
        Span(months=24),
        "the change",
        Rows(lambda before: LogEntry.objects.filter(action_time__lt=before)),
    ),
    # Mails that shared something or asked for paragraphs stay with their line: it says how many were told.
    Kept(
        "mails_about_accounts",
        Span(months=12),
        "the mail was written",
        Rows(
            lambda before: OutgoingMail.objects.filter(kind__in=NOT_OF_LINES, state__in=SETTLED, created_at__lt=before)
        ),
    ),
    # With the items that each told of: they say what the person followed. What she follows now, what she left, how far
    # she was told (`Subscription`, `SubscriptionOptOut`, `DigestMark`) are settings of her account and stay with it.
    Kept(
        "mails_of_what_people_follow",
        Span(months=3),
        "the mail was written",
        Rows(
            lambda before: OutgoingMail.objects.filter(
                kind__in=OutgoingMail.OF_NEWS, state__in=SETTLED, created_at__lt=before
            )
        ),
        is_recorded=False,
    ),
    Kept("reports_of_high", Span(months=24), "the publication", Rows(reports_of_high, empty_reports)),
    Kept("reports_withdrawn", Span(days=30), "the withdrawal", Rows(reports_withdrawn, empty_reports)),
    Kept(
        "reports_not_published",
        Span(months=12),
        "the last change",
        Rows(lambda before: EngagementReport.objects.filter(status="draft", updated_at__lt=before)),
    ),
    Kept(
        "doubts_about_entries",
        Span(months=12),
        "the answer",
        Rows(lambda before: Doubt.objects.filter(settled_at__lt=before)),
    ),
    Kept(
        "keys_to_feeds",
        Span(months=12),
        "the last use, or that it was made",
        Rows(FeedKey.objects.not_used_since),
        is_recorded=False,  # a preference, and no record
    ),
    Kept(
        "reasons_of_changes_of_several_lines",
        Span(months=24),
        "the change",
        Rows(
            lambda before: ImportBatch.objects.exclude(reason="").filter(decided_at__lt=before),
            lambda rows: rows.update(reason=""),
        ),
        is_recorded=False,
    ),
    Kept(
        "saved_views_of_people_who_left",
        Span(months=12),
        "the last change",
        Rows(SavedView.objects.of_people_who_left),
        is_recorded=False,  # a preference, and no record
    ),
    Kept(
        "account_changes_not_decided",
        Span(days=30),
        "they were asked for",
        Rows(lambda before: AccountChange.objects.waiting().filter(asked_at__lt=before), close_account_changes),
    ),
    # A file says itself until when its rows are kept: a day after the upload. Once confirmed it has none.
    Kept(
        "files_for_the_log",
        Span(),
        "a day after the upload",
        Rows(ImportBatch.objects.expired, ImportBatchQuerySet.forget),
        is_recorded=False,
    ),
    Kept(
        "files_for_the_log_not_confirmed",
        Span(days=30),
        "the end of that day",
        Rows(lambda before: ImportBatch.objects.filter(state="draft", expires_at__lt=before)),
        is_recorded=False,
    ),
    Kept(
        "forms_kept_for_the_next_sign_in",
        Span(),
        "a day after they were sent; a draft 14 days after its last change",
        Rows(lambda before: KeptForm.objects.expired()),
        is_recorded=False,
    ),
    Kept("import_previews", Span(hours=KEPT_FOR // 3600), "the upload", CacheEntries(), is_recorded=False),
    Kept(
        "sessions",
        Span(),
        "their end",
        Rows(lambda before: Session.objects.filter(expire_date__lt=before)),
        is_recorded=False,
    ),
    # After the sessions: what each person sees listed, with the address and the browser that it came from.
    Kept(
        "sessions_listed",
        Span(),
        "the end of the session",
        Rows(
            lambda before: UserSession.objects.exclude(
                Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=before))
            )
        ),
        is_recorded=False,
    ),
)
"""What is kept for a limited time. README shows the same table to those who run the tool."""
