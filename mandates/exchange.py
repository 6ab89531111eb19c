"""Import and export of reference data in the admin: upload, preview, confirm; the rows of a list as Excel and CSV."""

from dataclasses import replace
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.fields import NOT_PROVIDED
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import downloads, spreadsheets
from config.spreadsheets import Table, UnreadableFile
from config.workbook import Column as SheetColumn
from config.workbook import Kind, Sheet

from .imports import Upload, carry_out, keep, kept, match_names, preview
from .marked import marked_workbook
from .resources import Outcome, ReferenceResource
from .resources.columns import ChoiceWidget, Column, DayWidget, NamesColumn, NumberWidget, PeriodWidget
from .settling import SettleForm, may_match

SHOWN = 200
"""Lines and faults that a preview lists; it counts them all."""


class UploadForm(forms.Form):
    """A file or a pasted table to import; the cleaned `upload`. `source` goes into the record of each change."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or a table from a web page"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 60}),
        help_text=gettext_lazy(
            "Copy the table with its line of titles and paste it here, or paste the HTML of the page. Days may stand "
            "as 8 June 2026 or 8–19 June 2026."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "The address of the page, or the name of a document. Stands in the record of each change, and as the "
            "source of new entries that name none. Empty: the record has the name of the file, and new entries need a "
            "source of their own."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file, pasted, source = data.get("file"), data.get("pasted", ""), data.get("source", "")
        if "file" in self.errors:
            return data
        if pasted.strip() and file:
            raise forms.ValidationError(_("Upload a file or paste a table, not both at once."))
        if not (pasted.strip() or file):
            self.add_error("file", _("Choose a file."))
        elif file and file.size > spreadsheets.MAX_BYTES:
            self.add_error("file", str(spreadsheets.too_large()))
        elif file:
            data["upload"] = Upload(file.name, file.read(), source)
        elif not source.strip():
            self.add_error("source", _("Say which page you copied the table from."))
        else:
            name = _("pasted table")
            data["upload"] = Upload(name, pasted.encode("utf-8", "replace"), source, is_pasted=True)
        return data


class ExchangeMixin:
    """Pages of import and export for a ModelAdmin, with the columns of `resource`."""

    resource: ClassVar[type[ReferenceResource]]
    change_list_template = "admin/mandates/exchange_list.html"

    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        def page(address: str, view: Any, name: str) -> Any:
            name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(address, self.admin_site.admin_view(view), name=name)

        return [
            page("import/", self.import_page, "import"),
            page("import/settle/", self.import_settle, "import_settle"),
            page("import/faults.xlsx", self.import_faults, "import_faults"),
            page("import/confirm/", self.import_confirm, "import_confirm"),
            page("export.xlsx", self.export_xlsx, "export_xlsx"),
            page("export.csv", self.export_csv, "export_csv"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def address_of(self, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}")

    def may_import(self, request: HttpRequest) -> bool:
        """Whoever may add and change entries may import them."""
        return self.has_add_permission(request) and self.has_change_permission(request)  # type: ignore[attr-defined]

    def upload_of(self, request: HttpRequest) -> Upload | None:
        """The file whose preview she answers; None when it is kept no longer. PermissionDenied for who may not."""
        if not self.may_import(request):
            raise PermissionDenied
        return kept(request.POST.get("token", ""), kind=self.opts.model_name, person=request.user.pk)

    # -- Import -------------------------------------------------------------------------------------

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_page(self, request: HttpRequest) -> HttpResponse:
        """GET: the form, with the columns explained. POST: what the uploaded file would do; nothing is written."""
        if not self.may_import(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_bound and form.is_valid():
            upload = form.cleaned_data["upload"]
            try:
                table, outcome = preview(upload, self.resource)
            except UnreadableFile as error:
                form.add_error("pasted" if upload.is_pasted else "file", str(error))
            else:
                keep(upload, kind=self.opts.model_name, person=request.user.pk)
                return self.preview_page(request, upload, table, outcome)
        return self.upload_page(request, form)

    @method_decorator(require_POST)
    def import_settle(self, request: HttpRequest) -> HttpResponse:
        """Keep what the person says of titles and of names of mandates that are not known; the preview once more."""
        user: Any = request.user
        if (upload := self.upload_of(request)) is None:
            return self.gone_page(request)
        form = SettleForm(request.POST, upload=upload, resource=self.resource, may_match=may_match(request))
        if form.is_valid():
            upload = replace(upload, columns=upload.columns | form.columns)
            keep(upload, kind=self.opts.model_name, person=user.pk)
            refused = match_names(form.matched, by=user.email, source=upload.source or upload.name)
            for name in refused:
                messages.error(request, _("“%(name)s” could not be kept as a name of that mandate.") % {"name": name})
            n = len(form.matched) - len(refused)
            if n:
                said = ngettext("%(n)d name was kept for the next time.", "%(n)d names were kept for the next time.", n)
                messages.success(request, said % {"n": n})
        return self.preview_page(request, upload, *preview(upload, self.resource))

    @method_decorator(require_POST)
    def import_faults(self, request: HttpRequest) -> HttpResponse:
        """The rows of a preview as a workbook, with every fault in red and a column saying how to mend it."""
        if (upload := self.upload_of(request)) is None:
            return self.gone_page(request)
        content = marked_workbook(*preview(upload, self.resource))
        return downloads.xlsx_file_response(content, name=f"{self.opts.model_name}-to-mend")

    @method_decorator(require_POST)
    def import_confirm(self, request: HttpRequest) -> HttpResponse:
        """Carry out the import that was previewed; when its outcome would be another by now, the preview again."""
        user: Any = request.user
        if (upload := self.upload_of(request)) is None:
            return self.gone_page(request)
        outcome, is_done = carry_out(upload, self.resource, by=user.email, seen=request.POST.get("seen", ""))
        if not is_done:
            messages.error(request, _("The entries have changed since the preview: nothing was written."))
            return self.preview_page(request, upload, *preview(upload, self.resource))
        counts = {kind: len(outcome.of_kind(kind)) for kind in ("new", "changed", "unchanged", "faulty")}
        said = _("Imported: %(new)d added, %(changed)d changed, %(unchanged)d as they were.") % counts
        if counts["faulty"]:
            said += " " + _("Left out as faulty: %(faulty)d.") % counts
        messages.success(request, said)
        return redirect(self.address_of("changelist"))

    def gone_page(self, request: HttpRequest) -> HttpResponse:
        """The form to upload a file, for whoever comes back to a preview that is not kept."""
        messages.error(
            request,
            _(
                "This preview is not kept any more: it is older than a day, or you have uploaded another file "
                "since. Upload the file again."
            ),
        )
        return self.upload_page(request, UploadForm())

    def upload_page(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        """The form to upload a file."""
        limits = {
            "megabytes": spreadsheets.MAX_BYTES // 1_000_000,
            "rows": spreadsheets.MAX_ROWS,
            "columns": spreadsheets.MAX_COLUMNS,
        }
        columns = [
            {"name": name, "about": about(self.resource._meta.model, column), "column": column}
            for name, column in self.resource.fields.items()
        ]
        title = _("Import: %(kind)s") % {"kind": self.opts.verbose_name_plural}
        return self.page(request, "import_form", title=title, form=form, columns=columns, limits=limits)

    def preview_page(self, request: HttpRequest, upload: Upload, table: Table, outcome: Outcome) -> HttpResponse:
        """What a file would do, before anything is written: how many, each change by cell, each fault by cell."""
        faulty = outcome.of_kind("faulty")
        faults = [
            {
                "place": table.place(line.number, name),
                "label": line.label,
                "text": table.text(line.number, name),
                "reason": reason,
            }
            for line in faulty
            for name, reasons in line.faults.items()
            for reason in reasons
        ]
        sections = [
            (kind, title, lines[:SHOWN], len(lines[SHOWN:]))
            for kind, title in (("changed", _("Changed")), ("new", _("New")))
            if (lines := outcome.of_kind(kind))
        ]
        unchanged = outcome.of_kind("unchanged")
        settle = SettleForm(upload=upload, resource=self.resource, may_match=may_match(request))
        settle.offer(table, outcome)
        return self.page(
            request,
            "import_preview",
            title=_("Import: preview of %(file)s") % {"file": upload.name},
            upload=upload,
            table=table,
            outcome=outcome,
            counts=[
                (kind, label, len(outcome.of_kind(kind)))
                for kind, label in (
                    ("new", _("new")),
                    ("changed", _("changed")),
                    ("unchanged", _("unchanged")),
                    ("faulty", _("faulty")),
                )
            ],
            faults=faults[:SHOWN],
            faults_left=len(faults[SHOWN:]),
            settle=settle if settle.fields else None,
            unchanged=unchanged[:SHOWN],
            unchanged_count=len(unchanged),
            unchanged_left=len(unchanged[SHOWN:]),
            warnings=[line for line in outcome.lines if line.warnings][:SHOWN],
            sections=sections,
            is_nothing=not sections,
        )

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """A page of the admin about this kind of entry."""
        context |= {"opts": self.opts, "import_url": self.address_of("import")}
        context |= {"list_url": self.address_of("changelist"), "export_url": self.address_of("export_xlsx")}
        context |= {"confirm_url": self.address_of("import_confirm"), "settle_url": self.address_of("import_settle")}
        context |= {"faults_url": self.address_of("import_faults")}
        return TemplateResponse(
            request, f"admin/mandates/{template}.html", self.admin_site.each_context(request) | context
        )

    # -- Export -------------------------------------------------------------------------------------

    @method_decorator(require_safe)
    def export_xlsx(self, request: HttpRequest) -> HttpResponse:
        """The rows of the list, filtered as its address says, as a workbook that can be imported again."""
        rows = self.rows_of_list(request)
        if rows is None:
            return self.list_with_error()
        model = self.resource._meta.model
        columns = [sheet_column(model, name, column) for name, column in self.resource.fields.items()]
        title = str(capfirst(self.opts.verbose_name_plural))
        sheet = Sheet(title, columns, self.resource().export_rows(rows), freeze_columns=2)
        return downloads.xlsx_response([sheet], title=title, name=self.opts.model_name)

    @method_decorator(require_safe)
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        """The same rows as CSV."""
        rows = self.rows_of_list(request)
        if rows is None:
            return self.list_with_error()
        lines = chain([list(self.resource.fields)], self.resource().export_rows(rows))
        return downloads.csv_response(lines, name=self.opts.model_name)

    def rows_of_list(self, request: HttpRequest) -> QuerySet | None:
        """All pages of the list at this address; None if it has a filter that is not understood."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        try:
            return self.get_changelist_instance(request).get_queryset(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters:
            return None

    def list_with_error(self) -> HttpResponse:
        """The list, which says that its address was not understood (Django's `?e=1`)."""
        return redirect(f"{self.address_of('changelist')}?{ERROR_FLAG}=1")


def about(model: type[Model], column: Column) -> list[str]:
    """What a column holds and how it is written, in sentences."""
    field = next((field for field in model._meta.get_fields() if field.name == column.attribute), None)
    said = [capfirst(field.verbose_name) + "." if hasattr(field, "verbose_name") else ""]
    said += [getattr(field, "help_text", ""), column.help, column.widget.form]
    if column.default is not NOT_PROVIDED and not callable(column.default):
        said.append(_("Empty: %(value)s.") % {"value": column.widget.render(column.default)})
    return [str(sentence) for sentence in said if sentence]


def sheet_column(model: type[Model], name: str, column: Column) -> SheetColumn:
    """How a column looks in a workbook: explained at its title, with its choices to pick from."""
    kind: Kind = "text"
    if isinstance(column.widget, DayWidget | PeriodWidget):
        kind = "date"
    elif isinstance(column.widget, NumberWidget):
        kind = "number"
    choices = column.widget.choices.values if isinstance(column.widget, ChoiceWidget) else ()
    is_long = isinstance(column, NamesColumn) or name in ("title", "source", "note")
    return SheetColumn(name, name, 40 if is_long else 16, kind, note="\n".join(about(model, column)), choices=choices)
