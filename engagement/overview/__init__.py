"""The overview: numbers of a period, each with the address of the list that it counts.

The view asks the database, through the gate; what is in here only puts together what it got.
"""

from .cells import Cell, Log
from .mandates import MandateLine, Untouched, most_engaged, untouched
from .matrix import Matrix, matrix_of
from .outcomes import outcomes_of
from .silence import SILENT_AFTER, Silent, silent_clusters
from .trend import Trend, trend_of

__all__ = [
    "SILENT_AFTER",
    "Cell",
    "Log",
    "MandateLine",
    "Matrix",
    "Silent",
    "Trend",
    "Untouched",
    "matrix_of",
    "most_engaged",
    "outcomes_of",
    "silent_clusters",
    "trend_of",
    "untouched",
]
