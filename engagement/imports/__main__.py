"""The child that reads one file (see `child.py`): limits first, then as little of Django as translations need."""

import contextlib
import json
import sys
import traceback
from pathlib import Path

from django.apps import apps
from django.conf import settings

from .table import Refused

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("en", "fr", "es", "ar")


def limit(memory: int, processor_seconds: int) -> None:
    """Give up all but these bytes of memory and seconds of processor time; no files, no core dumps."""
    with contextlib.suppress(ImportError):  # Windows has no such limits; there the clock has to do
        import resource

        for what, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, processor_seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer the question on standard input."""
    question = json.loads(sys.stdin.buffer.readline())
    limit(question["memory"], question["processor_seconds"])
    data = sys.stdin.buffer.read()
    settings.configure(
        USE_I18N=True, LANGUAGES=[(code, code) for code in LANGUAGES], LOCALE_PATHS=[BASE_DIR / "locale"]
    )
    apps.populate(())
    from django.utils import translation

    from .packing import pack
    from .reading import read

    with translation.override(question["language"]):
        try:
            answer = json.dumps(pack(read(data, question["name"])), ensure_ascii=False).encode()
        except Refused as refused:
            answer = json.dumps({"refused": str(refused)}).encode()
        except Exception as error:
            # Where it happened and what it is; its message may quote the file.
            frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            answer = json.dumps({"failed": f"{type(error).__name__} in {' > '.join(frames)}"}).encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
