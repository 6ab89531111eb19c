"""What the record of roles and accounts says, in sentences. The record itself keeps keys, so that it can be counted."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import AuditEvent, Cluster, Membership, User

NAMES: dict[str, Any] = {
    **dict(Membership.Role.choices),
    **dict(User.TaskTeam.choices),
    "administrator": gettext_lazy("administrator"),
    "active": gettext_lazy("in use"),
    "inactive": gettext_lazy("switched off"),
}
DONE: dict[str, Any] = {
    "added": gettext_lazy("second factor added"),
    "renewed": gettext_lazy("recovery codes renewed"),
    "removed": gettext_lazy("second factor removed"),
}


class Line(NamedTuple):
    """One event for a list: whom it is about, where (a cluster's name, or ""), what was done, the event itself."""

    whom: str
    where: str
    what: str
    event: AuditEvent


def lines_of(events: Iterable[AuditEvent]) -> list[Line]:
    """`events` of roles, factors and addresses, in sentences of the active language. One query, for the clusters."""
    events = list(events)
    rows = Cluster.objects.filter(pk__in={event.cluster_id for event in events})
    names: dict[Any, str] = dict(rows.values_list("pk", "name"))
    return [line_of(event, names.get(event.cluster_id, "")) for event in events]


def line_of(event: AuditEvent, where: str) -> Line:
    """One event in a sentence; `where` is the name of its cluster, "" where the page says it."""
    words = event.detail
    if "cluster_name" in words:
        above = {"was": words["from"], "now": words["to"]}
        said = _("part of %(now)s now") if words["to"] else _("no longer part of %(was)s")
        return Line(words["cluster_name"], where if where != words["cluster_name"] else "", said % above, event)
    return Line(words.get("person", ""), where, _what(event.kind, words), event)


def _what(kind: str, words: dict[str, Any]) -> str:
    if kind == AuditEvent.Kind.ADDRESS:
        return _("signs in with another address")
    if kind == AuditEvent.Kind.FACTOR:
        return str(DONE[words["what"]])
    names = {"was": NAMES.get(words["from"], words["from"]), "now": NAMES.get(words["to"], words["to"])}
    if not words["to"]:
        return _("no longer %(was)s") % names
    return (_("%(now)s instead of %(was)s") if words["from"] else _("now %(now)s")) % names
