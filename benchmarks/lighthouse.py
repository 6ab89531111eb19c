"""`make lighthouse`: Google's Lighthouse over the ten main pages, on a phone, as the coordinator sees them.

Prints performance and accessibility of each page (0 to 100), and with which it was measured: Lighthouse's own settings,
a slow phone on a slow 4G line. Needs Node.js (npx, which takes Lighthouse by name) and Chromium; SQLite with 1,000
engagements behind gunicorn with the settings of production. Asserts nothing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import pages
from .databases import sqlite
from .jobs import run
from .serving import serving

VERSION = "12"
KINDS = ("performance", "accessibility")
QUIET = "--headless=new --no-sandbox --disable-gpu"


def main() -> None:
    chromium, npx = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("npx")
    if not (chromium and npx):
        sys.exit("Lighthouse needs Chromium and Node.js: apt-get install chromium nodejs npm")
    with tempfile.TemporaryDirectory(prefix="engagement-bench-") as name:
        folder = Path(name)
        there = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_STATIC_ROOT": str(folder / "static")}
        there |= {"DATABASE_URL": sqlite(folder)("few")}
        run("collect", there)
        session = run("prepare", there, count=1_000)["coordinator"]
        with serving(there) as port:
            print(f"{'':28}" + "".join(f"{kind:>16}" for kind in KINDS))
            for page in pages.WEIGHED:
                report = look(npx, chromium, f"http://127.0.0.1:{port}{page}", session)
                if "runtimeError" in report:
                    sys.exit(f"{page}: {report['runtimeError']['message']}")
                scores = [round(100 * report["categories"][kind]["score"]) for kind in KINDS]
                print(f"{page:28}" + "".join(f"{score:16}" for score in scores), flush=True)
            print(
                f"Lighthouse {report['lighthouseVersion']}, {report['configSettings']['throttlingMethod']} throttling"
            )


def look(npx: str, chromium: str, address: str, session: str) -> dict:
    """Lighthouse's report on one page."""
    command = [
        *(npx, "--yes", f"lighthouse@{VERSION}", address, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(KINDS)}", f"--chrome-flags={QUIET}"),
        f"--extra-headers={json.dumps({'Cookie': f'sessionid={session}'})}",
    ]
    environment = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
