"""Recommendations, as files of the task team have them; those of the Index come in by `mandates.uhri`."""

from collections.abc import Hashable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy

from config.spreadsheets import Table, text_of

from ..models import Recommendation
from .base import folded_value
from .columns import ChoiceWidget, Column, DayWidget, IdWidget, NamesColumn, NameWidget, TextWidget, source_columns
from .dossiers import DossierResource


class KeyColumn(Column):
    """A key of another system, or none."""

    def put(self, instance: Any, value: Any) -> None:
        super().put(instance, value or None)


class RecommendationResource(DossierResource):
    """Recommendations, known by their key in the Index, else by document, paragraph and text."""

    id = Column("pk", IdWidget())
    annotation_id = KeyColumn("annotation_id", IdWidget())
    symbol = Column("symbol", TextWidget(), example="A/HRC/61/45/Add.1")
    paragraph = Column("paragraph", TextWidget(), example="71 (a)")
    text = Column(
        "text", TextWidget(lines=True), required=True, example="Ensure that displaced persons obtain civil documents."
    )
    kind = Column("kind", ChoiceWidget(Recommendation.Kind), default=Recommendation.Kind.RECOMMENDATION)
    addressee = Column("addressee", TextWidget(), example="The Government of South Sudan")
    countries = NamesColumn("countries", "countries", example="SSD; Uganda")
    mandates = NamesColumn("mandates", "mandates", example="SR IDPs")
    themes = NamesColumn("themes", "themes", example="Right to adequate housing; Land & property rights")
    affected_persons = Column("affected_persons", TextWidget(lines=True), example="Internally displaced persons")
    sdgs = Column("sdgs", TextWidget(lines=True), example="16.9 - Provide universal legal identity")
    published = Column("published_on", DayWidget(), required=True, example="2026-03-02")
    report = Column("report", NameWidget("reports"), example="A/HRC/61/45/Add.1")
    visit = Column("visit", NameWidget("visits"))
    note = Column("note", TextWidget(lines=True))
    withdrawn_on = Column("withdrawn_on", DayWidget())
    source, source_url, checked_on = source_columns()

    key = ("annotation_id", "symbol", "paragraph", "text")
    key_optional = ("annotation_id", "symbol", "paragraph")
    called = {
        "annotation_id": ("ohchr annotation id", "annotation id"),
        "symbol": ("document", "cote", "signatura"),
        "mandates": ("mandate", "mandat", "mandato"),
        "countries": ("country", "countries concerned", "state"),
        "published": ("document publication date", "publication date", "date"),
        "kind": ("type",),
    }
    unknown_id = gettext_lazy("No recommendation has this id; leave it empty to add a new entry.")

    class Meta:
        model = Recommendation

    def rows(self, found: Any) -> Any:
        return super().rows(found).prefetch_related("themes").select_related("report", "visit")

    def concerned(self, table: Table) -> QuerySet:
        """Those that the table names: there may be hundreds of thousands of others."""

        def cells(title: str) -> Iterator[str]:
            if title in table.titles:
                place = table.titles.index(title)
                yield from (text for row in table.rows if (text := text_of(row.cells[place])))

        named = Q(pk__in=_keys(cells("id"))) | Q(annotation_id__in=_keys(cells("annotation_id")))
        documents = Q(upper_symbol__in=[symbol.upper() for symbol in cells("symbol")])
        said = [self.fields["text"].widget.clean(text) for text in cells("text")]
        rows = Recommendation.objects.annotate(upper_symbol=Upper("symbol"))
        return rows.filter(named | documents | Q(symbol="", text__in=said))

    def keys_of(self, values: dict[str, Any]) -> list[Hashable]:
        own = tuple(folded_value(values.get(name) or "") for name in ("symbol", "paragraph", "text"))
        return [("key", values["annotation_id"]), own] if values.get("annotation_id") else [own]

    def day_of(self, instance: Recommendation) -> date | None:
        return instance.published_on


def _keys(cells: Iterator[str]) -> list[UUID]:
    found = []
    for text in cells:
        try:
            found.append(UUID(text))
        except ValueError:
            continue  # a fault of its row
    return found
