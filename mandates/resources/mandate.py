"""Mandates, those who hold them, and sessions, as files have them."""

from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Mandate, MandateHolder, Session
from .base import Line, ReferenceResource, settle_range
from .columns import (
    ChoiceWidget,
    Column,
    IdWidget,
    NameWidget,
    NumberWidget,
    PeriodColumn,
    TextWidget,
    YesNoWidget,
    source_columns,
)
from .lookups import folded


class MandateResource(ReferenceResource):
    """Mandates, known by their slug. Aliases are kept on the page of a mandate."""

    slug = Column("slug", TextWidget(), required=True, example="sr-torture")
    title = Column("title", TextWidget(), required=True, example="Special Rapporteur on torture")
    title_fr = Column("title_fr", TextWidget(), example="Rapporteur spécial sur la torture")
    title_es = Column("title_es", TextWidget(), example="Relator Especial sobre la tortura")
    title_ar = Column("title_ar", TextWidget(), example="المقرر الخاص المعني بمسألة التعذيب")
    titles_source = Column("titles_source", TextWidget(), example="A/HRC/RES/52/7")
    acronym = Column("acronym", TextWidget(), required=True, example="SR torture")
    kind = Column("kind", ChoiceWidget(Mandate.Kind), required=True, example="thematic")
    holder_type = Column("holder_type", ChoiceWidget(Mandate.HolderType), required=True, example="special_rapporteur")
    country = Column("country", NameWidget("countries"), example="SSD")
    established = PeriodColumn("established_on", "established_precision", required=True, example="1985")
    ended = PeriodColumn("ended_on", "ended_precision", is_end=True, example="2026-10")
    successor = Column("successor", NameWidget("mandates"), example="sr-poverty")
    has_started = Column("has_started", YesNoWidget(), default=True, example="yes")
    acts_on_communications = Column("acts_on_communications", YesNoWidget(), required=True, example="yes")
    acts_on_communications_verified = Column(
        "acts_on_communications_verified", YesNoWidget(), default=False, example="no"
    )
    established_by = Column("established_by", TextWidget(), required=True, example="E/CN.4/RES/1985/33")
    renewed_by = Column("renewed_by", TextWidget(), example="A/HRC/RES/52/7")
    ohchr_page = Column("ohchr_page", TextWidget(), example="https://www.ohchr.org/en/special-procedures/sr-torture")
    source, source_url, checked_on = source_columns()

    key = ("slug",)

    class Meta:
        model = Mandate

    def rows(self, found: Any) -> Any:
        return found.select_related("country", "successor")

    def settle(self, instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
        """A title, short form or slug that names another mandate would make files ambiguous."""
        for name in sorted(changed & {"slug", "title", "acronym"}):
            named = self.lookups.mandates.by_name.get(folded(line.values[name]), {})
            others = [row.slug for row in named.values() if row.slug != instance.slug]
            if others:
                line.add_fault(name, _("This names another mandate already: %(slug)s.") % {"slug": others[0]})

    def save_instance(self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """Let the rows below name this mandate, in a dry run too."""
        super().save_instance(instance, is_create, row, **kwargs)
        self.lookups.mandates.add(instance, [instance.acronym, *instance.every_title])


class HolderResource(ReferenceResource):
    """Mandate holders, known by id, or by mandate, name and first day."""

    id = Column("pk", IdWidget(), example="12")
    mandate = Column("mandate", NameWidget("mandates"), required=True, example="sr-torture")
    name = Column("name", TextWidget(), required=True, example="A. Name")
    started = PeriodColumn("started_on", "started_precision", example="2026-05")
    ended = PeriodColumn("ended_on", "ended_precision", is_end=True, example="2032-04")
    source = Column("source", TextWidget(lines=True), required=True, example="A/HRC/DEC/61/101")

    key = ("mandate", "name", "started")
    unknown_id = gettext_lazy("No mandate holder has this id; leave it empty to add a new entry.")

    class Meta:
        model = MandateHolder

    def rows(self, found: Any) -> Any:
        return found.select_related("mandate")


class SessionResource(ReferenceResource):
    """Sessions of the Council and the Assembly, known by body and number."""

    body = Column("body", ChoiceWidget(Session.Body), required=True, example="HRC")
    number = Column("number", NumberWidget(), required=True, example="61")
    starts = PeriodColumn("starts_on", "precision", required=True, example="2026-02-23")
    ends = PeriodColumn("ends_on", "precision", is_end=True, required=True, example="2026-04-02")
    source = Column("source", TextWidget(), required=True, example="A/HRC/DEC/60/101")

    key = ("body", "number")

    class Meta:
        model = Session

    def settle(self, instance: Any, line: Line, current: dict[str, Any], changed: set[str]) -> None:
        settle_range(instance, line, current, changed)

    def keys_of(self, values: dict[str, Any]) -> list[Hashable]:
        return [(values["body"], values["number"])]
