"""Dates in Arabic as UN documents write them, with the digits that they use: 5 تشرين الأول/أكتوبر 2026.

A day begins with a right-to-left mark (U+200F): behind a name in Latin letters its number would else be drawn on the
other side of that name. Weeks begin on Saturday, as CLDR has it for Arabic.
"""

DATE_FORMAT = "\u200fj F Y"
DATETIME_FORMAT = "\u200fj F Y، H:i"
TIME_FORMAT = "H:i"
SHORT_DATETIME_FORMAT = "\u200fd\u200f/m\u200f/Y، H:i"
MONTH_DAY_FORMAT = "\u200fj F"
FIRST_DAY_OF_WEEK = 6
