"""Reading in a process of its own, which has little memory and time and neither secrets nor a database.

`read_in_child` asks; `python -m engagement.imports` (`__main__.py`) answers. The question is a line of JSON and then
the file, the answer JSON: nothing that a parser was led to make can become code here, as a pickle could.
"""

import json
import logging
import os
import subprocess
import sys

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.limits import MAX_BYTES
from config.spreadsheets import too_large

from .packing import unpack
from .table import ReadFile, Refused

MEMORY = 600_000_000
"""Bytes of address space; the heaviest files within the limits take up to 230 million."""

PROCESSOR_SECONDS = 30
SECONDS = 60
"""By the clock: on a busy machine a child waits for its turn."""

_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
log = logging.getLogger(__name__)


def read_in_child(data: bytes, name: str) -> ReadFile:
    """`reading.read` in a child: the same answers, in the active language, and this process keeps its memory.

    Takes about half a second more. Raises Refused, also when the child ran out of memory or time.
    """
    if len(data) > MAX_BYTES:
        raise Refused(str(too_large()))
    question = {
        "name": name,
        "language": get_language() or settings.LANGUAGE_CODE,
        "memory": MEMORY,
        "processor_seconds": PROCESSOR_SECONDS,
    }
    try:
        answer = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "engagement.imports"],
            input=json.dumps(question).encode() + b"\n" + data,
            capture_output=True,
            timeout=SECONDS,
            cwd=settings.BASE_DIR,
            env={variable: os.environ[variable] for variable in _PASSED_ON if variable in os.environ},
            check=False,
        )
        said = json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # The error itself may quote the file.
        said = {"failed": type(error).__name__}
    if "refused" in said:
        raise Refused(said["refused"])
    if "failed" in said:
        log.error("a file could not be read: %s", said["failed"])
        raise Refused(
            _("Reading this file takes too much memory or time: copy the table into a new file, and hand in that one.")
        )
    return unpack(said)
