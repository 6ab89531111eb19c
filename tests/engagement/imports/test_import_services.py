"""What is written of a file, when, and how it is taken back."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from engagement import services
from engagement.models import AuditEvent, Engagement, EngagementMandate, ImportBatch, ImportedRow, SupportRequest
from tests import factories

from .files import cells_of, new_row, read_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def keep(cast):
    """`keep(*rows)`: a file of the coordinator that waits."""

    def kept(*rows, by=None, cluster=None):
        read = read_file(*rows)
        return services.keep_upload(by=by or cast.coordinator, name="log.xlsx", read=read, cluster=cluster)

    return kept


def confirm(batch, by=None, seen=None):
    """Confirm what a look at it now would show."""
    by = by or batch.by
    return services.confirm_import(by=by, batch=batch, seen=seen or services.outcome_of(batch, by).fingerprint)


def logged(cast, **fields):
    """A line of the coordinator; with mandates its history has one record, as with a clock that moves the last has."""
    row = factories.EngagementFactory(cluster=cast.south_sudan, created_by=cast.coordinator, **fields)
    if row.mandates.exists():
        Engagement.history.filter(id=row.pk, historicalengagementmandate=None).delete()
    return row


def versions(row):
    """(version, mandates, who) of each record in the history of a row, oldest first."""
    records = Engagement.history.filter(id=row.pk).order_by("history_date", "version")
    return [
        (record.version, sorted(place.mandate.acronym for place in record.mandates.all()), record.history_user)
        for record in records
    ]


def everything():
    """All that an import can write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Engagement, EngagementMandate, SupportRequest, ImportedRow, AuditEvent)
    ] + [list(Engagement.history.order_by("pk").values())]


def test_confirmed_rows_stand_in_the_log_with_their_history(cast, keep):
    """Created and changed ones, a version later; one record each with its mandates, by the person who confirmed."""
    old, new = factories.MandateFactory(slug="sr-1"), factories.MandateFactory(slug="sr-2")
    row = logged(cast, mandates=[old])
    before = len(versions(row))
    batch = confirm(
        keep(cells_of(row) | {"result": "Agreed.", "mandates": "SR-2"}, new_row(mandates="SR-1, SR-2", partner=""))
    )
    row.refresh_from_db()
    made = Engagement.objects.exclude(pk=row.pk).get()
    assert (row.result, row.version, list(row.mandates.all())) == ("Agreed.", 2, [new])
    assert (made.version, made.created_by, made.cluster) == (1, cast.coordinator, cast.south_sudan)
    assert versions(row)[before:] == [(2, ["SR-2"], cast.coordinator)]
    assert versions(made) == [(1, ["SR-1", "SR-2"], cast.coordinator)]
    assert row.updated_at == timezone.now()
    assert batch.state == "confirmed"
    assert {(one.engagement_id, one.is_new, one.version) for one in batch.rows.all()} == {
        (row.pk, False, 2),
        (made.pk, True, 1),
    }


def test_the_history_page_shows_an_imported_change_as_any_other(cast, keep, client_of):
    """Before and after, on the page of the record."""
    row = logged(cast)
    confirm(keep(cells_of(row) | {"result": "Agreed on the plane."}))
    page = client_of(cast.coordinator).get(f"{row.get_absolute_url()}history/").content.decode()
    assert "Agreed on the plane." in page
    assert "Two points were taken up." in page


def test_after_the_confirmation_no_text_of_the_file_is_kept(keep):
    """Keys, versions and counts stay; the digest is a keyed hash."""
    batch = confirm(keep(new_row(result="Only in the file.")))
    batch.refresh_from_db()
    assert (batch.content, batch.columns, batch.choices) == ({}, {}, {})
    assert batch.counts == {"faulty": 0, "conflict": 0, "changed": 0, "new": 1, "unchanged": 0, "written": 1}
    (row,) = batch.rows.all()
    assert len(row.digest) == 64


def test_the_fifth_column_opens_and_closes_support_requests(cast, keep):
    """As in the form: filled opens one, emptied closes it."""
    asks = logged(cast, support_needed="A contact.")
    request = factories.SupportRequestFactory(engagement=asks)
    confirm(keep(cells_of(asks) | {"support_needed": None}, new_row(support_needed="Help."), new_row(result="None.")))
    request.refresh_from_db()
    assert request.status == "closed"
    opened = SupportRequest.objects.exclude(pk=request.pk).get()
    assert (opened.status, opened.engagement.support_needed) == ("open", "Help.")
    (record,) = SupportRequest.history.filter(id=opened.pk)
    assert (record.status, record.due_on, record.history_user) == ("open", opened.due_on, cast.coordinator)


def test_a_raised_level_is_on_record(cast, keep):
    """Who raised it, from what to what."""
    row = logged(cast)
    confirm(keep(cells_of(row) | {"level": "high"}))
    event = AuditEvent.objects.get(kind="level")
    assert (event.subject_id, event.actor_id, event.detail) == (
        row.pk,
        cast.coordinator.pk,
        {"before": "moderate", "after": "high"},
    )


def test_the_same_file_twice_changes_nothing(keep):
    """Not even for rows without an id that somebody edited after the first import."""
    rows = [new_row(), new_row(), new_row(action="9, 10", what_was_done="Sent.", started_on="Q1 2026")]
    confirm(keep(*rows))
    edited = Engagement.objects.filter(action__number=3).first()
    edited.result, edited.version = "Edited here.", 2
    edited.save()
    before = everything()
    outcome = services.outcome_of(batch := keep(*rows), batch.by)
    assert [line.kind for line in outcome.lines] == ["unchanged"] * 4
    assert sum("changed or withdrawn here since" in note for line in outcome.lines for note in line.draft.notes) == 1
    with pytest.raises(services.NotNow, match="nothing to write"):
        confirm(batch)
    assert everything() == before


def test_what_was_withdrawn_by_hand_is_not_imported_again_but_what_was_undone_is(cast, keep):
    """A person who withdrew a line meant it; who undid an import may hand in the mended file."""
    first = confirm(keep(new_row()))
    made = Engagement.objects.get()
    services.withdraw_engagement(by=cast.coordinator, engagement=made, reason="Did not take place.")
    assert [line.kind for line in services.outcome_of(keep(new_row()), cast.coordinator).lines] == ["unchanged"]
    first.rows.update(undone_at=timezone.now())
    assert [line.kind for line in services.outcome_of(keep(new_row()), cast.coordinator).lines] == ["new"]


def test_rows_that_were_ticked_off_and_conflicts_stay_out(cast, keep):
    """Unless the file was chosen for a conflict; choices of other pages stay."""
    one, two = logged(cast), logged(cast, result="Two.")
    cells = [cells_of(row) | {"result": "In the file."} for row in (one, two)]
    for row in (one, two):
        row.result, row.version = "Here.", 2
        row.save()
    batch = keep(*cells, new_row(result="Kept out."), new_row(result="Written."))
    services.choose_rows(by=batch.by, batch=batch, shown=["0.0", "0.1"], ticked=["0.1"], file=["0.1"])
    services.choose_rows(by=batch.by, batch=batch, shown=["0.2"], ticked=[], file=[])
    batch.refresh_from_db()
    assert confirm(batch).counts["written"] == 2
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.result, one.version) == ("Here.", 2)
    assert (two.result, two.version) == ("In the file.", 3)
    assert [row.result for row in Engagement.objects.exclude(pk__in=[one.pk, two.pk])] == ["Written."]


def test_a_log_that_changed_since_the_preview_writes_nothing(cast, keep):
    """The person is shown the conflict instead."""
    row = logged(cast)
    batch = keep(cells_of(row) | {"result": "In the file."}, new_row())
    seen = services.outcome_of(batch, batch.by).fingerprint
    row.result, row.version = "Here.", 2
    row.save()
    before = everything()
    with pytest.raises(services.StaleOutcome) as stale:
        confirm(batch, seen=seen)
    assert [line.kind for line in stale.value.outcome.lines] == ["conflict", "new"]
    assert everything() == before


def test_a_change_between_comparing_and_writing_writes_nothing(cast, keep):
    """The version is asked once more by the write itself; all rows before it are taken back."""
    row = logged(cast)
    batch = keep(new_row(), cells_of(row) | {"result": "In the file."})
    compare = services.imports.compare

    def late(*args):
        outcome = compare(*args)
        Engagement.objects.filter(pk=row.pk).update(version=7)
        return outcome

    seen = services.outcome_of(batch, batch.by).fingerprint
    with mock.patch("engagement.services.imports.compare", late), pytest.raises(services.StaleOutcome):
        confirm(batch, seen=seen)
    assert Engagement.objects.count() == 1
    batch.refresh_from_db()
    assert batch.is_draft


@pytest.mark.parametrize(
    "step", ["keep_support_request", "open_support_requests", "ImportedRow.objects.bulk_create", "_keep_history"]
)
def test_what_fails_half_way_leaves_nothing(cast, keep, step):
    """One transaction: whatever breaks, wherever."""
    batch = keep(cells_of(logged(cast)) | {"support_needed": "Help."}, new_row())
    before = everything()
    with (
        mock.patch(f"engagement.services.imports.{step}", side_effect=RuntimeError("killed")),
        pytest.raises(RuntimeError),
    ):
        confirm(batch)
    assert everything() == before
    assert confirm(batch).counts["written"] == 2


def test_a_second_confirmation_writes_nothing(cast, keep):
    """Two presses of one button are one import."""
    batch = keep(new_row())
    seen = services.outcome_of(batch, batch.by).fingerprint
    confirm(batch, seen=seen)
    with pytest.raises(services.NotNow, match="confirmed already"):
        confirm(batch, seen=seen)
    assert Engagement.objects.count() == 1


def test_a_file_belongs_to_who_handed_it_in(cast, keep):
    """No service does anything with it for anybody else."""
    batch = keep(new_row())
    other = factories.UserFactory(coordinates=cast.south_sudan)
    for act in (
        lambda: services.confirm_import(by=other, batch=batch, seen=""),
        lambda: services.undo_import(by=other, batch=batch),
        lambda: services.choose_rows(by=other, batch=batch, shown=[], ticked=[], file=[]),
        lambda: services.say_columns(by=other, batch=batch, columns={}, cluster=None),
    ):
        with pytest.raises(ImportBatch.DoesNotExist):
            act()
    with pytest.raises(services.NotNow):
        services.discard_import(by=other, batch=batch)
    assert ImportBatch.objects.get().is_draft


def test_a_file_is_kept_for_a_day_and_then_emptied(clock, keep):
    """Nothing can be done with it afterwards; the next upload of anybody empties it."""
    batch = keep(new_row())
    clock(datetime(2026, 5, 21, 12, 0, 1, tzinfo=UTC))
    for act in (
        lambda: confirm(batch, seen="x"),
        lambda: services.choose_rows(by=batch.by, batch=batch, shown=[], ticked=[], file=[]),
        lambda: services.say_columns(by=batch.by, batch=batch, columns={}, cluster=None),
    ):
        with pytest.raises(services.NotNow, match="not kept any more"):
            act()
    fresh = keep(new_row())
    batch.refresh_from_db()
    assert batch.content == {}
    assert batch.is_expired(timezone.now())
    assert services.forget_expired(now=timezone.now()) == 0
    assert services.forget_expired(now=timezone.now() + timedelta(days=2)) == 1
    fresh.refresh_from_db()
    assert fresh.content == {}


def test_undoing_withdraws_what_was_made_and_puts_back_what_was_changed(cast, keep):
    """All fields and mandates, support requests too; nothing is deleted."""
    old = factories.MandateFactory(slug="sr-1")
    factories.MandateFactory(slug="sr-2")
    row = logged(cast, mandates=[old], mode="indirect", partner="NRC", ended_on=date(2026, 3, 4))
    before = cells_of(row) | {"row": None}
    changes = {"result": "Else.", "mandates": "SR-2", "mode": "direct", "partner": None, "ended_on": None}
    batch = confirm(
        keep(
            cells_of(row) | changes | {"support_needed": "Help.", "status": "under way"},
            new_row(support_needed="Help."),
        )
    )
    services.undo_import(by=cast.coordinator, batch=batch)
    row.refresh_from_db()
    made = Engagement.objects.exclude(pk=row.pk).get()
    row = Engagement.objects.get(pk=row.pk)
    assert cells_of(row) | {"row": None} == before
    assert (row.version, made.version) == (3, 2)
    assert (made.status, made.withdrawn_reason) == ("withdrawn", "import undone")
    assert {request.status for request in SupportRequest.objects.all()} == {"closed"}
    assert versions(row)[-1] == (3, ["SR-1"], cast.coordinator)
    assert versions(made)[-1] == (2, [], cast.coordinator)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert not batch.rows.filter(undone_at=None).exists()
    with pytest.raises(services.NotNow, match="undone already"):
        services.undo_import(by=cast.coordinator, batch=batch)


def test_an_import_can_be_undone_for_30_days(cast, keep, clock, client_of):
    """After that the button is gone, and a page that still has it changes nothing."""
    batch = confirm(keep(new_row()))
    clock(datetime(2026, 6, 19, 11, 59, tzinfo=UTC))
    button, address = "Undo the whole import", batch.get_absolute_url()
    assert button in client_of(cast.coordinator).get(address).text
    clock(datetime(2026, 6, 19, 12, tzinfo=UTC))
    page = client_of(cast.coordinator).get(address).text
    assert button not in page
    assert "one by one" in page
    with pytest.raises(services.NotNow, match="any more"):
        services.undo_import(by=cast.coordinator, batch=batch)
    assert Engagement.objects.get().status == "done"


def test_what_somebody_changed_since_is_not_undone(cast, keep):
    """Neither a made row nor a changed one; the rest is."""
    one, two = logged(cast), logged(cast, result="Two.")
    batch = confirm(
        keep(
            cells_of(one) | {"result": "Else."}, cells_of(two) | {"result": "Else."}, new_row(), new_row(result="New.")
        )
    )
    made = Engagement.objects.get(result="New.")
    for row in (Engagement.objects.get(pk=one.pk), made):
        row.challenges, row.version = "Edited since.", row.version + 1
        row.save()
    services.undo_import(by=cast.coordinator, batch=batch)
    stayed = batch.rows.filter(undone_at=None)
    assert {row.engagement_id for row in stayed} == {one.pk, made.pk}
    assert Engagement.objects.get(pk=one.pk).result == "Else."
    assert Engagement.objects.get(pk=two.pk).result == "Two."
    assert Engagement.objects.filter(status="withdrawn").count() == 1


def test_what_she_does_not_keep_any_more_is_not_undone(cast, keep):
    """A role that ended writes nothing, not even backwards."""
    batch = confirm(keep(new_row()))
    cast.coordinator.memberships.update(role="member")
    services.undo_import(by=cast.coordinator, batch=batch)
    assert Engagement.objects.get().status == "done"
    assert batch.rows.filter(undone_at=None).count() == 1


def test_undoing_does_not_lower_a_level_from_high(cast, keep):
    """That takes a second person; the other fields are put back."""
    row = logged(cast)
    batch = confirm(keep(cells_of(row) | {"level": "high", "result": "Else."}))
    services.undo_import(by=cast.coordinator, batch=batch)
    row.refresh_from_db()
    assert (row.level, row.result) == ("high", "Two points were taken up.")


def test_a_discarded_file_is_gone(keep):
    """With all that it said; a confirmed one stays on record."""
    batch = keep(new_row())
    services.discard_import(by=batch.by, batch=batch)
    assert not ImportBatch.objects.exists()
    done = confirm(keep(new_row()))
    with pytest.raises(services.NotNow, match="confirmed already"):
        services.discard_import(by=done.by, batch=done)


def test_what_is_written_takes_as_many_queries_for_many_rows_as_for_few(cast, keep):
    """But for the support requests that they open, and one update for each changed row."""

    def asked(count):
        mandate = factories.MandateFactory()
        rows = [logged(cast, result=f"{n} of {count}") for n in range(count)]
        cells = [
            cells_of(row) | {"result": f"Changed {n} {count}", "mandates": mandate.acronym}
            for n, row in enumerate(rows)
        ]
        batch = keep(*cells, *(new_row(result=f"New {n} {count}", mandates=mandate.acronym) for n in range(count)))
        seen = services.outcome_of(batch, batch.by).fingerprint
        with CaptureQueriesContext(connection) as captured:
            confirm(batch, seen=seen)
        return len(captured) - count

    asked(2)
    assert asked(20) == asked(2)


# -- Texts that could lead to a person -----------------------------------------------------------------

PHONE = "Call Deng on +211 921 445 678."


def test_a_piece_that_was_looked_at_lets_other_cells_be_corrected(cast, keep):
    """It stands in the log already, so the row that brings it home is no more faulty than its page."""
    line = logged(cast, what_was_done=PHONE)
    batch = keep(cells_of(line) | {"challenges": "Two days of notice."})
    (one,) = services.outcome_of(batch, cast.coordinator).lines
    assert one.kind == "changed"
    confirm(batch)
    line.refresh_from_db()
    assert (line.what_was_done, line.challenges) == (PHONE, "Two days of notice.")


def test_a_new_piece_makes_a_row_faulty_and_the_form_is_named(cast, keep):
    """A file has no tick, so the fault speaks of none."""
    line = logged(cast, what_was_done="Three points.")
    for row in (cells_of(line) | {"what_was_done": PHONE}, new_row(what_was_done=PHONE)):
        (one,) = services.outcome_of(keep(row), cast.coordinator).lines
        (fault,) = one.draft.faults
        assert one.kind == "faulty"
        assert "in the form of the log, where you can say that you have looked" in fault.reason


def test_texts_are_checked_for_the_preview_and_not_once_more(cast, keep):
    """What was found then stays out; the check takes longer than all else."""
    batch = keep(new_row(), new_row(what_was_done=PHONE))
    seen = services.outcome_of(batch, cast.coordinator).fingerprint
    with mock.patch("engagement.risky.check_row") as check:
        assert confirm(batch, seen=seen).counts["faulty"] == 1
    assert not check.called
    assert [line.what_was_done for line in Engagement.objects.all()] == [new_row()["what_was_done"]]


@pytest.mark.parametrize("seen", ["of another file", "made up", ""])
def test_what_a_preview_said_of_another_file_says_nothing_of_this_one(cast, keep, seen):
    """A fingerprint stands for the very texts that were checked, and nobody else can make one."""
    harmless, batch = keep(new_row()), keep(new_row(what_was_done=PHONE))
    if seen == "of another file":
        seen = services.outcome_of(harmless, cast.coordinator).fingerprint
    with pytest.raises(services.StaleOutcome):
        services.confirm_import(by=cast.coordinator, batch=batch, seen=seen)
    assert not Engagement.objects.exists()
