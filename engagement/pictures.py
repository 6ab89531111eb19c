"""The pictures of the pages of help: which there are in which language, and how large they are shown.

`make screenshots` takes them and writes `static/help/sizes.json`. A language without a picture shows the English one.
"""

import json
from functools import cache
from typing import NamedTuple

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "help"


class Picture(NamedTuple):
    """A file below `static/`, and its size on the page in CSS pixels."""

    path: str
    width: int
    height: int


@cache
def _sizes() -> dict[str, list[int]]:
    """[width, height] by "language/name"; read once, since the files change with the program only."""
    found: dict[str, list[int]] = json.loads((FOLDER / "sizes.json").read_text())
    return found


def picture_of(name: str, language: str) -> Picture | None:
    """The picture of that name in `language`, else in English; None where there is neither."""
    for code in (language, "en"):
        if size := _sizes().get(f"{code}/{name}"):
            width, height = size
            return Picture(f"help/{code}/{name}.jpg", width, height)
    return None
