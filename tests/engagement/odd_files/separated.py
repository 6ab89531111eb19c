"""Odd CSV files."""

from django.utils.translation import override

from config.csv_text import csv_lines
from engagement.imports.columns import BY_NAME

from . import FORM, NAMES, add, line

GUESS = "The file does not say how its letters are encoded; this was assumed. Look at accented letters."
ROW = ["3", "Réunion à Juba; suivi, “après”", 'Say "no"\r\nor yes', "", "é"]
READ = line("3", "Réunion à Juba; suivi, “après”", 'Say "no"\nor yes', None, "é")


def lines(delimiter, *rows):
    """Rows as text, every cell in quotation marks."""
    return "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


def titles(language):
    """The form's titles in a language."""
    with override(language):
        return [str(BY_NAME[name].title) for name in NAMES]


for delimiter, called in ((",", "commas"), (";", "semicolons"), ("\t", "tabs")):
    add(f"{called}.csv", lines(delimiter, FORM, ROW).encode(), [READ])
    add(f"{called}_of_excel.csv", b"\xef\xbb\xbf" + lines(delimiter, FORM, ROW).encode(), [READ])
add("utf_16.csv", lines("\t", FORM, ROW).encode("utf-16"), [READ])
add("cp1252.csv", lines(";", titles("fr"), ROW).encode("cp1252"), [READ], notes=[("", GUESS, "Windows-1252")])
add("cp1256.csv", lines(";", titles("ar"), ["3", "اجتماع"]).encode("cp1256"), [line("3", "اجتماع")],
    notes=[("", GUESS, "Windows-1256")])  # fmt: skip
add("mac_roman.csv", lines(";", titles("es"), ["3", "Reunión"]).encode("mac_roman"), [line("3", "Reunión")],
    notes=[("", GUESS, "Mac Roman")])  # fmt: skip
add("separator_named.csv", ("sep=;\r\n" + lines(";", FORM, ROW)).encode(), [READ])
add("title_lines.csv", ("Atlantis; 2026,draft\r\n,,,,\r\n" + lines(",", FORM, ROW)).encode(), [READ],
    unread=[("1", "above the table", "Atlantis; 2026 | draft")])  # fmt: skip
FORMULAS = ["=1+1", "@home", "'t is", "a;=b", "-"]
add("apostrophes_of_the_export.csv", "".join(csv_lines([FORM, FORMULAS])).encode(), [line(*FORMULAS)])
KEY = "0d6b2a9e-6f0a-4b0e-9b52-0c3f6a1d7e11:3"
add("records_of_the_export.csv", "".join(csv_lines([(*FORM, "Row"), ("3", "", "", "", "d", KEY)])).encode(),
    [line("3", support_needed="d", row=KEY)], has_keys=True)  # fmt: skip
add("errors_and_totals.csv", lines(",", FORM, ["3", "#REF!"], ["Total", "1"]).encode(), [line("3", "#REF!")],
    unread=[("3", "a row of totals", "Total | 1")], faults={"B2"})  # fmt: skip
