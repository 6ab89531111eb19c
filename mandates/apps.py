from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MandatesConfig(AppConfig):
    """The UN side: mandates, country visits, calls for input, reports. Knows nothing of clusters."""

    name = "mandates"
    verbose_name = _("Special Procedures")

    def ready(self) -> None:
        from . import changes

        changes.connect()
