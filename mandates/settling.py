"""What a person says on the preview of an import: which column a title means, whose name an unknown one is."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from config.signs import labelled
from config.spreadsheets import Table

from .imports import Upload
from .models import Mandate
from .resources import Outcome, ReferenceResource
from .resources.lookups import Index, Lookups, folded
from .resources.titles import LEFT_OUT, unknown_titles

MOST = 20
"""Names that are asked about at once; the others come once these are matched."""

MAX_NAME = 300
"""Characters of a name that can be kept."""


class SettleForm(forms.Form):
    """A choice for each title that is not known, and for each name of a mandate that is not. None must be made.

    Built for the outcome of a preview with `offer`; when it comes back it holds what the page asked, and only that.
    """

    def __init__(self, data: Any = None, *, upload: Upload, resource: type[ReferenceResource], may_match: bool) -> None:
        super().__init__(data)
        self.upload, self.resource, self.may_match = upload, resource, may_match
        self.titles: dict[str, str] = {}
        self.names: dict[str, str] = {}
        if data is not None:
            self.titles = self._asked(data, "title")
            self.names = self._asked(data, "name") if may_match else {}
            self._add_fields()

    def offer(self, table: Table, outcome: Outcome) -> None:
        """Ask what this preview leaves open, and once more what was said of titles: it may have been a mistake."""
        titles = dict.fromkeys((*self.upload.columns, *unknown_titles(table, self.resource)))
        self.titles = {f"title-{n}": title for n, title in enumerate(titles)}
        names = [name for name in outcome.unmatched if len(name) <= MAX_NAME][:MOST] if self.may_match else []
        self.names = {f"name-{n}": name for n, name in enumerate(names)}
        self._add_fields()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """(name of the hidden field, what it is about) of each question."""
        return [(f"{key}-of", text) for key, text in (*self.titles.items(), *self.names.items())]

    @property
    def columns(self) -> dict[str, str]:
        """{title: column or LEFT_OUT} that was said."""
        return {title: self.cleaned_data[key] for key, title in self.titles.items() if self.cleaned_data.get(key)}

    @property
    def matched(self) -> dict[str, Mandate]:
        """{name: mandate} that was said."""
        said = {name: self.cleaned_data[key] for key, name in self.names.items() if self.cleaned_data.get(key)}
        return {name: self.mandates.by_main[folded(slug)] for name, slug in said.items()}

    @cached_property
    def mandates(self) -> Any:
        """All mandates by their names."""
        return Lookups().mandates

    def _asked(self, data: Any, what: str) -> dict[str, str]:
        asked = ((f"{what}-{n}", data.get(f"{what}-{n}-of", "").strip()) for n in range(100))
        return {key: text for key, text in asked if text and len(text) <= MAX_NAME}

    def _add_fields(self) -> None:
        columns = [("", _("Choose")), (LEFT_OUT, _("Leave this column out")), *((n, n) for n in self.resource.fields)]
        for key, title in self.titles.items():
            said = self.upload.columns.get(title, "")
            self.fields[key] = forms.ChoiceField(label=title, choices=columns, required=False, initial=said)
        self.fields |= {
            key: forms.ChoiceField(label=name, choices=choices_for(name, self.mandates), required=False)
            for key, name in self.names.items()
        }


def choices_for(name: str, mandates: Index) -> list[Any]:
    """All mandates to choose from, those before the others whose names are most like `name`."""
    rows = sorted(mandates.by_main.values(), key=lambda row: row.acronym.casefold())
    choices = [("", _("Choose a mandate")), *((row.slug, labelled(row.acronym, row.name)) for row in rows)]
    near = mandates.by_name.get(folded(mandates.nearest(folded(name))), {})
    likely = [(row.slug, labelled(row.acronym, row.name)) for row in near.values()]
    return [choices[0], (_("Most like it"), likely), (_("All mandates"), choices[1:])] if likely else choices


def may_match(request: HttpRequest) -> bool:
    """Whether this person may give mandates further names."""
    user: Any = request.user
    return user.has_perm("mandates.add_mandatealias")
