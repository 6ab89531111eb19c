"""Invented people, engagements and upcoming items for a first look; only ever loaded with DEBUG.

The files in `fixtures/demo/` give days relative to the day of loading (columns ending in `_in`), since the real
reference data ends in the past. Keys make fixed identifiers, so that a second run adds nothing.
"""

from .loader import PASSWORD, DemoLoader

__all__ = ["PASSWORD", "DemoLoader"]
