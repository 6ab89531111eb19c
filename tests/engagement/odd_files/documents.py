"""Odd Word documents."""

from io import BytesIO

from docx import Document

from engagement.actions import WORDINGS

from . import FORM, add, line
from .word import deleted, document, p, r, sdt, tbl, tc, tr, tracked

ROW = ("3", "a", "b", "c", "d")
READ = line(*ROW)
KEY = "0d6b2a9e-6f0a-4b0e-9b52-0c3f6a1d7e11:3"
OTHER_KEY = "0d6b2a9e-6f0a-4b0e-9b52-0c3f6a1d7e12:1"
CONTINUED = "no titles: read as the continuation of the table before it"
AROUND = "text outside the tables"

ACTIONS = [(f"{number}. {action.text}", {3: "☒ direct", 6: "✓"}.get(number, "")) for number, action in WORDINGS.items()]
add("seed_form.docx",
    document(p("Atlantis"), p("Our year"),
             tbl(tr(tc("How can the protection cluster engage?", span=2)),
                 ("Potential actions (direct, indirect, or in collaboration with other entities)", ""), *ACTIONS),
             p(), tbl(tr(tc("How did the protection cluster engage?", span=5)), FORM, ROW)),
    [READ],
    unread=[("", AROUND, "Atlantis\nOur year"),
            ("1", "in the list of potential actions", "How can the protection cluster engage?"),
            ("2", "in the list of potential actions",
             "Potential actions (direct, indirect, or in collaboration with other entities)"),
            ("5", "in the list of potential actions", "☒ direct"), ("8", "in the list of potential actions", "✓"),
            ("1", "above the table", "How did the protection cluster engage?")])  # fmt: skip

made = Document()
made.add_heading("Report", 1)
table = made.add_table(rows=2, cols=5)
for row, cells in zip(table.rows, (FORM, ROW), strict=True):
    for cell, text in zip(row.cells, cells, strict=True):
        cell.text = text
table.cell(1, 1).add_paragraph("second\tline\nthird")
out = BytesIO()
made.save(out)
add("python_docx.docx", out.getvalue(), [line("3", "a\nsecond\tline\nthird", "b", "c", "d")],
    unread=[("", AROUND, "Report")])  # fmt: skip

add("main_part_elsewhere.docx", document(tbl(FORM, ROW), main="word/document2.xml"), [READ])
add("split_without_titles.docx", document(tbl(FORM, ROW), p(), tbl(("4", "e", "f", "g", "h"))),
    [READ, line("4", "e", "f", "g", "h")], notes=[("", CONTINUED, "")])  # fmt: skip
add("split_with_titles.docx", document(tbl(FORM, ROW, FORM, ROW), p("goes on"), tbl(FORM, ("4", "e", "", "", ""))),
    [READ, READ, line("4", "e")], unread=[("", AROUND, "goes on")])  # fmt: skip
add("another_table.docx", document(tbl(("Name", "Phone"), ("Office", "123")), tbl(FORM, ROW)), [READ],
    unread=[("", "a table that is no log", "Name | Phone\nOffice | 123")])  # fmt: skip

add("merged_down.docx",
    document(tbl(FORM, tr(tc("3", down="restart"), "a", tc("b", down="restart"), "c", "d"),
                 tr(tc(down="continue"), "e", tc("beneath", down="continue"), "f", ""),
                 tr(tc("5", down="restart"), "g", "", "", ""))),
    [READ, line("3", "e", "b", "f"), line("5", "g")],
    unread=[("C3", "text beneath a merged cell", "beneath")], filled={"A3", "C3"})  # fmt: skip
add("merged_across.docx",
    document(tbl(FORM, tr(tc("Country visits", span=5)), tr("3", tc("both", span=2), "c", "d"),
                 tr("4", tc("old", across="restart"), tc(across="continue"), "c", "d"))),
    [line("3", "both", "both", "c", "d"), line("4", "old", "old", "c", "d")],
    unread=[("2", "a heading between the rows", "Country visits")], filled={"C3", "C4"})  # fmt: skip
add("columns_a_hair_apart.docx",
    document(tbl(tr(*[tc(title, span=3) for title in FORM]),
                 tr("3", tc("a", span=2), tc("b", span=4), "c", tc("d", span=7)),
                 tr(tc("4", span=4), tc("both", span=5), tc("c", span=3), tc("d", span=3)))),
    [READ, line("4", "both", "both", "c", "d")], filled={"C3"})  # fmt: skip
add("shifted_row.docx",
    document(tbl(FORM, ROW, tr(tc("b", span=1), "c", properties='<w:gridBefore w:val="2"/>'),
                 tr(*[tc(text) for text in "345678"]))),
    [READ, line(None, None, "b", "c"), line("3", "4", "5", "6", "7", **{"": "8"})])  # fmt: skip
add("split_cell.docx",
    document(tbl(tr("Action", tc("Result", span=2), "Mode"), tr("3", tc("early"), tc("late"), "Direct"))),
    [{"action": "3", "result": "early\nlate", "mode": "Direct"}],
    notes=[("B2", "cells that share a column; they were joined", "")])  # fmt: skip

add("nested_table.docx",
    document(tbl(FORM, tr("3", tc(p("Steps:"), tbl(("one", "two"), ("three", "")), p()), "b", "c", "d"))),
    [line("3", "Steps:\none | two\nthree", "b", "c", "d")],
    notes=[("B2", "a table inside the cell; its text was read", "")])  # fmt: skip
add("frame_around_tables.docx", document(tbl(tr(tc(p("Annex"), tbl(FORM, ROW), p())))), [READ],
    unread=[("", AROUND, "Annex")])  # fmt: skip

INSERTED = tracked("ins", r("and kept"))
MOVED = tracked("moveFrom", r("moved")) + tracked("moveTo", r(" moved"))
add("tracked_changes.docx",
    document(p("Title", deleted("old title")),
             tbl(FORM,
                 tr("3", tc("Sent ", deleted("to all "), INSERTED, deleted("never")), tc(r("x"), MOVED), "c", "d"),
                 tr("4", "gone", deleted("and this"), "", "", properties=tracked("del", "")),
                 tr("5", "new", "", "", "", properties=tracked("ins", "")))),
    [line("3", "Sent and kept", "x moved", "c", "d"), line("5", "new")],
    unread=[("", AROUND, "Title"), ("", "deleted text (tracked change)", "old title"),
            ("3", "deleted row (tracked change)", "4 | gone |  and this"),
            ("B2", "deleted text (tracked change)", "to all  … never"),
            ("C2", "deleted text (tracked change)", "moved")])  # fmt: skip

NOTES = '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
add("comments_and_notes.docx",
    document(tbl(FORM, tr("3", tc(r("a"), NOTES), "b", "c", "d")),
             p("After", '<w:r><w:endnoteReference w:id="3"/></w:r>'),
             comments=f'<w:comment w:id="1">{p("Ask Amal")}</w:comment><w:comment w:id="9">{p("Lost")}</w:comment>',
             footnotes=f'<w:footnote w:type="separator" w:id="0">{p("-")}</w:footnote>'
                       f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>", "See the report")}</w:footnote>',
             endnotes=f'<w:endnote w:id="3">{p("The end")}</w:endnote>'),
    [READ],
    unread=[("", AROUND, "After"), ("", "endnote", "The end"), ("", "comment", "Lost"), ("B2", "comment", "Ask Amal"),
            ("B2", "footnote", "See the report")])  # fmt: skip

BOX = f"<w:txbxContent>{p('In the box')}</w:txbxContent>"
DRAWN = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:docPr descr='x'/><wps:txbx>"
    f"{BOX}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
PHOTO = "<w:r><w:drawing><wp:docPr descr='A photo'/><pic:pic/></w:drawing></w:r>"
add("text_box_and_pictures.docx",
    document(tbl(FORM, tr("3", tc(r("a"), DRAWN), tc(PHOTO, r("b")), "c", tc(r("d"), "<w:r><w:object/></w:r>"))),
             p("<w:r><w:pict><v:imagedata/></w:pict></w:r>",
               "<w:r><w:pict><v:textpath string='DRAFT'/></w:pict></w:r>")),
    [READ],
    unread=[("", "picture", ""), ("", "text box", "DRAFT"), ("B2", "text box", "In the box"),
            ("C2", "picture", "A photo"), ("E2", "embedded object", "")])  # fmt: skip

add("header_and_footer.docx", document(tbl(FORM, ROW), header=p("Confidential"), footer=p("Confidential"), footer2=p()),
    [READ], unread=[("", "header or footer of the page", "Confidential")])  # fmt: skip

PLACEHOLDER = sdt(r("Click here to enter text"), "<w:showingPlcHdr/>")
add("content_controls.docx",
    document(sdt(tbl(FORM, sdt(tr("3", sdt(tc("a")), tc(PLACEHOLDER), tc(sdt(p("c"))), tc(sdt(r("d")))))))),
    [line("3", "a", None, "c", "d")])  # fmt: skip

BULLET = '<w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>'
add("bullets_and_breaks.docx",
    document(tbl(FORM, tr("3", tc(p("Done:"), f"<w:p>{BULLET}{r('one')}</w:p>",
                                  p("two", "<w:r><w:br/></w:r>", "three"), p(), p("four")),
                          tc("b", "<w:r><w:tab/></w:r>", "c", "<w:r><w:noBreakHyphen/></w:r>"), "", ""))),
    [line("3", "Done:\none\ntwo\nthree\n\nfour", "b\tc\u2011")])  # fmt: skip

FIELDS = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:{}</w:ffData></w:fldChar></w:r>'
CHECKED = FIELDS.format('checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
UNCHECKED = FIELDS.format('checkBox><w:default w:val="0"/></w:checkBox>')
CHOSEN = FIELDS.format('ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList>')
LINK = '<w:hyperlink><w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>' + r("report") + "</w:hyperlink>"
add("fields_and_symbols.docx",
    document(tbl(FORM, tr("3", tc(CHECKED, r(" yes "), UNCHECKED, r(" no")), tc(CHOSEN),
                          tc('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'), tc(LINK)))),
    [line("3", "☒ yes ☐ no", "Yes", "✓", "report")])  # fmt: skip

VANISH = "<w:vanish/>"
HALF = len(KEY) // 2
add("row_keys.docx",
    document(tbl(FORM, tr(tc(r(f"[{KEY[:HALF]}", VANISH), r(f"{KEY[HALF:]}]", VANISH), r("3")), *ROW[1:]),
                 tr(tc(r(f"[{OTHER_KEY}] 5")), "g", "", "", ""), ("6", "new", "", "", ""),
                 tr(tc(r("secret ", '<w:rStyle w:val="Unseen"/>'), r("7", '<w:vanish w:val="0"/>')), "x", "", "", "")),
             styles=f'<w:style w:styleId="Unseen"><w:rPr>{VANISH}</w:rPr></w:style>'),
    [READ | {"row": KEY}, line("5", "g", row=OTHER_KEY), line("6", "new"), line("7", "x")],
    unread=[("A5", "hidden text", "secret")], has_keys=True)  # fmt: skip

NOTED = '<w:p><w:pPr><w:pStyle w:val="Klein"/></w:pPr>{}</w:p>'
LIST = [(str(number), str(action.text), "✓ Direct", "2") for number, action in WORDINGS.items()]
add("report_of_the_export.docx",
    document(tbl(("No.", "Potential actions", "Taken", "Entries"), *LIST),
             tbl(FORM, tr(tc(p(r(f"[{KEY}]", VANISH), r("3. Propose a briefing")), NOTED.format(r("4 March · Done"))),
                          *ROW[1:])),
             styles='<w:style w:styleId="Klein"><w:name w:val="Table Note"/></w:style>'),
    [READ | {"action": "3. Propose a briefing", "row": KEY}],
    unread=[("", "the small print of the export: to change days, modes or levels, hand in the Excel file",
             "4 March · Done"), ("", "what the export adds; only its log is read", "")], has_keys=True)  # fmt: skip

add("hidden_row.docx", document(tbl(FORM, tr(*ROW, properties="<w:hidden/>"))), [READ],
    notes=[("2", "a hidden row; it was read", "")])  # fmt: skip
add("as_above_and_total.docx", document(tbl(FORM, ROW, ("4", "idem", "e", "", ""), tr(tc("Total: 2", span=4), "2"))),
    [READ, line("4", "a", "e")], unread=[("4", "a row of totals", "Total: 2 | 2")], filled={"B3"})  # fmt: skip
