"""ReferenceChange, written by whatever changes a visit, a call, a report or a mandate.

`TrackedModel.save` and the signals connected here do the writing, so that pages, admin, commands and imports
need no call of their own; bulk writes, which would pass both by, are refused by `TrackedQuerySet`. Who did it
stands in a context variable:

    with attributed_to("hrett@example.org", source="https://…"):
        visit.save()
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, pre_delete

LINKS = frozenset(("visit_id", "report_id", "merged_into_id"))
"""Columns that name another entry. No calendar and no mail tells of them, nor counts them: an entry that comes to name
a visit which is not confirmed would tell everybody that there is one."""

_attribution: ContextVar[tuple[str, str]] = ContextVar("attribution", default=("", ""))


@contextmanager
def attributed_to(by: str, *, source: str = "") -> Iterator[None]:
    """Name `by` (a plain value: an e-mail address or a command's name) and `source` in all changes made inside."""
    token = _attribution.set((by, source))
    try:
        yield
    finally:
        _attribution.reset(token)


def record(subject: models.Model, kind: str, changes: dict[str, list[Any]]) -> None:
    """Write one ReferenceChange about `subject`; `changes` maps a field to [before, after]."""
    from .models import ReferenceChange

    by, source = _attribution.get()
    label = str(subject)[:300]
    about = {"subject_type": subject._meta.model_name or "", "subject_id": str(subject.pk)}
    if kind != ReferenceChange.Kind.CREATED:
        # A visit is named after its countries and mandates, which join it after it is created.
        ReferenceChange.objects.filter(**about).exclude(label=label).update(label=label)
    ReferenceChange.objects.create(
        **about,
        label=label,
        kind=kind,
        changes={field: [plain(value) for value in pair] for field, pair in changes.items()},
        changed_by=by,
        source=source[:500],
    )


def plain(value: Any) -> Any:
    """`value` as JSON can hold it; days and moments in ISO 8601."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def connect() -> None:
    """Follow what no save sees: rows removed, and countries and mandates added with `add` and `set`."""
    from . import models as m

    for part in (m.VisitEvent, m.MandateHolder, m.MandateAlias, *m.PLACES_OF_MANDATES_AND_COUNTRIES):
        post_delete.connect(_part_removed, sender=part, dispatch_uid=f"removed-{part.__name__}")
    for through in m.PLACES_OF_MANDATES_AND_COUNTRIES:
        m2m_changed.connect(_several_added, sender=through, dispatch_uid=f"several-{through.__name__}")
    for subject in (m.CountryVisit, m.CallForInput, m.Report, m.Recommendation, m.Mandate, m.Session, m.Country):
        # Before, since a visit is named after the countries and mandates that go with it.
        pre_delete.connect(_subject_removed, sender=subject, dispatch_uid=f"removed-{subject.__name__}")


def _part_removed(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    # A dossier that is itself being deleted takes its parts along; its own removal is recorded once.
    # `origin` is the row or the queryset on which `delete` was called.
    if getattr(origin, "model", type(origin)) is sender:
        record(instance.dossier, "changed", instance.told_of(lambda value: [value, None]))


def _several_added(sender: Any, instance: Any, action: str, model: Any, pk_set: Any, **kwargs: Any) -> None:
    if action == "post_add" and pk_set:
        names = sorted(str(row) for row in model.objects.filter(pk__in=pk_set))
        record(instance, "changed", {sender._meta.model_name: [None, ", ".join(names)]})


def _subject_removed(sender: Any, instance: Any, **kwargs: Any) -> None:
    record(instance, "removed", {})
