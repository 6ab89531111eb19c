"""Everything that an answer says: its page or file with all parts unpacked, its headers, its cookies decoded."""

import base64
import binascii
import gzip
import html
import json
import re
import zlib
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

# What differs from one request to the next by chance: CSRF tokens, the keys of a new form and of its draft.
RANDOM = re.compile(
    rb'(name="(?:csrfmiddlewaretoken|form_key|key|kept_form)" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;'
    rb'|data-draft="/account/kept/)[\w-]+'
)


def content_of(response) -> bytes:
    """The bytes of an answer; a download is read to its end, which closes its file."""
    return b"".join(response) if response.streaming else response.content


def unpacked(content: bytes) -> bytes:
    """The parts of a workbook or a Word file one after the other, names and bytes; other content as it is."""
    if content.startswith(b"PK\x03\x04"):
        with ZipFile(BytesIO(content)) as file:
            return b"\n".join(name.encode() + b"\n" + unpacked(file.read(name)) for name in sorted(file.namelist()))
    if content.startswith(b"\x1f\x8b"):
        return unpacked(gzip.decompress(content))
    return content


def words_of(response, client=None) -> str:
    """All text of an answer in one string: body, headers, cookies, and what the session keeps for the next page."""
    text = unpacked(content_of(response)).decode("utf-8", "replace")
    # iCalendar folds lines after 75 octets (RFC 5545, section 3.1); Atom is XML and needs nothing more.
    text = re.sub(r"\r?\n[ \t]", "", text) if "calendar" in response.get("Content-Type", "") else text
    said = [html.unescape(text), str(response.status_code)]
    said += [f"{name}: {unquote(value)}" for name, value in response.items()]
    said += [decoded(morsel.value) for morsel in response.cookies.values()]
    if client is not None and client.cookies.get("sessionid"):
        said.append(json.dumps(dict(client.session.items()), default=str))
    return "\n".join(said)


def decoded(cookie: str) -> str:
    """A cookie as it is, and each of its parts with Base64 and zlib undone, as Django signs and packs them."""
    cookie = unquote(cookie).strip('"')
    said = [cookie]
    for part in cookie.split(":"):
        packed = part.removeprefix(".")
        try:
            content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            said.append((zlib.decompress(content) if part.startswith(".") else content).decode("utf-8", "replace"))
        except (binascii.Error, zlib.error):
            continue
    return "\n".join(said)


def bytes_of(response) -> tuple[int, dict[str, str], bytes]:
    """An answer to compare with another: status, headers, the bytes of all parts; chance and the second are masked."""
    headers = {name: value for name, value in response.items() if name != "Expires"}
    headers |= {f"Set-Cookie {name}": "" for name in response.cookies if name != "csrftoken"}
    return response.status_code, headers, RANDOM.sub(rb"\1*", unpacked(content_of(response)))
