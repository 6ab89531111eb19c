"""The odd files, all the way: read, imported, exported, imported and exported again; no text is lost."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from engagement import services
from engagement.forms import NARRATIVES
from engagement.imports.columns import BY_TAG
from engagement.imports.headers import LEFT_OUT, mapped, undecided
from engagement.imports.reading import read
from engagement.imports.showing import unread
from engagement.imports.table import Header
from engagement.models import Engagement
from tests.engagement.odd_files import ODD_FILES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAYS_AGO = date(2025, 1, 1)


def with_day(file, day):
    """The file, each of whose tables has a day: most odd files are about something else."""
    said = dict.fromkeys(undecided(file, {}), LEFT_OUT)
    for table, names in [(one.table, one.names) for one in mapped(file, said)]:
        if "started_on" not in names.values():
            table.headers.append(Header("ZZ", "Started on", "started_on"))
            for row in table.rows:
                row.values["ZZ"] = day
    return file, said


def exported(client):
    """{(texts of one line)} of the log as it is exported, and the workbook."""
    content = client.get("/export/engagement.xlsx").getvalue()
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    names = [BY_TAG[cell.value].name for cell in sheet[1]]
    rows = [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=3, values_only=True)]
    return rows, content


def texts_of(row):
    return tuple((row[name] or "").strip() for name in NARRATIVES)


@pytest.mark.parametrize("kind", ["xlsx", "docx", "csv"])
def test_what_the_odd_files_say_comes_out_of_the_log_again(kind, cast, client_of):
    """Every text of every row is exported as it was, or its row is told as faulty, or it is told as not read."""
    client, expected, faulty = client_of(cast.coordinator), set(), 0
    names = [name for name in ODD_FILES if name.endswith(kind)]
    for number, name in enumerate(names):
        file, said = with_day(read(ODD_FILES[name].data, name), DAYS_AGO + timedelta(days=number))
        batch = services.keep_upload(by=cast.coordinator, name=name, read=file, cluster=cast.south_sudan)
        services.say_columns(by=cast.coordinator, batch=batch, columns=said, cluster=cast.south_sudan)
        batch.refresh_from_db()
        outcome = services.outcome_of(batch, cast.coordinator)
        told = "\n".join(f"{what} {text}" for _place, what, text in unread(file, said))
        for header in (header for table in file.tables for header in table.headers if not header.name):
            assert not header.text or header.text in told
        faulty += len(outcome.of_kind("faulty"))
        for line in outcome.lines:
            assert line.kind in ("new", "unchanged") or line.draft.faults, name
            if line.kind == "new" and line.values["level"] != "high":
                texts = {name: line.draft.texts.get(name, "").replace("\r\n", "\n") for name in NARRATIVES}
                expected.add(texts_of(texts))
        if outcome.of_kind("new"):
            services.confirm_import(by=cast.coordinator, batch=batch, seen=outcome.fingerprint)
    first, content = exported(client)
    assert {texts_of(row) for row in first} == expected
    assert len(expected) >= 3
    assert faulty < Engagement.objects.count()

    home = services.keep_upload(by=cast.coordinator, name="home.xlsx", read=read(content, "home.xlsx"), cluster=None)
    lines = services.outcome_of(home, cast.coordinator).lines
    assert [(one.name, one.here, one.there) for line in lines for one in (*line.changes, *line.conflicts)] == []
    assert {line.kind for line in lines} == {"unchanged"}
    assert exported(client)[0] == first
