"""What may stand in a free text."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.signs import date_format

# Control characters but tab and line ends, lone surrogates, non-characters, and the mark that a decoder leaves
# where bytes were no UTF-8: none can be typed, some cannot be stored or exported.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")

NARRATIVE_MAX = 10_000
"""Characters in one narrative column: about four pages, and always within one Excel cell."""

CONTRIBUTION_MAX = 60_000
"""Characters in the text of a contribution: about 9,000 words, twice what the longest known limit allows."""

RECEIPT_MAX = 500
"""Characters in a narrative column of actions 9 and 10, which hold receipts and no content."""


def fits_a_column(text: str) -> None:
    """Raise ValidationError for a narrative longer than NARRATIVE_MAX characters, saying how much to cut."""
    if len(text) > NARRATIVE_MAX:
        raise ValidationError(
            _("At most %(max)d characters fit; shorten this by %(over)d."),
            code="max_length",
            params={"max": NARRATIVE_MAX, "over": len(text) - NARRATIVE_MAX},
        )


def fits_a_contribution(text: str) -> None:
    """Raise ValidationError for a contribution longer than CONTRIBUTION_MAX characters, saying how much to cut."""
    if len(text) > CONTRIBUTION_MAX:
        raise ValidationError(
            _("A contribution here has at most %(max)d characters, about 9,000 words; shorten this by %(over)d."),
            code="max_length",
            params={"max": CONTRIBUTION_MAX, "over": len(text) - CONTRIBUTION_MAX},
        )


def is_readable(text: str) -> None:
    """Raise ValidationError for characters that nobody types and that files cannot hold."""
    if _UNREADABLE.search(text):
        raise ValidationError(
            _("This text has characters that cannot be read; copy it again as plain text."), code="unreadable"
        )


def said_of_removal(day: date) -> str:
    """What stands in the place of a text that `retention` has removed."""
    return gettext("Text removed on %(day)s: text of level high is kept for a limited time.") % {
        "day": date_format(day)
    }


def beginning(text: str, limit: int) -> str:
    """The beginning of a narrative for a list: one run of text of at most `limit` characters, cut between words."""
    run = " ".join(text.split())
    return run if len(run) <= limit else run[: limit - 1].rsplit(" ", 1)[0] + "…"


def word_count(text: str) -> int:
    """Words as word processors count them for a limit: what stands between spaces or line ends, in any script."""
    return len(text.split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: a blank line stands between two of them. Single line ends stay inside."""
    return [part.strip() for part in re.split(r"\n[^\S\n]*\n", text) if part.strip()]
