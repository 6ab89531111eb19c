"""What logs and error mails may say: which page was asked for and how that ended. Nothing that anybody typed, no key.

What other people's code writes is not trusted: an address has what was searched for in it, a message of an error the
value that was wrong. So a line names the page by its pattern, and an error by its class and where it was raised.
"""

import logging
import secrets
import traceback
from copy import copy
from typing import Any

from django.conf import settings
from django.core.mail import mail_admins
from django.urls import Resolver404, resolve

OWN = ("engagement", "mandates", "config")
"""Our own loggers, and gunicorn's lines about pages, which `gunicorn.conf.py` words: they say what they mean to."""


def page_at(path: str) -> str:
    """The page at a path, as its pattern: "/engagement/<uuid:pk>/edit/"; whatever else a path can hold stays out."""
    if path.startswith(settings.STATIC_URL):
        return settings.STATIC_URL
    try:
        return f"/{resolve(path).route}"
    except Resolver404:
        return "(no page)"


class Discreet(logging.Formatter):
    """A line of the log. `mark` is what the mail about the same error names (`ErrorMail`)."""

    def format(self, record: logging.LogRecord) -> str:
        shown = copy(record)
        shown.msg, shown.args = _said(record), ()
        shown.exc_text = shown.stack_info = None  # another formatter may have left the whole of it
        return super().format(shown)

    def formatException(self, ei: Any) -> str:
        """Where it was raised and of which class, for each error of the chain, the first one first; no messages."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines[:0] = [*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()


class ErrorMail(logging.Handler):
    """Tells the `ADMINS` that a page broke: the class of the error, the page, and the mark of the line in the log."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0] if record.exc_info else None
        name = error.__qualname__ if error else record.name
        mail_admins(
            f"{name}, {_page_of(record)}",
            f"{name}\n{_page_of(record)}\n\nThe log has the place in the code, under the mark {_mark(record)}.\n",
            fail_silently=True,
        )


def _said(record: logging.LogRecord) -> str:
    """The message of a record, as far as it can be shown."""
    is_start = record.name == "gunicorn.error" and record.levelno == logging.INFO
    if record.name.partition(".")[0] in OWN or record.name == "gunicorn.access" or is_start:
        return record.getMessage()
    if hasattr(record, "status_code"):
        said = f"{record.status_code} {_page_of(record)}"
    elif record.args:
        said = str(record.msg)  # the sentence without what it is about
    else:
        said = f"in {record.module}.{record.funcName}, line {record.lineno}"
    return f"{said} [{_mark(record)}]" if record.levelno >= logging.ERROR else said


def _page_of(record: logging.LogRecord) -> str:
    request: Any = getattr(record, "request", None)
    return f"{request.method} {page_at(request.path)}" if hasattr(request, "path") else "(no page)"


def _mark(record: logging.LogRecord) -> str:
    return record.__dict__.setdefault("mark", secrets.token_hex(4))
