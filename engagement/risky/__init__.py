"""Finds in free text what could lead to a person: pure functions over strings, in English, French, Spanish, Arabic.

    findings(text, region) → Finding(start, end, kind), …      kind.hard: refused at level high
    check_row(texts, level, region) → Fault(field, finding, is_refused), …

The rules are tried on labelled sentences in `tests/engagement/risky_text/`; `python -m benchmarks.risky_text` prints
how many they find and how often they err, by language.
"""

from .checking import Fault, check_row, findings
from .finding import HARD, Finding, Kind

__all__ = ["HARD", "Fault", "Finding", "Kind", "check_row", "findings"]
