"""The levels in words: what each is called, and who reads it. Pure words, which the reader of files knows too."""

from django.utils.translation import gettext_lazy as _

NAMES = {"low": _("low"), "moderate": _("moderate"), "high": _("high")}

READERS = {
    "low": _("members of the cluster, its coordinators and the HRE task team"),
    "moderate": _("coordinators of the cluster and the HRE task team"),
    "high": _("coordinators of the cluster and the focal points of the HRE task team, nobody else"),
}
"""Who can read an engagement, by level, in words; the rule itself is `EngagementQuerySet.visible_to`."""
