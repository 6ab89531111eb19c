"""A file that somebody hands in, read: `read_in_child` is for views, `read` is what happens in the child.

`read` refuses what is too large, broken, locked or no table, each with a plain reason, and never raises anything but
`Refused`. It checks before it parses, yet a parser may still be led to take memory or time: so views read in a process
of its own, which has little of both (`child.py`).
"""

import re
import unicodedata
from io import BytesIO
from posixpath import splitext
from xml.parsers.expat import errors
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import WINDOWS_EPOCH

from config.limits import MAX_BYTES
from config.packages import Package, PartScan, UnreadableFile
from config.spreadsheets import OLE, too_large

from .child import read_in_child
from .lines import Findings, Grid
from .logs import tables_of
from .read_csv import read_csv
from .read_docx import read_docx
from .read_xlsx import SheetScan, read_xlsx
from .table import ReadFile, Refused

__all__ = ["read", "read_in_child", "shown_name"]

_EXPAT_HAS_NO_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]
_NAME_LENGTH = 100


def read(data: bytes, name: str) -> ReadFile:
    """What stands in a file: an Excel workbook (.xlsx), a Word document (.docx) or CSV, known by what is in it.

    `name` only helps to say what is wrong. Reads no database; texts are in the active language. Raises Refused. Views
    call `read_in_child`.
    """
    findings = Findings()
    try:
        if len(data) > MAX_BYTES:
            raise too_large()
        if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00\t\r\n "):
            raise Refused(_("The file is empty."))
        if data.startswith(b"PK"):
            return _read_package(data, name, findings)
        if data.startswith(OLE) and _holds(data, "EncryptedPackage"):  # its name is right: it ends in .xlsx or .docx
            raise Refused(_("The file is protected by a password: save it as .xlsx or .docx without one."))
        if reason := _other_format(data):
            raise Refused(_with_name(reason, name))
        tables = tables_of(read_csv(data, findings), findings)
    except UnreadableFile as error:
        raise Refused(str(error)) from error
    return ReadFile("csv", tables, findings.unread, findings.notes)


def shown_name(name: str) -> str:
    """A file's name as it can be shown: no folders, no control or direction characters, at most 100 characters."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    seen = " ".join(seen.split())
    if len(seen) > _NAME_LENGTH:
        stem, extension = splitext(seen)
        extension = extension[:10]
        seen = f"{stem[: _NAME_LENGTH - 1 - len(extension)]}…{extension}"
    return seen or _("file without a name")


def _read_package(data: bytes, name: str, findings: Findings) -> ReadFile:
    """A file that is a ZIP archive, as those of Excel and Word are."""
    epoch = WINDOWS_EPOCH
    try:
        kind = _kind_of_package(data, name)
        package = Package(data, saved_as=f".{kind}", scan=SheetScan if kind == "xlsx" else PartScan)
        main = next(part for what, part in package.related("").values() if what == "officeDocument")
        if "purl.oclc.org" in package.xml(main).tag:
            raise Refused(
                _("The file was saved as “Strict Open XML”: save it again as an ordinary .%(kind)s.") % {"kind": kind}
            )
        grids: list[Grid]
        if kind == "xlsx":
            grids, epoch = read_xlsx(package, main, findings)
        else:
            grids = read_docx(package, main, findings)
    except (Refused, UnreadableFile):
        raise
    except Exception as error:
        # zipfile and expat answer a broken file with whatever they trip over, and so does who relies on its parts.
        if isinstance(error, MemoryError) or getattr(error, "code", None) == _EXPAT_HAS_NO_MEMORY:
            raise Refused(_("The file is too complicated: copy the table into a new one.")) from error
        raise Refused(
            _("The file is damaged or was cut off on its way: open it, save it anew, and hand in the new one.")
        ) from error
    tables = tables_of(grids, findings, epoch=epoch)
    return ReadFile("xlsx" if kind == "xlsx" else "docx", tables, findings.unread, findings.notes)


def _kind_of_package(data: bytes, name: str) -> str:
    """ "xlsx" or "docx". Raises Refused for archives of other kinds, or BadZipFile."""
    with ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        types = b""
        if "[Content_Types].xml" in names:
            with archive.open("[Content_Types].xml") as stream:
                types = stream.read(1_000_000)
    if b"opendocument" in data[:200] or "META-INF/manifest.xml" in names:
        reason = _("This is an OpenDocument file, as LibreOffice saves it: save it as .xlsx or .docx.")
    elif b"sheet.binary.macroEnabled" in types:
        reason = _("This is a binary workbook (.xlsb): save it as .xlsx.")
    elif b"macroEnabled" in types:
        reason = _("The file may hold macros: save it as .xlsx or .docx, which have none.")
    elif b"spreadsheetml" in types and b"wordprocessingml" not in types:
        return "xlsx"
    elif b"wordprocessingml" in types:
        return "docx"
    elif b"presentationml" in types:
        reason = _("This is a presentation: hand in the log as an Excel workbook (.xlsx) or a Word document (.docx).")
    elif any(part.startswith("Index/") or part == "Index.zip" for part in names):
        reason = _("This is a file of Apple Numbers or Pages: export it as .xlsx or .docx.")
    else:
        reason = _("This is an archive: unpack it, and hand in the workbook or document that is in it.")
    raise Refused(_with_name(reason, name))


def _other_format(data: bytes) -> str:
    """Why a file that is no ZIP archive cannot be read; "" if it may be CSV."""
    if data.startswith(OLE):
        return _old_office(data)
    begins = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(b"%pdf"):
        return _("This is a PDF: hand in the Excel or Word file that it was made from.")
    if begins.startswith(b"{\\rtf"):
        return _("This is a Rich Text file: open it in Word and save it as .docx.")
    if begins.startswith(b"mime-version:") or (begins.startswith(b"<") and b"<html" in begins + data[:5_000].lower()):
        return _("This is a web page, as some systems export it: open it in Excel and save it as .xlsx.")
    if begins.startswith(b"<"):
        return _("This is XML: open it in Excel or Word and save it as .xlsx or .docx.")
    if begins.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm\x00", b"ii*\x00", b"mm\x00*")):
        return _("This is a picture: hand in the table itself, as .xlsx, .docx or CSV.")
    if begins.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"rar!", b"bzh", b"\xfd7zxz")):
        return _("This is an archive: unpack it, and hand in the workbook or document that is in it.")
    return ""


def _old_office(data: bytes) -> str:
    """What an OLE container holds that is not locked: a file from before 2007."""
    if _holds(data, "WordDocument"):
        return _("The file has the format of Word before 2007 (.doc): save it as .docx.")
    if _holds(data, "Workbook") or _holds(data, "Book"):
        return _("The file has the format of Excel before 2007 (.xls): save it as .xlsx.")
    return _("This is a file of an old Office program: save it as .xlsx or .docx.")


def _holds(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def _with_name(reason: str, name: str) -> str:
    """The reason, and that the name promises something else, where it does."""
    extension = splitext(shown_name(name))[1].lower()
    if extension not in (".xlsx", ".docx", ".csv"):
        return reason
    promise = _("Its name ends in %(extension)s, but a name does not change what is inside.") % {"extension": extension}
    return f"{reason} {promise}"
