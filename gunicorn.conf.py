"""What gunicorn reads where it is started: the rest is said on its command line."""

import gc
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parent))

from config.logs import Discreet, page_at


class DiscreetLogger(Logger):
    """Lines about pages without what was searched for, and about errors without what was sent (`config.logs`)."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log, line in ((self.error_log, "%(asctime)s [%(process)d] [%(levelname)s] "), (self.access_log, "")):
            for handler in log.handlers:
                handler.setFormatter(Discreet(f"{line}%(message)s"))

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Of gunicorn's atoms those that nobody can type into, and the page as `U`."""
        atoms = super().atoms(resp, req, environ, request_time)
        return {name: atoms[name] for name in "htmsBM"} | {"U": page_at(environ.get("PATH_INFO") or "")}


logger_class = DiscreetLogger
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'  # written with --access-logfile


def post_worker_init(worker: Any) -> None:
    """Spare the collector what lives as long as the worker.

    It would look at some 300,000 objects of Django's again and again: every twentieth page or so took 40 ms longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
