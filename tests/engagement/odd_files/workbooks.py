"""Odd Excel workbooks."""

import datetime
from io import BytesIO

from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from config.workbook import Column, Sheet, write_workbook
from engagement.imports.columns import BY_NAME, COLUMNS

from ...workbooks import MAIN, OFFICE, PACKAGE, PARTS, packed, saved, text_cell
from . import ACTION, DONE, FORM, MARCH, NAMES, RESULT, SUPPORT, add, line

KEY = "0d6b2a9e-6f0a-4b0e-9b52-0c3f6a1d7e11:3"


def book(*rows):
    """A workbook with these rows in its sheet "Log"."""
    made = Workbook()
    made.active.title = "Log"
    for row in rows:
        made.active.append(row)
    return made


def home(language, *rows, names=None):
    """A workbook in the home format, as the export writes it: hidden key row, titles in `language`."""
    columns = [BY_NAME[name] for name in names] if names else COLUMNS
    with override(language):
        made = [Column(c.tag, str(c.title), note=str(c.help)) for c in columns]
        lines = [[row.get(c.name) for c in columns] for row in rows]
        out = BytesIO()
        sheet = Sheet("Log", made, lines, keys=True)
        write_workbook(
            out,
            [sheet],
            title="Log",
            author="t",
            created=datetime.datetime(2026, 5, 20),
            right_to_left=language == "ar",
        )
    return out.getvalue()


FULL = {
    "row": KEY, "cluster": "South Sudan Protection Cluster", "started_on": MARCH, "action_number": 6,
    "action": "Contribute to upcoming thematic reports", "what_was_done": "Sent input", "challenges": "Short deadline",
    "result": "Acknowledged", "support_needed": "Template", "mode": "Direct", "mandates": "SR IDPs", "level": "Low",
}  # fmt: skip

# -- Titles ------------------------------------------------------------------------------------------

made = book(
    ["Protection Cluster Atlantis", None, None, None, None], [], FORM, ["3", "Proposed", "Access", "Held", "None"]
)
made.active.merge_cells("A1:E1")
add("seed_form.xlsx", saved(made), [line("3", "Proposed", "Access", "Held", "None")],
    unread=[("1", "above the table", "Protection Cluster Atlantis")])  # fmt: skip

for language in ("en", "fr", "es", "ar"):
    add(f"home_format_{language}.xlsx", home(language, FULL, FULL | {"row": None}),
        [FULL, {k: v for k, v in FULL.items() if k != "row"}], has_keys=True)  # fmt: skip

made = book(["#meta+id", "#activity+name", "#description+done", "#meta+author"], ["Row", ACTION, DONE, "Logged by"],
            [KEY, "3", "a", "b"])  # fmt: skip
made.active.row_dimensions[1].hidden = True
made.active.column_dimensions["A"].hidden = made.active.column_dimensions["D"].hidden = True
made.create_sheet("How to fill it").append(["About", "What", "How to fill it"])
made["How to fill it"].append(["Column", "Action", "In the words of the form"])
add("template_filled_in.xlsx", saved(made), [{"row": KEY, "action": "3", "what_was_done": "a", "created_by": "b"}],
    unread=[("", "what the export adds; only its log is read", "")], has_keys=True)  # fmt: skip

some = ("result", "row", "action", "what_was_done")
add(
    "home_format_columns_moved_and_gone.xlsx", home("en", FULL, names=some), [{k: FULL[k] for k in some}], has_keys=True
)

tags = [c.tag for c in COLUMNS]
values = [FULL.get(c.name) for c in COLUMNS]
add("keys_without_titles.xlsx", saved(book(tags, values)), [FULL], has_keys=True)
add("keys_with_other_titles.xlsx", saved(book(tags, [f"My {c.name}" for c in COLUMNS], values)), [FULL], has_keys=True)

add("hashtags_under_the_titles.xlsx",
    saved(book(["Date", ACTION, "Extra", DONE, "Sensitivity"],
               ["#date", "#activity+code", "#x_own", "#description +DONE", "#meta+sensitivity"],
               [MARCH, "6", "more", "Sent", "low"])),
    [{"started_on": MARCH, "action": "6", "what_was_done": "Sent", "level": "low", "": "more"}])  # fmt: skip

for language in ("fr", "es", "ar"):
    with override(language):
        titles = [str(BY_NAME[name].title) for name in NAMES]
    add(f"form_{language}.xlsx", saved(book(titles, ["3", "a", "b", "c", "d"])), [line("3", "a", "b", "c", "d")])

add("titles_typed_by_hand.xlsx",
    saved(book(["No", "1. ACTIONS TAKEN (from the list above)", "  what did the cluster\ndo under this action? *",
                "Défis", "RESULTADO de la acción", "further support needed from HRE-TT:"],
               [7, "Propose issues", "a", "b", "c", "d"])),
    [line("Propose issues", "a", "b", "c", "d", action_number=7)])  # fmt: skip

add("columns_missing_and_moved.xlsx", saved(book([RESULT, "Remarks", ACTION], ["r", "x", "5"])),
    [{"action": "5", "result": "r", "": "x"}])  # fmt: skip

add("unknown_titles.xlsx", saved(book(["Our year"], [], ["Thing", "How", "Why"], ["a", "b", "c"], ["d", None, 2])),
    [{"": "a | b | c"}, {"": "d | 2"}], unread=[("1", "above the table", "Our year")])  # fmt: skip

made = book(["Dates", None, ACTION, DONE], ["Started on", "Ended on", None, None], [MARCH, None, "5", "Sent"])
made.active.merge_cells("A1:B1")
made.active.merge_cells("C1:C2")
made.active.merge_cells("D1:D2")
add("titles_of_two_rows.xlsx", saved(made), [{"started_on": MARCH, "action": "5", "what_was_done": "Sent"}],
    unread=[("1", "above the table", f"Dates | {ACTION} | {DONE}")])  # fmt: skip

add(
    "row_counter.xlsx",
    saved(book(["No.", ACTION, DONE], [1, "6", "a"], [2, "3. Propose a briefing", "b"])),
    [{"": 1, "action": "6", "what_was_done": "a"}, {"": 2, "action": "3. Propose a briefing", "what_was_done": "b"}],
)
add("action_numbers_that_look_like_a_counter.xlsx",
    saved(book(["No.", ACTION, DONE], [1, "Follow upcoming visits", "a"], [2, "2. Share visit information", "b"])),
    [{"action_number": 1, "action": "Follow upcoming visits", "what_was_done": "a"},
     {"action_number": 2, "action": "2. Share visit information", "what_was_done": "b"}])  # fmt: skip

# -- Cells -------------------------------------------------------------------------------------------

made = book(FORM, ["3", "a", "b", "c", "d"], [None, "e", None, "f", None], ["5", "g", "h", "i", "j"], [None] * 5)
for reference in ("A2:A3", "C2:C3", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:E5"):
    made.active.merge_cells(reference)
add("merged_down.xlsx", saved(made),
    [line("3", "a", "b", "c", "d"), line("3", "e", "b", "f"), line("5", "g", "h", "i", "j")],
    filled={"A3", "C3"})  # fmt: skip

made = book(FORM, ["Country visits"], ["3", "both", None, "c", "d"])
made.active.merge_cells("A2:E2")
made.active.merge_cells("B3:C3")
add("merged_across.xlsx", saved(made), [line("3", "both", "both", "c", "d")],
    unread=[("2", "a heading between the rows", "Country visits")], filled={"C3"})  # fmt: skip

add("as_above.xlsx",
    saved(book(FORM, ["3", "Sent", "Access", "Held", "Advice"], ["idem", "as above", '"', "″", "نفسه"],
               ["5", "Ditto.", "Ídem", "voir ci-dessus", "New"], ["Same as above", "x", "y", "z", "- \" -"])),
    [line("3", "Sent", "Access", "Held", "Advice"), line("3", "Sent", "Access", "Held", "Advice"),
     line("5", "Sent", "Access", "Held", "New"), line("5", "x", "y", "z", "New")],
    filled={"A3", "B3", "C3", "D3", "E3", "B4", "C4", "D4", "A5", "E5"})  # fmt: skip
add("as_above_with_nothing_above.xlsx", saved(book(FORM, ["3", "as above"])), [line("3", "as above")])

add("totals.xlsx",
    saved(book((*FORM, "Mode"), ["3", "a", "b", "c", "d", "Direct"], ["Sub-total", None, None, 1],
               ["5", "Total protection was asked for", "b", "c", "d", "Direct"], ["المجموع", "2", 2], ["TOTAL: 2"],
               [6, "@SUM(1)"])),
    [line("3", "a", "b", "c", "d", mode="Direct"),
     line("5", "Total protection was asked for", "b", "c", "d", mode="Direct"), line(6, "@SUM(1)")],
    unread=[("3", "a row of totals", "Sub-total | 1"), ("5", "a row of totals", "المجموع | 2 | 2"),
            ("6", "a row of totals", "TOTAL: 2")])  # fmt: skip

add("several_actions_in_a_cell.xlsx", saved(book(FORM, ["9, 10", "(a) yes\n(b) no"], ["1; 4 and 5", "x"])),
    [line("9, 10", "(a) yes\n(b) no"), line("1; 4 and 5", "x")])  # fmt: skip

made = book(["Started on", ACTION, DONE], [MARCH, 3, "a"], [datetime.datetime(2026, 3, 4, 9, 30), 3.5, True])
made.epoch = CALENDAR_MAC_1904
add("dates_of_1904.xlsx", saved(made),
    [{"started_on": MARCH, "action": 3, "what_was_done": "a"},
     {"started_on": datetime.datetime(2026, 3, 4, 9, 30), "action": 3.5, "what_was_done": True}])  # fmt: skip

add("days_as_numbers.xlsx", saved(book(["Started on", ACTION, DONE], [46085, 3, "a"], [2026, 3, "b"])),
    [{"started_on": MARCH, "action": 3, "what_was_done": "a"}, {"started_on": 2026, "action": 3, "what_was_done": "b"}],
    notes=[("A2", "a number, read as a day", "46085 = 2026-03-04")])  # fmt: skip

made = book(["Started on", ACTION, DONE], ["Q2 2026", 3, "a"], ["12/05/2026", 3, "b"], [MARCH, 3, "c"], [9e9, 3, "d"])
made.active["A4"].number_format = "mmm-yy"
made.active["A5"].number_format = "yyyy-mm-dd"
add("mixed_days.xlsx", saved(made),
    [{"started_on": day, "action": 3, "what_was_done": text}
     for day, text in (("Q2 2026", "a"), ("12/05/2026", "b"), ("2026-03", "c"), ("9000000000", "d"))],
    faults={"A5"})  # fmt: skip


def by_hand(*rows, **parts):
    """A workbook with the form's titles and these rows as XML, numbered from 2."""
    titles = "".join(text_cell(f"{letter}1", title) for letter, title in zip("ABCDE", FORM, strict=True))
    lines = "".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(rows, 2))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{titles}</row>{lines}</sheetData></worksheet>'
    return packed({**PARTS, "xl/worksheets/sheet1.xml": sheet, **parts})


add("formulas.xlsx",
    by_hand('<c r="A2"><f>1+2</f><v>3</v></c><c r="B2" t="str"><f>A1&amp;""</f><v>Sent</v></c>',
            '<c r="A3"><v>5</v></c><c r="B3"><f>X1</f></c><c r="H3"><f>X2</f></c>'
            '<c r="C3" t="str"><f t="shared" si="0"/><v>b</v></c>',
            '<c r="A4"><v>6</v></c><c r="B4"><f>X3</f><v></v></c><c r="C4" t="str"><f>X4</f><v></v></c>'),
    [line(3, "Sent"), line(5, None, "b"), line(6)],
    notes=[("A2", "formulas; their results were read", "A: 2"), ("B2", "formulas; their results were read", "B: 2"),
           ("C3", "formulas; their results were read", "C: 3")],
    faults={"B3", "H3", "B4"})  # fmt: skip

add("errors.xlsx",
    by_hand('<c r="A2"><v>3</v></c><c r="B2" t="e"><v>#REF!</v></c><c r="C2" t="str"><v>Err:502</v></c>'
            + text_cell("D2", "#N/A") + text_cell("E2", "# open")),
    [line(3, "#REF!", "Err:502", "#N/A", "# open")], faults={"B2", "C2", "D2"})  # fmt: skip

RUNS = '<c r="B2" t="inlineStr"><is><r><t xml:space="preserve">Sent </t></r><r><rPr><b/></rPr><t>input</t></r>' \
       '<rPh sb="0" eb="1"><t>reading</t></rPh></is></c>'  # fmt: skip
add("rich_text.xlsx", by_hand('<c r="A2"><v>3</v></c>' + RUNS), [line(3, "Sent input")])

add("carriage_returns.xlsx",
    by_hand('<c r="A2"><v>3</v></c>' + text_cell("B2", "one_x000D_\ntwo_x005F_x0041_") + text_cell("C2", "a_x0007_b")
            + '<c r="D2" t="inlineStr"><is><r><t>_</t></r><r><t>x0041_</t></r></is></c>'),
    [line(3, "one\ntwo_x0041_", "ab", "_x0041_")])  # fmt: skip

made = book(FORM, ["3", "Long\nreport", "http://example.org/a", None, " \n "])
made.active["C2"].hyperlink = "http://example.org/other"
add("links_and_blanks.xlsx", saved(made), [line("3", "Long\nreport", "http://example.org/a")])

# -- Around the cells --------------------------------------------------------------------------------

made = book(FORM, ["3", "a"])
made.active["B2"].comment = Comment("Ask Amal", "Reader")
made.active["A1"].comment = Comment("Which list?", "Reader")
made.active.oddFooter.center.text = "Confidential, page &P"
add("comments.xlsx", saved(made), [line("3", "a")],
    unread=[("", "header or footer of the page", "Confidential, page"), ("A1", "comment", "Which list?"),
            ("B2", "comment", "Ask Amal")])  # fmt: skip

made = book(["#meta+id", "#activity+name", "#description+done"], ["Row", ACTION, DONE], [KEY, "3", "a"])
made.active["B2"].comment = Comment("Is this right?", "Reader")
made.active["A2"].comment = Comment(str(BY_NAME["row"].help), "")
made.active["C2"].comment = Comment("No author", "")
add("comment_on_a_title_of_the_export.xlsx", saved(made), [{"row": KEY, "action": "3", "what_was_done": "a"}],
    unread=[("B2", "comment", "Is this right?"), ("C2", "comment", "No author")], has_keys=True)  # fmt: skip

RELATED = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="d" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    '<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
    f'Target="../threads.xml"/><Relationship Id="c" Type="{OFFICE}/comments" Target="/xl/comments1.xml"/>'
    "</Relationships>"
)
BOX = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col>'
    "<xdr:row>3</xdr:row></xdr:from><xdr:sp><xdr:txBody><a:p><a:r><a:t>Draft</a:t></a:r></a:p><a:p><a:r><a:t>only</a:t>"
    "</a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor><xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col>"
    '<xdr:row>8</xdr:row></xdr:from><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="P" descr="A photo"/></xdr:nvPicPr>'
    "</xdr:pic></xdr:oneCellAnchor></xdr:wsDr>"
)
THREADS = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B2" personId="{1}"><text>Ask Amal</text></threadedComment>'
    '<threadedComment ref="B2" personId="{2}"><text>Done</text></threadedComment></ThreadedComments>'
)
LEGACY = (
    f'<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList>'
    '<comment ref="B2" authorId="0"><text><t>[Threaded comment] Ask Amal</t></text></comment></commentList></comments>'
)
add("text_box_picture_and_threads.xlsx",
    by_hand('<c r="A2"><v>3</v></c>' + text_cell("B2", "a"), **{
        "xl/worksheets/_rels/sheet1.xml.rels": RELATED, "xl/drawings/drawing1.xml": BOX, "xl/threads.xml": THREADS,
        "xl/comments1.xml": LEGACY}),
    [line(3, "a")],
    unread=[("B2", "comment", "Ask Amal"), ("B2", "comment", "Done"), ("B4", "text box", "Draft\nonly"),
            ("A9", "picture", "A photo")])  # fmt: skip

made = book(FORM, ["3", "a", "b"], ["4", "c", "d"], ["5", "e", "f"], ["6", "g", "h"])
made.active.row_dimensions[3].hidden = made.active.row_dimensions[4].hidden = True
made.active.column_dimensions["C"].hidden = True
old = made.create_sheet("Old")
old.append(FORM)
old.append(["7", "x"])
old.sheet_state = "hidden"
add("hidden.xlsx", saved(made),
    [line("3", "a", "b"), line("4", "c", "d"), line("5", "e", "f"), line("6", "g", "h"), line("7", "x")],
    notes=[("3", "hidden rows; they were read", "3–4"), ("C", "hidden columns; they were read", "C"),
           ("", "a hidden sheet; it was read", "")])  # fmt: skip

made = book(FORM, ["3", "a"])
made.create_sheet("2025").append([RESULT, ACTION])
made["2025"].append(["r", "5"])
made.create_sheet("Phones").append(["Name", "Number"])
made["Phones"].append(["Office", 123])
made.create_sheet("Empty")
add("two_logs_and_another_sheet.xlsx", saved(made), [line("3", "a"), {"action": "5", "result": "r"}],
    unread=[("", "a sheet that is no log", "Name | Number\nOffice | 123")])  # fmt: skip

add("titles_again_on_a_sheet.xlsx",
    saved(book(FORM, ["3", "a"], FORM, ["4", "b"], [], [RESULT, SUPPORT, ACTION], ["r", "s", "5"])),
    [line("3", "a"), line("4", "b"), {"action": "5", "result": "r", "support_needed": "s"}])  # fmt: skip

made = book(FORM, ["3", "a"], [], [None, " "], ["4", "b"])
for column in range(1, 80):
    made.active.cell(7000, column).font = Font(bold=True)
add("empty_and_painted_rows.xlsx", saved(made), [line("3", "a"), line("4", "b")])

GOOGLE = {
    "xl/_rels/workbook.xml.rels": PARTS["xl/_rels/workbook.xml.rels"].replace('"worksheets', '"/xl/worksheets'),
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row>'
    + "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in FORM)
    + '</row><row><c s="9"><v>3.0</v></c><c t="str"><v>a</v></c><c/><c t="b"><v>1</v></c></row>'
    + "</sheetData></worksheet>",
}
add("google_style.xlsx", packed({**PARTS, **GOOGLE}), [line(3, "a", None, True)])
