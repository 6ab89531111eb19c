"""Files of reference data for tests, and the way through the import pages."""

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook

from config.spreadsheets import read_table
from mandates.resources import (
    CallResource,
    HolderResource,
    MandateResource,
    RecommendationResource,
    ReportResource,
    SessionResource,
    VisitResource,
)

RESOURCES = {
    "mandate": MandateResource,
    "mandateholder": HolderResource,
    "session": SessionResource,
    "countryvisit": VisitResource,
    "callforinput": CallResource,
    "report": ReportResource,
    "recommendation": RecommendationResource,
}


def address(kind, page="import/"):
    return f"/admin/mandates/{kind}/{page}"


def csv_of(*rows):
    """A CSV file of these rows (dicts), with the columns of the first."""
    file = StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def run(kind, *rows, dry_run=True, source=""):
    """What an import of these rows (dicts), or of a file, would do; `source` as typed beside it."""
    content = rows[0] if isinstance(rows[0], bytes) else csv_of(*rows)
    return RESOURCES[kind](source).run(read_table(content), dry_run=dry_run)


def kinds(outcome):
    """The kinds of the lines, in the order of the file."""
    return [line.kind for line in outcome.lines]


def faults(outcome):
    """(row, column, sentence) of each fault."""
    return [
        (line.number, column, sentence)
        for line in outcome.lines
        for column, sentences in line.faults.items()
        for sentence in sentences
    ]


def upload(client, kind, content, name="visits.csv", **data):
    """The answer to a file that was uploaded."""
    file = BytesIO(content)
    file.name = name
    return client.post(address(kind), {"file": file, **data})


def confirm(client, kind, preview, **options):
    """The answer to the confirmation of a preview."""
    return client.post(address(kind, "import/confirm/"), seen_of(preview), **options)


def seen_of(preview):
    """What the button of a preview sends."""
    return {"token": preview.context["upload"].token, "seen": preview.context["outcome"].fingerprint}


def settle(client, kind, preview, **said):
    """The answer when something is settled on a preview: {label of a question: choice}."""
    form = preview.context["settle"]
    data = {"token": preview.context["upload"].token} | dict(form.asked)
    data |= {name: said[field.label] for name, field in form.fields.items() if field.label in said}
    return client.post(address(kind, "import/settle/"), data)


def exported(client, kind, query=""):
    """The bytes of an export to Excel."""
    response = client.get(address(kind, "export.xlsx") + query)
    assert response.status_code == 200
    return response.getvalue()


def sheet_of(content):
    """The first sheet of a workbook, and its columns by title."""
    book = load_workbook(BytesIO(content))
    return book, book.active, {cell.value: cell.column for cell in book.active[1]}
