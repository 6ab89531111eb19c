from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    """The clusters' side: people, clusters, the twelve actions and the log of engagements."""

    name = "engagement"
    verbose_name = _("Cluster engagement")

    def ready(self) -> None:
        from . import factors  # noqa: F401 — connects its receivers

        post_migrate.connect(write_the_twelve_actions, sender=self)
        post_migrate.connect(create_cache_table, sender=self)
        from . import sessions

        user_logged_in.connect(sessions.begin)
        user_logged_out.connect(sessions.end)


def create_cache_table(using: str, **kwargs: Any) -> None:
    """Have the table that counts tries to sign in, where the cache is one of the database; nothing if it is there."""
    call_command("createcachetable", database=using, verbosity=0)


def write_the_twelve_actions(using: str, apps: Any = installed, **kwargs: Any) -> None:
    """Keep the rows of `Action` as `actions.WORDINGS` has them, after each migrate and each flush."""
    from .actions import WORDINGS, action_id

    try:
        actions = apps.get_model("engagement", "Action").objects.using(using)
    except LookupError:  # migrated back to nothing
        return
    for number, wording in WORDINGS.items():
        fixed = {"number": number, "group": wording.group.value, "time_frame": wording.time_frame.value}
        actions.update_or_create(id=action_id(number), defaults=fixed)
