"""Files that come home: hand one in, say what its columns hold, look, confirm, undo."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import downloads
from config.limits import MAX_BYTES, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, MAX_UNPACKED
from config.spreadsheets import text_of

from .. import audit, services
from ..forms.imports import ColumnsForm, UploadForm
from ..imports.columns import COLUMNS
from ..imports.headers import LEFT_OUT, columns_of, mapped, undecided
from ..imports.marked import marked_workbook
from ..imports.outcome import chosen_lines
from ..imports.packing import unpack
from ..imports.reading import read_in_child
from ..imports.showing import KINDS, TITLES, place_of, sections, unread
from ..imports.table import ReadFile, Refused
from ..log import log_page
from ..models import Engagement, ImportBatch
from ..querysets import rights_of

LONG = 500
"""Rows from which on a page says that comparing takes a moment, before it does."""

PAST = 20
"""Imports that the first page lists."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """What a file may be, the form to hand one in, and what this person handed in before."""
    if not rights_of(request.user).coordinated:
        raise PermissionDenied(_("Only the coordinators of a cluster import into its log."))
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None, user=request.user)
    if is_sent and form.is_valid():
        name, content = form.cleaned_data["file"]
        try:
            read = read_in_child(content, name)
            if not any(table.rows for table in read.tables):
                raise Refused(_("This file has no table: it takes a line of titles, and rows under it."))
            cluster = form.cleaned_data["cluster"]
            return redirect(services.keep_upload(by=request.user, name=name, read=read, cluster=cluster))
        except Refused as refusal:
            form.add_error("file", str(refusal.args[0]))
    batches = ImportBatch.objects.of(request.user).exclude(kind="bulk").defer("content", "columns", "choices")[:PAST]
    now = timezone.now()
    context = {
        "form": form,
        "batches": [(batch, batch.is_draft and batch.expires_at <= now) for batch in batches],
        "limits": {
            "megabytes": MAX_BYTES // 1_000_000,
            "unpacked": MAX_UNPACKED // 1_000_000,
            "rows": number_format(MAX_ROWS, force_grouping=True),
            "columns": MAX_COLUMNS,
            "characters": number_format(MAX_CHARACTERS, force_grouping=True),
            "text": MAX_TEXT // 1_000_000,
        },
    }
    return TemplateResponse(request, "engagement/import_list.html", context)


@never_cache
@require_safe
def import_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One file: what its rows would do while it waits for the confirmation, what became of them afterwards."""
    batch = _own(request, pk)
    if not batch.is_draft:
        return _result_page(request, batch)
    if batch.is_expired(timezone.now()):
        return TemplateResponse(request, "engagement/import_expired.html", {"batch": batch})
    read = unpack(batch.content)
    if undecided(read, batch.columns):
        return redirect("engagement:import-columns", pk=batch.pk)
    count = sum(len(table.rows) for table in read.tables)
    if count > LONG and "show" not in request.GET:
        response = TemplateResponse(request, "engagement/import_wait.html", {"batch": batch, "count": count})
        response.headers["Refresh"] = f"0; url={batch.get_absolute_url()}?show="
        return response
    return _preview_page(request, batch, read)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: str) -> HttpResponse:
    """Say what the columns of a file hold, and which cluster the rows are of that name none."""
    batch = _waiting(request, pk)
    read = unpack(batch.content)
    many = len(read.tables) > 1
    columns = []
    for key, table, header in columns_of(read):
        label = _("Column %(letter)s: %(title)s") % {"letter": header.letter, "title": header.text or "—"}
        examples = (row.values.get(header.letter) for row in table.rows)
        example = next((text_of(value) for value in examples if value not in (None, "")), "")
        held = batch.columns.get(key, header.name)
        columns.append((key, f"{table.sheet}, {label}" if many else label, held, example[:80]))
    names = [(column.name, str(column.title)) for column in COLUMNS]
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        cluster=batch.cluster,
        columns=columns,
        names=names,
        left_out=LEFT_OUT,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.say_columns(by=request.user, batch=batch, columns=form.said, cluster=form.cleaned_data["cluster"])
        except services.NotNow as refusal:
            messages.error(request, str(refusal))
        return redirect(batch)
    context = {"batch": batch, "form": form, "unknown": len(undecided(read, batch.columns))}
    return TemplateResponse(request, "engagement/import_columns.html", context)


@never_cache
@require_POST
def import_confirm(request: HttpRequest, pk: str) -> HttpResponse:
    """Keep which rows were chosen on this page; with `confirm` write all chosen ones, as one batch."""
    batch = _own(request, pk)
    shown = request.POST.get("shown", "").split()
    file = [key for key in shown if request.POST.get(f"choice-{key}") == "file"]
    try:
        services.choose_rows(
            by=request.user, batch=batch, shown=shown, ticked=[*request.POST.getlist("take"), *file], file=file
        )
        if "confirm" not in request.POST:
            messages.success(request, _("Your choices are kept."))
            return redirect(f"{batch.get_absolute_url()}?{_asked(request.POST.get('next', ''))}")
        batch = services.confirm_import(by=request.user, batch=batch, seen=request.POST.get("seen", ""))
    except services.StaleOutcome:
        messages.error(
            request,
            _("Nothing was written: the log has changed since you looked. Here is what the file would do now."),
        )
    except services.NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        n = batch.counts["written"]
        messages.success(request, ngettext("%(n)d row was written.", "%(n)d rows were written.", n) % {"n": n})
    return redirect(batch)


@never_cache
@require_POST
def import_undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take an import back as a whole, but for what was changed since."""
    batch = _own(request, pk)
    try:
        services.undo_import(by=request.user, batch=batch)
        messages.success(request, _("The change was undone.") if batch.kind == "bulk" else _("The import was undone."))
    except services.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@never_cache
@require_POST
def import_discard(request: HttpRequest, pk: str) -> HttpResponse:
    """Forget a file that was not confirmed."""
    batch = _own(request, pk)
    try:
        services.discard_import(by=request.user, batch=batch)
    except services.NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    messages.success(request, _("The file was discarded. Nothing of it was written."))
    return redirect("engagement:import-list")


@never_cache
@require_safe
def import_faults(request: HttpRequest, pk: str) -> HttpResponse:
    """The rows of a file that waits, as a workbook with every fault in red and a column saying how to mend it."""
    batch = _waiting(request, pk)
    read = unpack(batch.content)
    outcome = services.outcome_of(batch, request.user)
    content = marked_workbook(mapped(read, batch.columns), outcome.faults)
    return downloads.xlsx_file_response(content, name="engagement-to-mend")


def _own(request: HttpRequest, pk: str) -> ImportBatch:
    """A file of this person: 404 for that of anybody else, 403 once she keeps no log any more.

    Requests that she closed are hers to look at as long as she keeps a log, or answers for the task team.
    """
    batch = get_object_or_404(ImportBatch.objects.of(request.user).select_related("cluster"), pk=pk)
    answers = batch.closes_requests and bool(request.user.task_team)
    if not answers and not rights_of(request.user).coordinated:
        raise PermissionDenied(_("Only the coordinators of a cluster import into its log."))
    return batch


def _waiting(request: HttpRequest, pk: str) -> ImportBatch:
    """A file of this person that waits for its confirmation; 404 when it does not."""
    batch = _own(request, pk)
    return get_object_or_404(
        ImportBatch.objects.of(request.user).waiting(timezone.now()).select_related("cluster"), pk=batch.pk
    )


def _asked(query: str) -> str:
    """The part of a preview's address that says which page it was; nothing else passes."""
    kind, _sign, number = query.partition(".")
    number = number if number.isascii() and number.isdigit() else "1"
    return f"show={kind}&page={number}" if kind in KINDS else "show="


def _preview_page(request: HttpRequest, batch: ImportBatch, read: ReadFile) -> HttpResponse:
    outcome = services.outcome_of(batch, request.user)
    show = request.GET.get("show", "")
    show = show if show in KINDS else ""
    found = sections(outcome, read, batch.choices, show=show, page=request.GET.get("page", "1"))
    for cluster, count in Counter(high for section in found for high in section.high).items():
        audit.opened_together(by=request.user, cluster=cluster, count=count, page="import-detail")
    counts = {kind: len(outcome.of_kind(kind)) for kind in KINDS}
    context = {
        "batch": batch,
        "sections": found,
        "counts": [(kind, capfirst(str(TITLES[kind])), counts[kind]) for kind in KINDS],
        "shown": " ".join(line.key for section in found if section.is_chosen_from for line in section.lines),
        "fingerprint": outcome.fingerprint,
        "unread": unread(read, batch.columns),
        "notes": [(place_of(place), what, text) for place, what, text in read.notes],
        "show": show,
        "next": f"{show}.{found[0].page.number}" if show and found else "",
        "can_confirm": bool(counts["new"] or counts["changed"] or counts["conflict"]),
        "taken": len(chosen_lines(outcome, batch.choices)),
        "faults_url": reverse("engagement:import-faults", args=[batch.pk]) if counts["faulty"] else "",
    }
    return TemplateResponse(request, "engagement/import_preview.html", context)


def _result_page(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What came of a file: over the rows that this person can still read."""
    rights = rights_of(request.user)
    rows = batch.rows.visible_to(request.user, rights)
    written = Engagement.objects.visible_to(request.user, rights).filter(pk__in=rows.values("engagement"))
    stayed = written.filter(pk__in=rows.filter(undone_at=None).values("engagement"))
    is_undone = batch.state == ImportBatch.State.UNDONE
    counted: dict[str, Any] = {
        "new": rows.filter(is_new=True).count(),
        "changed": rows.filter(is_new=False).count(),
        "stayed": stayed.count() if is_undone else 0,
    }
    context = {
        "batch": batch,
        "counted": counted,
        "is_undone": is_undone,
        "can_be_undone": batch.can_be_undone(timezone.now()),
        "page": log_page((stayed if is_undone else written).order_by("-started_on", "id"), request.GET.get("page", "")),
    }
    return TemplateResponse(request, "engagement/import_result.html", context)
