"""A log that comes home from LibreOffice: exported in one language, corrected there, imported under another."""

from datetime import date, timedelta
from xml.sax.saxutils import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from openpyxl import load_workbook

from engagement.imports.columns import BY_TAG
from engagement.models import Engagement, ImportBatch, User
from mandates.models import Mandate

from .engagement.forms import fields_of
from .test_libreoffice import SOFFICE, run
from .workbooks import parts_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here: apt-get install libreoffice-calc-nogui"),
]

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Correct
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  sheet = book.Sheets.getByIndex(0)
{changes}
  book.storeToURL("{target}", kind())
  book.close(True)
End Sub
</script:module>
"""


def correct(path, cells):
    """Let LibreOffice open the workbook at `path`, type `cells` ({(row, column): text, or number of a day}) into its
    first sheet, and save it; the bytes that it saved.

    The macro that does it lies in the profile of LibreOffice, which its first start makes, not in the workbook.
    """
    run(path.parent, "--terminate_after_init")
    macro, target = path.parent / "profile/user/basic/Standard/Module1.xba", path.with_name("corrected.xlsx")
    changes = ""
    for (row, column), value in cells.items():
        typed = f'String = "{value.replace(chr(34), chr(34) * 2)}"' if isinstance(value, str) else f"Value = {value}"
        changes += f"  sheet.getCellByPosition({column - 1}, {row - 1}).{typed}\n"
    module = MODULE.format(source=path.as_uri(), target=target.as_uri(), changes=escape(changes))
    macro.write_text(module, encoding="utf-8")
    run(path.parent, "macro:///Standard.Module1.Correct")
    return target.read_bytes()


def test_ten_cells_corrected_in_an_arabic_file_come_home_in_french(demo, client_of, tmp_path):
    """Exported in Arabic, saved by LibreOffice, imported under French: ten lines change by one cell, none is new."""
    coordinator = User.objects.get(email="coordinator@example.org")
    coordinator.language = "ar"
    coordinator.save()
    path = tmp_path / "engagement.xlsx"
    path.write_bytes(client_of(coordinator).get("/export/engagement.xlsx").getvalue())
    sheet = load_workbook(path).worksheets[0]
    assert sheet.sheet_view.rightToLeft
    columns = {BY_TAG[cell.value].name: cell.column for cell in sheet[1]}
    rows = {str(row[0].value).partition(":")[0]: row[0].row for row in sheet.iter_rows(min_row=3)}
    lines = Engagement.objects.filter(pk__in=rows, date_precision="day").order_by("started_on", "pk")
    direct = lines.filter(mode="direct").exclude(result_extent="significant")
    chosen = [*direct[:8], *lines.exclude(mode="direct")[:2]]
    day_before = chosen[6].started_on - timedelta(days=1)
    with override("ar"):
        significant = str(Engagement.Extent.SIGNIFICANT.label)
    idps = Mandate.objects.get(slug="sr-internally-displaced-persons")
    changes = [
        ("challenges", "", None),
        ("what_was_done", "صُحّح في الطائرة", None),
        ("challenges", "=1+1 & “plain”", None),
        ("result", 'Quoted "twice" <b>', None),
        ("support_needed", "Modèle de lettre", None),
        ("result_extent", significant, "significant"),
        ("started_on", (day_before - date(1899, 12, 30)).days, day_before),
        ("mandates", idps.acronym, [idps]),
        ("partner", "مفوضية اللاجئين", None),
        ("partner", "HCR à Juba", None),
    ]
    cells, expected = {}, {}
    for line, (name, typed, meant) in zip(chosen, changes, strict=True):
        cells[rows[str(line.pk)], columns[name]] = typed
        expected[line.pk] = (name, typed if meant is None else meant)
    content = correct(path, cells)
    assert b"LibreOffice" in parts_of(content)["docProps/app.xml"]
    count, versions = Engagement.objects.count(), dict(Engagement.objects.values_list("pk", "version"))

    coordinator.language = "fr"
    coordinator.save()
    client = client_of(coordinator)
    upload = {"file": SimpleUploadedFile("engagement.xlsx", content)}
    page = client.post("/import/engagement/", upload, follow=True)
    assert {kind: n for kind, _title, n in page.context["counts"]} == {
        "changed": 10, "unchanged": len(rows) - 10, "new": 0, "conflict": 0, "faulty": 0
    }  # fmt: skip
    assert all(version == versions[pk] for pk, version in Engagement.objects.values_list("pk", "version"))
    batch = ImportBatch.objects.get()
    typed = fields_of(page, "preview-form") | {"confirm": "1"}
    page = client.post(f"{batch.get_absolute_url()}confirm/", typed, follow=True)
    assert "10 lignes ont été écrites" in page.content.decode()
    assert Engagement.objects.count() == count
    now = {line.pk: line for line in Engagement.objects.prefetch_related("mandates")}
    assert {pk for pk, line in now.items() if line.version != versions[pk]} == expected.keys()
    for pk, (name, meant) in expected.items():
        said = list(now[pk].mandates.all()) if name == "mandates" else getattr(now[pk], name)
        assert said == meant
        record, before = now[pk].history.all()[:2]
        assert (record.version, before.version) == (versions[pk] + 1, versions[pk])
        assert record.history_user == coordinator
        assert {change.field for change in record.diff_against(before).changes} == {name, "version"}

    again = {"file": SimpleUploadedFile("engagement.xlsx", content)}
    page = client.post("/import/engagement/", again, follow=True)
    assert {kind: n for kind, _title, n in page.context["counts"] if n} == {"unchanged": len(rows)}
