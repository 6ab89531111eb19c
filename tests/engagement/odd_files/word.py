"""Word documents for tests, written as XML: python-docx writes neither tracked changes nor content controls."""

from xml.sax.saxutils import escape

from ...workbooks import OFFICE, PACKAGE, packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)  # fmt: skip
KINDS = ("comments", "footnotes", "endnotes", "styles", "header", "footer")


def document(*blocks, main="word/document.xml", **parts):
    """The bytes of a document with these blocks; `parts` are XML of comments, footnotes, styles, header, footer."""
    folder, _slash, file = main.rpartition("/")
    related = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind.rstrip("2")}" Target="{kind}.xml"/>' for kind in parts
    )
    overrides = f'<Override PartName="/{main}" ContentType="{TYPES}.document.main+xml"/>'
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>',
        f"{folder}/_rels/{file}.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        main: f"<w:document {NAMESPACES}><w:body>{''.join(blocks)}<w:sectPr/></w:body></w:document>",
        **{f"{folder}/{kind}.xml": f"<w:{kind} {NAMESPACES}>{xml}</w:{kind}>" for kind, xml in parts.items()},
    })  # fmt: skip


def r(text, properties=""):
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*content):
    """A paragraph; text becomes a run."""
    return f"<w:p><w:pPr/>{''.join(c if c.startswith('<') else r(c) for c in content)}</w:p>"


def tc(*content, span=0, down="", across="", more=""):
    """A cell; what is no paragraph or table yet becomes one paragraph. `down` and `across` are restart or continue."""
    properties = f'<w:gridSpan w:val="{span}"/>' if span else ""
    properties += f'<w:vMerge w:val="{down}"/>' if down else ""
    properties += f'<w:hMerge w:val="{across}"/>' if across else ""
    blocks = (
        content if content and all(c.startswith(("<w:p>", "<w:tbl>", "<w:sdt>")) for c in content) else [p(*content)]
    )
    return f"<w:tc><w:tcPr>{properties}{more}</w:tcPr>{''.join(blocks)}</w:tc>"


def tr(*cells, properties=""):
    """A row; text becomes a cell."""
    made = "".join(c if c.startswith(("<w:tc>", "<w:sdt>")) else tc(*([c] if c else [])) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def tbl(*rows):
    """A table; a row of texts becomes one."""
    return f"<w:tbl><w:tblPr/>{''.join(row if isinstance(row, str) else tr(*row) for row in rows)}</w:tbl>"


def sdt(content, properties=""):
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def tracked(kind, content):
    """A tracked change."""
    return f'<w:{kind} w:id="1" w:author="A">{content}</w:{kind}>'


def deleted(text):
    """A run that a tracked change deletes."""
    return tracked("del", f"<w:r><w:delText>{escape(text)}</w:delText></w:r>")
