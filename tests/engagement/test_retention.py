"""What is kept for a limited time goes when it is over, and only then; what stays says so in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from docx import Document

from engagement import mail, retention, services
from engagement.cluster_report import report_document
from engagement.exports import read_lines
from engagement.imports.columns import COLUMNS
from engagement.imports.comparing import compare
from engagement.management.commands import purge as purging
from engagement.models import (
    AccountChange,
    AuditEvent,
    Contribution,
    ContributionOffer,
    Doubt,
    Engagement,
    EngagementReport,
    GuidanceNote,
    ImportBatch,
    KeptForm,
    LevelLowering,
    OutgoingMail,
    SupportRequest,
)
from engagement.models.acts import DETAILS
from engagement.models.engagement import TEXTS
from engagement.retention import KEPT, Span, _texts_of
from mandates.imports import Upload, keep, kept
from tests import factories

from .imports.files import cells_of, new_row, read_file

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2024, 5, 19, 12, tzinfo=UTC)  # a day more than 24 months before the clock of the tests
NOT_YET = datetime(2024, 5, 21, 12, tzinfo=UTC)


def purge(*options: str) -> dict[str, int]:
    """Run the command; the counts that it prints, without those that are 0."""
    said = StringIO()
    call_command("purge", *options, stdout=said)
    lines = (line.rpartition(": ") for line in said.getvalue().splitlines())
    return {what: count for what, _colon, number in lines if (count := int(number.split()[0]))}


def old_line(cast, clock, at=LONG_AGO, **columns):
    """A high line of South Sudan with all that hangs on one, last touched at that moment."""
    clock(at)
    words = dict.fromkeys(("what_was_done", "challenges", "result", "support_needed", "partner"), "secret")
    line = factories.EngagementFactory(
        cluster=cast.south_sudan,
        created_by=cast.coordinator,
        mode="indirect",
        **{"level": "high", "started_on": date(2024, 3, 1)} | words | columns,
    )
    if line.action.number == 3:
        factories.BriefingFactory(engagement=line, points="secret", who="secret")
    support = factories.SupportRequestFactory(engagement=line, owner=cast.focal, answer="secret")
    support.messages.update(written_at=at)
    factories.GuidanceNoteFactory(request=support, title="secret", text="secret", kept_by=cast.focal)
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    return line


def secrets_left() -> list[str]:
    """Every column of the database that still holds the word."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            found += [
                f"{table}.{name}" for row in cursor for name, value in zip(names, row, strict=True)
                if isinstance(value, str) and "secret" in value
            ]  # fmt: skip
    return sorted(set(found))


def test_text_of_high_goes_wherever_it_stands(cast, clock):
    """The line, its act, its versions, its thread, the note of its answer: the word is nowhere in the database."""
    line = old_line(cast, clock)
    Engagement.objects.filter(pk=line.pk).update(version=2)
    assert secrets_left() != []
    assert purge() == {"text_high": 1}
    assert secrets_left() == []


def test_what_counts_stays(cast, clock):
    """The row with its mandates, days, status and level; nothing says that it was changed; nobody owes an answer."""
    line = old_line(cast, clock, mandates=[factories.MandateFactory(slug="sr-idps")])
    SupportRequest.objects.update(status="open", answered_at=None)
    before = Engagement.objects.values().get()
    purge()
    now = Engagement.objects.values().get()
    changed = {name for name in now if now[name] != before[name]}
    assert changed == {*TEXTS, "text_removed_on", "asks_support"} - {"withdrawn_reason"}
    assert line.mandates.count() == 1
    assert Engagement.objects.visible_to(cast.coordinator).counted_by_action()[3][0] == 1
    assert SupportRequest.objects.get().status == "closed"
    assert (Engagement.history.count(), GuidanceNote.objects.count()) == (2, 0)


@pytest.mark.parametrize("of_line", [{"status": "withdrawn", "withdrawn_at": LONG_AGO, "withdrawn_reason": "secret"},
                                     {"number": 10, "status": "planned"}])  # fmt: skip
def test_whatever_its_state_a_line_that_nobody_touched_is_emptied(of_line, cast, clock):
    """Withdrawn with its reason, or never finished."""
    old_line(cast, clock, **of_line)
    assert purge() == {"text_high": 1}
    assert secrets_left() == []


@pytest.mark.parametrize(
    "columns",
    [{"level": "moderate"}, {"at": NOT_YET}, {"ended_on": date(2024, 6, 1)}, {"started_on": date(2027, 1, 1)}],
    ids=["moderate", "changed since", "ended since", "planned ahead"],
)
def test_what_is_not_due_stays(columns, cast, clock):
    """Another level; a change, or a day of the line, that is not 24 months ago."""
    old_line(cast, clock, **columns)
    assert purge() == {}
    assert Engagement.objects.get().what_was_done == "secret"


def test_a_message_or_a_text_that_is_written_counts_from_then(cast, clock):
    """A thread in which somebody wrote since, and a contribution that somebody wrote: both lines keep their text."""
    old_line(cast, clock)
    begun = factories.ContributionFactory(cluster=cast.south_sudan, by=cast.coordinator, level="high", text="secret")
    Engagement.objects.update(updated_at=LONG_AGO, started_on=date(2024, 3, 1))
    request = SupportRequest.objects.get()
    assert purge("--dry-run") == {"text_high": 2}
    services.write_in_support_thread(by=cast.focal, request=request, text="secret", is_answer=False)
    services.save_text(by=cast.coordinator, contribution=begun, text="secret, too", seen=begun.digest)
    assert purge() == {}
    assert Contribution.objects.get().text == "secret, too"


def test_versions_that_were_high_go_24_months_after_the_line_was_lowered(cast, clock, client_of):
    """The line itself is moderate and stays; its history says that a text was removed."""
    line = old_line(cast, clock)
    clock(LONG_AGO + timedelta(hours=1))
    line.level, line.what_was_done, line.version = "moderate", "Now moderate.", 2
    line.save()
    GuidanceNote.objects.all().delete()
    clock(LONG_AGO + timedelta(days=30))
    line.result, line.version = "Later.", 3
    line.save()
    clock(LONG_AGO + timedelta(days=20))
    assert purge() == {}
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    assert purge() == {"earlier_versions_high": 1}
    page = client_of(cast.coordinator).get(f"{line.get_absolute_url()}history/").text
    assert "Text removed on 20 May 2026" in page
    assert "Now moderate." not in page  # what it was compared with is gone
    assert Engagement.objects.get().what_was_done == "Now moderate."
    assert not Engagement.history.filter(level="high", what_was_done="secret").exists()


def test_the_pages_say_so_in_words_and_take_nothing_more(cast, clock, client_of):
    """The line, the log, the cluster, the history, the thread: the day; changing and writing are refused with it."""
    line = old_line(cast, clock)
    purge()
    coordinator, focal = client_of(cast.coordinator), client_of(cast.focal)
    address, said = line.get_absolute_url(), "Text removed on 20 May 2026"
    thread = SupportRequest.objects.get().get_absolute_url()
    pages = (address, "/engagement/", "/clusters/south-sudan/", f"{address}history/", thread)
    assert [page for page in pages if said not in coordinator.get(page).text] == []
    for page in (f"{address}edit/", f"{address}withdraw/", f"{address}briefing/"):
        response = coordinator.get(page)
        assert (response.status_code, said in response.text) == (403, True)
    assert "What did the cluster do under this action" not in coordinator.get(address).text
    for client in (coordinator, focal):
        assert client.post(thread, {"text": "More."}).status_code == 403
    assert said in focal.post(f"{thread}take/", follow=True).text
    with pytest.raises(services.NotNow, match=said):
        services.keep_guidance(by=cast.focal, request=SupportRequest.objects.get(), title="A", text="B")


def test_an_export_says_so_in_words(cast, clock):
    """Not an empty column: whoever takes high rows away reads that a text was there."""
    old_line(cast, clock)
    purge()
    (row,) = read_lines(Engagement.objects.visible_to(cast.focal))
    place = [column.name for column in COLUMNS].index("what_was_done")
    assert row[place].startswith("Text removed on 20 May 2026")


def test_the_word_report_would_say_so_too(cast, clock):
    """It leaves out what is high; were such a line in it, its first cell would say where the text is."""
    old_line(cast, clock)
    purge()
    lines = list(Engagement.objects.for_list())
    file = Document(BytesIO(report_document(cast.south_sudan, lines, period=[], now=timezone.now())))
    cells = [cell.text for cell in file.tables[1].rows[1].cells]
    assert cells[1].startswith("Text removed on 20 May 2026")
    assert cells[2:] == ["", "", ""]


def test_an_old_file_does_not_bring_the_text_back(cast, clock):
    """A row with the id of such a line is a fault that says why; for a person of another cluster it is not there."""
    line = old_line(cast, clock)
    file = read_file(cells_of(line))
    purge()
    (found,) = compare(cast.coordinator, file, {}, None).lines
    (fault,) = found.draft.faults
    assert (found.kind, found.stored) == ("faulty", None)
    assert fault.reason.startswith("Text removed on 20 May 2026")
    assert "take this row out" in fault.reason
    (hidden,) = compare(cast.other, file, {}, None).lines
    assert "Text removed" not in str(hidden.draft.faults)


def test_a_row_that_was_imported_does_not_come_back_as_a_new_one(cast, clock):
    """Its file has no ids; the line that it made has no text any more, and is known all the same."""
    clock(LONG_AGO)
    file = read_file(new_row(level="high", what_was_done="secret", started_on="2024-03-04"))
    batch = services.keep_upload(by=cast.coordinator, name="log.xlsx", read=file, cluster=None)
    seen = services.outcome_of(batch, cast.coordinator).fingerprint
    services.confirm_import(by=cast.coordinator, batch=batch, seen=seen)
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    assert purge() == {"text_high": 1}
    assert secrets_left() == []
    (found,) = compare(cast.coordinator, file, {}, None).lines
    assert found.kind == "unchanged"


def test_a_line_without_text_is_closed_in_the_database_too(cast, clock):
    """No text beside the day of its removal."""
    line = old_line(cast, clock)
    purge()
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.filter(pk=line.pk).update(result="More.")


def test_the_coordinator_reads_that_it_was_emptied(cast, clock):
    """One event for each line, with its cluster; no text in it."""
    line = old_line(cast, clock)
    purge()
    event = AuditEvent.objects.visible_to(cast.coordinator).get()
    assert (event.kind, event.subject_id, event.actor) == ("purged", line.pk, "")
    assert event.detail == {"what": "text_high"}


def test_the_other_periods(cast, clock):
    """Audit, the administration's log, mails about accounts, sessions: those past their period, and no others."""
    for at in (LONG_AGO, NOT_YET):
        AuditEvent.objects.create(kind="exported", at=at, detail={"reason": f"secret {at.day}"})
        LogEntry.objects.create(user=cast.administrator, action_flag=2, object_repr="x")
        LogEntry.objects.filter(action_time__gt=NOT_YET).update(action_time=at)
        Session.objects.create(session_key=str(at.day), session_data="", expire_date=at + timedelta(days=730))
    for at, state in ((datetime(2025, 5, 19, tzinfo=UTC), "sent"), (datetime(2025, 5, 21, tzinfo=UTC), "sent"),
                      (datetime(2025, 5, 19, tzinfo=UTC), "waiting")):  # fmt: skip
        OutgoingMail.objects.create(
            kind="invitation", to=cast.member, state=state, created_at=at, due_at=at, tried_at=at
        )
    expected = {"audit_events": 1, "log_of_the_administration": 1, "mails_about_accounts": 1, "sessions": 1}
    assert purge("--dry-run") == purge("--dry-run") == expected
    assert purge() == expected
    assert purge() == {}
    counts = (
        AuditEvent.objects.filter(kind="purged").values_list("detail__what", "detail__count").order_by("detail__what")
    )
    assert list(counts) == [("audit_events", 1), ("log_of_the_administration", 1), ("mails_about_accounts", 1)]
    assert OutgoingMail.objects.count() == 2
    assert AuditEvent.objects.get(kind="exported").detail == {"reason": "secret 21"}


def test_doubts_go_a_year_after_their_answer(cast, clock):
    """Those that wait stay, however old they are."""
    about = {"mandate": factories.MandateFactory(), "said_by": cast.member}
    for at in (datetime(2025, 5, 19, tzinfo=UTC), datetime(2025, 5, 21, tzinfo=UTC)):
        settled = {"outcome": "mended", "settled_by": cast.focal, "settled_at": at}
        factories.DoubtFactory(text=str(at), said_at=LONG_AGO, **about, **settled)
    factories.DoubtFactory(text="waiting", said_at=LONG_AGO, **about)
    assert purge() == {"doubts_about_entries": 1}
    assert {doubt.text[:10] for doubt in Doubt.objects.all()} == {"2025-05-21", "waiting"}


def lowering(line, at, **columns):
    """That somebody asked at that moment to lower this line, for a secret reason."""
    return factories.LevelLoweringFactory(engagement=line, asked_at=at, reason="secret", **columns)


def test_reasons_for_lowering_go_with_the_text(cast, clock):
    """One that was refused is emptied; one that waits is gone, so that nobody is asked about a line without text."""
    line = old_line(cast, clock)
    decided = {"outcome": "refused", "decided_by": cast.focal, "decided_at": LONG_AGO}
    lowering(line, LONG_AGO, asked_by=cast.coordinator, **decided)
    waiting = lowering(line, LONG_AGO, asked_by=cast.coordinator)
    mail.queue(kind="lowering", to=cast.focal, lowering=waiting)
    assert purge() == {"text_high": 1}
    assert secrets_left() == []
    assert LevelLowering.objects.get().outcome == "refused"
    assert not LevelLowering.objects.to_decide(cast.focal).exists()


def test_a_line_that_somebody_asked_lately_to_lower_is_not_due(cast, clock):
    """The reason was written since."""
    lowering(old_line(cast, clock), NOT_YET, asked_by=cast.coordinator)
    assert purge() == {}
    assert LevelLowering.objects.get().reason == "secret"


def test_the_reason_goes_24_months_after_a_line_was_lowered(cast, clock):
    """The line is moderate and stays; that of a line that is high waits for its text."""
    lowered = {"outcome": "lowered", "asked_by": cast.coordinator, "decided_by": cast.focal}
    plain = factories.EngagementFactory(cluster=cast.south_sudan, level="moderate")
    high = factories.EngagementFactory(cluster=cast.south_sudan, level="high")
    lowering(plain, LONG_AGO, decided_at=LONG_AGO, **lowered)
    lowering(plain, LONG_AGO, decided_at=NOT_YET, **lowered)
    lowering(high, LONG_AGO, decided_at=LONG_AGO, **lowered | {"outcome": "refused"})
    assert purge() == {"reasons_for_lowering": 1}
    assert LevelLowering.objects.get(reason="").decided_at == LONG_AGO
    assert purge() == {}


def old_contribution(cast, call, **columns):
    """A high contribution of South Sudan to this call, last touched 24 months ago."""
    begun = factories.ContributionFactory(
        cluster=cast.south_sudan, by=cast.coordinator, call=call, text="secret", **{"level": "high"} | columns
    )
    Engagement.objects.filter(pk=begun.engagement_id).update(updated_at=LONG_AGO, started_on=date(2024, 3, 1))
    return begun


def offer(cast, call, at=LONG_AGO, **columns):
    """What a member offered for this call at that moment."""
    words = {"text": "secret", "source": "secret", "offered_by": cast.member, "offered_at": at}
    return factories.OfferFactory(**{"cluster": cast.south_sudan, "call": call} | words | columns)


def test_what_was_offered_for_a_contribution_goes_with_its_text(cast, clock):
    """Used, refused with a word, or waiting; what was offered to another cluster, or for another call, stays."""
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    call = factories.CallFactory()
    old_contribution(cast, call)
    decided = {"decided_by": cast.coordinator, "decided_at": LONG_AGO}
    offer(cast, call)
    offer(cast, call, state="used", **decided)
    offer(cast, call, state="not_used", answer="secret", **decided)
    stay = [offer(cast, call, cluster=cast.ukraine, text="x", source="x"),
            offer(cast, factories.CallFactory(), text="x", source="x")]  # fmt: skip
    assert purge() == {"text_high": 1}
    assert secrets_left() == []
    assert set(ContributionOffer.objects.all()) == set(stay)


@pytest.mark.parametrize("since", [{"at": NOT_YET}, {"state": "not_used", "decided_at": NOT_YET}])
def test_an_offer_of_lately_counts_from_then(since, cast, clock):
    """Made since, or decided on with a word since."""
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    call = factories.CallFactory()
    old_contribution(cast, call)
    offer(cast, call, **since | ({"decided_by": cast.coordinator} if "state" in since else {}))
    assert purge() == {}
    assert Contribution.objects.get().text == "secret"


def test_offers_stay_while_another_contribution_to_the_call_has_its_text(cast, clock):
    """The high one was withdrawn, and a moderate one begun, which may hold the same paragraphs."""
    clock(datetime(2026, 5, 20, 12, tzinfo=UTC))
    call = factories.CallFactory()
    first = old_contribution(cast, call)
    Engagement.objects.filter(pk=first.engagement_id).update(
        status="withdrawn", withdrawn_at=LONG_AGO, withdrawn_reason="secret"
    )
    old_contribution(cast, call, level="moderate")
    offer(cast, call)
    assert purge() == {"text_high": 1}
    assert ContributionOffer.objects.get().text == "secret"


def test_a_file_that_nobody_confirmed_is_emptied_after_a_day_and_gone_after_a_month(cast, clock):
    """One that waits stays; so do the counts of one that was confirmed."""
    now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    clock(now)
    kept = {"content": {"rows": "secret"}, "columns": {"0:C": "secret"}, "choices": {"left": ["secret"]}}
    for hours in (23, 25, 24 * 32):
        made = now - timedelta(hours=hours)
        factories.ImportBatchFactory(made_at=made, expires_at=made + timedelta(days=1), **kept)
    done = factories.ImportBatchFactory(
        made_at=LONG_AGO, expires_at=LONG_AGO, state="confirmed", decided_at=LONG_AGO, content={}, counts={"written": 3}
    )
    assert purge("--dry-run") == {"files_for_the_log": 2, "files_for_the_log_not_confirmed": 1}
    assert purge() == {"files_for_the_log": 2, "files_for_the_log_not_confirmed": 1}
    assert purge() == {}
    waiting, emptied = ImportBatch.objects.filter(state="draft")
    assert waiting.content == {"rows": "secret"}
    assert (emptied.content, emptied.columns, emptied.choices) == ({}, {}, {})
    assert ImportBatch.objects.get(pk=done.pk).counts == {"written": 3}


def test_a_kept_form_goes_after_a_day(cast, clock):
    """Nobody came back for it."""
    clock(NOT_YET)
    for hours in (23, 24):
        factories.KeptFormFactory(typed_by=cast.member, kept_at=NOT_YET - timedelta(hours=hours))
    assert purge() == {"forms_kept_for_the_next_sign_in": 1}
    assert KeptForm.objects.get().kept_at == NOT_YET - timedelta(hours=23)
    assert purge() == {}


def test_a_session_is_not_listed_once_it_has_ended(cast, client_of):
    """Gone, or past its end; that of somebody who is signed in stays."""
    client_of(cast.member).get("/")
    before = UserSession.objects.count()
    for key, left in (("ended", timedelta(hours=-1)), ("open", timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + left)
    for key in ("gone", "ended", "open"):
        UserSession.objects.create(user=cast.member, session_key=key, ip="192.0.2.1", user_agent="Firefox")
    assert purge("--dry-run") == {"sessions": 1, "sessions_listed": 2}
    assert purge() == {"sessions": 1, "sessions_listed": 2}
    assert UserSession.objects.filter(session_key="open").exists()
    assert UserSession.objects.count() == before + 1


def test_a_change_on_which_nobody_decides_is_closed(cast, clock, client_of):
    """After 30 days; its people are told, no late press lets it take effect, and it can be asked for again."""
    now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    clock(now)
    for person, days in ((cast.member, 31), (cast.reader, 29)):
        asked_at = now - timedelta(days=days)
        factories.AccountChangeFactory(person=person, asked_by=cast.administrator, asked_at=asked_at)
    assert purge() == {"account_changes_not_decided": 1}
    assert purge() == {}
    change = AccountChange.objects.get(person=cast.member)
    assert (change.state, change.decided_by, change.decided_at) == ("expired", None, now)
    assert AccountChange.objects.waiting().get().person == cast.reader
    told = OutgoingMail.objects.filter(change=change, state="waiting")
    assert {row.to for row in told} == {cast.focal, cast.administrator}
    message = mail.message(told.first())
    assert "Nobody decided on it in time" in message.body
    assert message.subject == "A change to an account was closed: nobody decided in time"
    for press in (services.confirm_account_change, services.refuse_account_change):
        with pytest.raises(services.NotNow, match="Nobody decided on this in time"):
            press(by=cast.focal, change=change)
    page = client_of(cast.focal).get("/account/changes/").text
    assert "not decided in time" in page
    assert "closed on" in page
    assert "None" not in page
    factories.AccountChangeFactory(person=cast.member, asked_by=cast.administrator)


def test_previews_of_imports_do_not_stay_in_the_database(cast, settings, monkeypatch):
    """A file that waited for its confirmation goes once its day is over; one that still waits stays."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable", verbosity=0)
    upload = Upload("visits.csv", b"secret")
    keep(upload, kind="countryvisit", person=cast.reader.pk)
    assert purge() == {}
    assert kept(upload.token, kind="countryvisit", person=cast.reader.pk)
    later = timezone.now() + timedelta(hours=24, seconds=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert purge("--dry-run") == {"import_previews": 1}
    assert purge() == {"import_previews": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (0,)
    assert caches["default"].get("anything") is None


def test_what_is_broken_off_has_removed_whole_batches(cast, clock, monkeypatch):
    """With each batch goes its event; the next run goes on where the first one was."""
    for _number in range(5):
        old_line(cast, clock)
    monkeypatch.setattr(retention, "BATCH", 2)
    batches = []
    empty = retention.empty_lines

    def empty_twice(lines):
        empty(lines)
        batches.append(lines)
        if len(batches) == 2:
            raise KeyboardInterrupt

    kept = replace(KEPT[0], removal=replace(KEPT[0].removal, away=empty_twice))
    monkeypatch.setattr(purging, "KEPT", (kept, *KEPT[1:]))
    with pytest.raises(KeyboardInterrupt):
        purge()
    assert Engagement.objects.filter(text_removed_on=None).count() == 3
    assert AuditEvent.objects.count() == 2
    assert purge() == {"text_high": 3}
    assert AuditEvent.objects.count() == 5
    assert secrets_left() == []


def one_of_each(cast, clock) -> set[str]:
    """Something due of every kind of the table but what lies in the cache; the kinds."""
    line = old_line(cast, clock)
    now = timezone.now()
    lowering(line, LONG_AGO, asked_by=cast.coordinator)
    plain = factories.EngagementFactory(cluster=cast.south_sudan, level="moderate")
    decided = {"outcome": "lowered", "decided_by": cast.focal, "decided_at": LONG_AGO}
    lowering(plain, LONG_AGO, asked_by=cast.coordinator, **decided)
    lowered = factories.EngagementFactory(cluster=cast.south_sudan, level="high", what_was_done="secret")
    lowered.level, lowered.what_was_done, lowered.version = "moderate", "", 2
    lowered.save()
    high, moderate = Engagement.history.filter(id=lowered.pk).order_by("version")
    for record, at in ((high, LONG_AGO - timedelta(days=1)), (moderate, LONG_AGO)):
        Engagement.history.filter(pk=record.pk).update(history_date=at)
    AuditEvent.objects.create(kind="exported", at=LONG_AGO, detail={"reason": "secret"})
    LogEntry.objects.create(user=cast.administrator, action_flag=2, object_repr="secret")
    LogEntry.objects.update(action_time=LONG_AGO)
    settled = {"state": "sent", "created_at": LONG_AGO, "due_at": LONG_AGO, "tried_at": LONG_AGO}
    OutgoingMail.objects.create(kind="address", to=cast.member, address="secret@example.org", **settled)
    digest = OutgoingMail.objects.create(kind="digest", to=cast.member, **settled)
    digest.items.create(subject_type="report", subject_id="secret", since=LONG_AGO)
    factories.AccountChangeFactory(person=cast.member, asked_by=cast.administrator, asked_at=LONG_AGO)
    settled = {"outcome": "stands", "answer": "secret", "settled_by": cast.focal, "settled_at": LONG_AGO}
    factories.DoubtFactory(mandate=factories.MandateFactory(), said_by=cast.member, text="secret", **settled)
    factories.FeedKeyFactory(user=cast.member, name="secret", made_at=LONG_AGO)
    factories.ImportBatchFactory(
        by=cast.coordinator, kind="bulk", state="confirmed", content={}, decided_at=LONG_AGO, reason="secret"
    )
    left = factories.UserFactory(email="left@example.org", is_active=False)
    factories.SavedViewFactory(user=left, name="secret", changed_at=LONG_AGO)
    file = {"by": cast.coordinator, "content": {"rows": "secret"}}
    factories.ImportBatchFactory(expires_at=now - timedelta(hours=1), **file)
    factories.ImportBatchFactory(expires_at=LONG_AGO, file_name="secret.xlsx", **file)
    factories.KeptFormFactory(typed_by=cast.member, kept_at=LONG_AGO)
    said = {"summary": "secret", "highlights": [(plain, "secret")]}
    reports = [
        factories.EngagementReportFactory(level="high", published=cast.focal, **said),
        factories.EngagementReportFactory(published=cast.focal, withdrawn="Twice.", **said),
        factories.EngagementReportFactory(**said),
    ]
    for report, moment in zip(reports, ("published_at", "withdrawn_at", "updated_at"), strict=True):
        EngagementReport.objects.filter(pk=report.pk).update(**{moment: LONG_AGO})
    Session.objects.create(session_key="secret", session_data="", expire_date=LONG_AGO)
    UserSession.objects.create(user=cast.member, session_key="secret", ip="192.0.2.1", user_agent="Firefox")
    return {kept.what for kept in KEPT} - {"import_previews"}


def test_all_that_is_due_goes_in_one_run(cast, clock):
    """Something of every line of the table; a second run finds nothing, and neither does a search."""
    kinds = one_of_each(cast, clock)
    assert purge("--dry-run").keys() == purge().keys() == kinds
    assert purge() == {}
    assert secrets_left() == []


@pytest.mark.slow
def test_each_kind_can_be_broken_off(cast, clock, monkeypatch):
    """Stopped after the work of a batch, before it is committed: as if it had not begun; the next run does it once."""
    kinds, broken = one_of_each(cast, clock), set[str]()

    def breaking(kept):
        if not isinstance(kept.removal, retention.Rows):
            return kept

        def away(rows):
            kept.removal.away(rows)
            if kept.what not in broken:
                broken.add(kept.what)
                raise KeyboardInterrupt

        return replace(kept, removal=replace(kept.removal, away=away))

    monkeypatch.setattr(purging, "KEPT", tuple(map(breaking, KEPT)))
    for line in KEPT:
        if line.what in kinds:
            due = purge("--dry-run")
            with pytest.raises(KeyboardInterrupt):
                purge()
            assert purge("--dry-run").get(line.what) == due[line.what]
    assert broken == kinds
    purge()
    assert purge() == {}
    assert secrets_left() == []
    assert OutgoingMail.objects.filter(kind="change").count() == 2
    told = AuditEvent.objects.filter(kind="purged").values_list("detail__what", flat=True)
    assert sorted(told) == sorted({kept.what for kept in KEPT if kept.is_recorded} | {"text_high"})


def test_months_are_those_of_the_calendar():
    """24 months before 29 February there is no such day: the last one of that month."""
    assert Span(months=24).before(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
    assert Span(months=1).before(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2025, 12, 31, tzinfo=UTC)
    assert Span(hours=24).before(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2025, 12, 31, tzinfo=UTC)


def test_every_text_of_an_act_is_known():
    """A column that an act gains is emptied with the others."""
    texts = {model.__name__: _texts_of(model) for model in DETAILS.values() if _texts_of(model)}
    assert texts == {
        "Share": ["note"],
        "Briefing": ["points", "who"],
        "Contribution": ["text"],
        "PressIssue": ["issue", "product_title"],
        "AdvocacyUse": ["paragraph", "product"],
    }
    assert len({kept.what for kept in KEPT}) == len(KEPT)
