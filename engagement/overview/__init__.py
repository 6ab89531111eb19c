"""The overview: numbers of a period, each with the address of the list that it counts.

`reading.py` asks the database, through the gate; all else in here only puts together what it got.
"""

from .cells import Log
from .needs import read_needs
from .reading import read_numbers, read_silence, read_silent
from .silence import SILENT_AFTER

__all__ = ["SILENT_AFTER", "Log", "read_needs", "read_numbers", "read_silence", "read_silent"]
