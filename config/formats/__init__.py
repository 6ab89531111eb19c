"""Dates as each language writes them, where Django writes them otherwise.

The names of months are Django's, but for Arabic: UN documents name each month twice (كانون الثاني/يناير), as the east
and the west of the Arab world call it. The catalogue does so, for the words below.
"""

from django.utils.translation import gettext_noop as _

MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip
