"""Tables that are pasted from web pages, as text with tabs and as HTML."""

import pytest

from config.packages import UnreadableFile
from config.pasted import read_pasted


def rows(text):
    """Titles and cells of what was pasted."""
    table = read_pasted(text)
    return [table.titles, *(row.cells for row in table.rows)]


def test_cells_stand_between_tabs():
    """Titles in small letters, empty cells as None."""
    assert rows("Title\tDue \r\nOne\t\r\n\r\nTwo\t5 May\r\n") == [("title", "due"), ("One", None), ("Two", "5 May")]


def test_a_cell_of_several_lines_is_one_cell():
    """Browsers copy a list in a cell as lines without tabs."""
    assert rows("A\tB\tC\n1\tx\ny\tz\n2\tp\tq\nr") == [("a", "b", "c"), ("1", "x\ny", "z"), ("2", "p", "q\nr")]


def test_html_gives_its_first_table():
    """Lists as lines, spans as empty cells, links in a column; nothing of scripts or of tables in cells."""
    text = """<h1>x</h1><table><tr><th colspan=2>A<th>B</tr>
    <tr><td>1<style>td{}</style><td><ul><li>x <b>y</b></li><li>z</li></ul></td>
    <td><table><tr><td>inner</td></tr></table><a href="https://example.org/1">go</a></td></tr>
    <tr><td>2</td><td></td><td><a href="javascript:x">no</a></td></tr></table>
    <table><tr><td>other</td></tr></table>"""
    with pytest.raises(UnreadableFile, match="its column has no title"):
        read_pasted(text)
    assert rows(text.replace("colspan=2>A", ">A<th>C")) == [
        ("a", "c", "b", "link"),
        ("1", "x y\nz", "innergo", "https://example.org/1"),
        ("2", None, "no", None),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n", "Nothing was pasted."),
        ("one\ntwo", "its cells need tabs"),
        ("<tr></tr>", "holds no table with cells"),
        ("\t".join("abc") + "\n" + "\t".join(["x"] * 61), "Cell BI2 holds something"),
        ("a\tb\n" + "1\t2\n" * 5_001, "Row 5002 holds something"),
        ("a\tb\n1\t" + "x" * 32_001, "longer than 32000 characters"),
        ("é" * 2_500_001, "larger than 5 MB"),
        ("<table>" * 300 + "<tr><td>x", "holds no table with cells"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(text, sentence):
    """In a sentence, as for files."""
    with pytest.raises(UnreadableFile, match=sentence):
        read_pasted(text)
