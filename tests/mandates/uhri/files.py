"""Invented exports of the Universal Human Rights Index, in its two forms and with its dirt."""

import io
import json
from pathlib import Path
from uuid import UUID

import xlsxwriter

TITLES = [
    "Text", "Countries Concerned", "Reccomending Body", "Document Symbol", "Themes", "Affected Persons", "Sdgs",
    "Document Publication Date", "UPR Reccomending States", "UPR Position", "Type", "OHCHR Annotation Id",
    "UPR Session", "Regions Concerned", "Recommending Regions", "Date of publication on UHRI",
]  # fmt: skip
SAMPLES = Path(__file__).parent / "samples"


def key(number: int) -> str:
    return str(UUID(int=number))


def raw(number: int = 1, **said: object) -> dict:
    """A record as JSON has it; `said` replaces values by the names of JSON."""
    return {
        "AnnotationId": key(number),
        "DocumentId": key(9),
        "Symbol": "A/HRC/99/10/Add.1",
        "Body": "- SR Internally displaced persons",
        "PublicationDate": "2025-05-12T00:00:00",
        "AnnotationType": "- Recommendations",
        "Countries": ["South Sudan"],
        "Regions": ["Africa"],
        "AffectedPersons": ["Internally displaced persons", "Women & girls"],
        "Themes": ["Equality & non-discrimination", "Right to adequate housing"],
        "Sdgs": ["16.9 - Provide universal legal identity"],
        "Text": "71.(a)Ensure that displaced persons obtain civil documents;",
    } | said


def as_json(*records: dict) -> io.BytesIO:
    return io.BytesIO(json.dumps(list(records), ensure_ascii=False).encode())


def cell(value: object) -> object:
    """A value as a cell has it: lists one a line, each with a hyphen."""
    return "\n".join(f"- {one}" for one in value) or None if isinstance(value, list) else value


def cells_of(record: dict, titles: list[str], serial: object) -> list[object]:
    values = {
        "text": record["Text"], "countries concerned": cell(record["Countries"]), "reccomending body": record["Body"],
        "document symbol": record["Symbol"], "themes": cell(record["Themes"]),
        "affected persons": cell(record["AffectedPersons"]), "sdgs": cell(record["Sdgs"]),
        "document publication date": serial, "type": record["AnnotationType"],
        "ohchr annotation id": record["AnnotationId"], "date of publication on uhri": 45828.4996,
    }  # fmt: skip
    return [values.get(title.strip().lower()) for title in titles]


def as_workbook(*records: dict, titles: list[str] = TITLES, serial: object = 45789, inside: bool = False) -> io.BytesIO:
    """With its texts kept aside, as Excel does, or `inside` the cells."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": inside, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([titles, *(cells_of(record, titles, serial) for record in records)]):
            sheet.write_row(row, 0, cells)
    file.seek(0)
    return file
