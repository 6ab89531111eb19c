"""The page of the administration where small files of the Index come in, and names are matched."""

from hashlib import blake2b
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from config.limits import MAX_BYTES, MAX_UNPACKED
from config.packages import UnreadableFile
from config.spreadsheets import too_large

from ..models import Mandate
from ..resources.lookups import Lookups, folded
from ..settling import MAX_NAME, MOST, choices_for, may_match
from .matching import match_bodies, unmatched_bodies
from .reading import records_in
from .writing import Outcome, bring_in


class FileForm(forms.Form):
    """An export of the Index, or a part of one."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json"}),
        error_messages={"empty": gettext_lazy("The file is empty."), "required": gettext_lazy("Choose a file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(str(too_large()))
        return file


class MatchForm(forms.Form):
    """For each name that no mandate has yet, most frequent first, a choice of mandates; none must be made.

    It shows `MOST` at a time: the others come once these are matched.
    """

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.mandates = Lookups().mandates
        waiting = [one for one in unmatched_bodies() if len(one.name) <= MAX_NAME]
        self.left = max(len(waiting) - MOST, 0)
        self.names = {_key(one.name): one.name for one in waiting[:MOST]}
        for one in waiting[:MOST]:
            n = one.recommendations
            self.fields[_key(one.name)] = forms.ChoiceField(
                label=one.name,
                choices=choices_for(one.name, self.mandates),
                required=False,
                help_text=ngettext("%(n)d recommendation", "%(n)d recommendations", n) % {"n": n},
            )

    @property
    def matched(self) -> dict[str, Mandate]:
        """{name: mandate} that was said."""
        said = {name: self.cleaned_data[key] for key, name in self.names.items() if self.cleaned_data.get(key)}
        return {name: self.mandates.by_main[folded(slug)] for name, slug in said.items()}


def _key(name: str) -> str:
    """The name of a form field: the same while others are matched."""
    return f"name-{blake2b(name.encode(), digest_size=6).hexdigest()}"


class IndexMixin:
    """Adds the page to a ModelAdmin that has the pages of `ExchangeMixin`."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.index_page)
        return [path("uhri/", view, name="mandates_recommendation_uhri"), *super().get_urls()]  # type: ignore[misc]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def index_page(self, request: HttpRequest) -> HttpResponse:
        """GET: both forms. POST: a file comes in at once, since the same file changes nothing; or names are matched."""
        if not self.may_import(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        is_file = "match" not in request.POST
        form = FileForm(request.POST, request.FILES) if request.method == "POST" and is_file else FileForm()
        if form.is_bound and form.is_valid() and self._take(request, form):
            return redirect("admin:mandates_recommendation_uhri")
        if request.method == "POST" and not is_file and may_match(request):
            match = MatchForm(request.POST)
            if match.is_valid():
                self._match(request, match)
                return redirect("admin:mandates_recommendation_uhri")
        else:
            match = MatchForm()
        context = {
            "title": _("Universal Human Rights Index"),
            "opts": self.opts,
            "list_url": reverse("admin:mandates_recommendation_changelist"),
            "form": form,
            "match": match if may_match(request) else None,
            "megabytes": MAX_BYTES // 1_000_000,
        }
        context |= self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/mandates/uhri.html", context)

    def _take(self, request: HttpRequest, form: FileForm) -> bool:
        """Bring the file in and say what came of it; whether it could be read to its end."""
        user: Any = request.user
        file = form.cleaned_data["file"]
        try:
            outcome = bring_in(records_in(file.file, max_unpacked=MAX_UNPACKED), by=user.email, name=file.name)
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return False
        messages.success(request, in_words(outcome))
        for number, why in outcome.faults:
            messages.warning(request, _("Left out: record %(number)d, %(why)s.") % {"number": number, "why": why})
        return True

    def _match(self, request: HttpRequest, form: MatchForm) -> None:
        user: Any = request.user
        given, refused = match_bodies(form.matched, by=user.email)
        for name in refused:
            messages.error(request, _("“%(name)s” could not be kept as a name of that mandate.") % {"name": name})
        if given:
            said = ngettext(
                "%(n)d recommendation has its mandate now.", "%(n)d recommendations have their mandate now.", given
            )
            messages.success(request, said % {"n": given})


def in_words(outcome: Outcome) -> str:
    """What an import did, in a sentence."""
    said = _(
        "Read: %(read)d records. Added: %(new)d, changed: %(changed)d, as they were: %(unchanged)d, of other bodies: "
        "%(of_others)d, there twice: %(repeated)d, left out: %(faulty)d."
    )
    return said % vars(outcome)
