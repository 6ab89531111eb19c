from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    """The clusters' side: people, clusters, the twelve actions and the log of engagements."""

    name = "engagement"
    verbose_name = _("Cluster engagement")
