"""What the pages of all acts do: show the form, do the act once, lead to the line that it wrote."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.signs import date_format

from ..actions import WORDINGS
from ..forms import ActForm
from ..models import Cluster, Engagement, act_of
from ..services import AlreadyDone, NotNow
from .shared import cluster_kept


def cluster_acting(request: HttpRequest, slug: str) -> Cluster:
    """The cluster, if this person acts for it: 404 when she may not see it, 403 when she does not coordinate it."""
    return cluster_kept(request, slug, _("The coordinators of the cluster act for it."))


def act_page(
    request: HttpRequest,
    form: ActForm,
    do: Callable[..., Engagement],
    *,
    about: dict[str, Any] | None = None,
    template: str = "engagement/act_form.html",
    leads_to: Callable[[Engagement], Any] = lambda line: line,
    said: str = "",
    is_look: bool = False,
    **context: Any,
) -> HttpResponse:
    """The page of one act. A valid form is done by `do(by=…, cluster=…, **about, **cleaned_data)`, once.

    `about` is the item, by the name that the plain form knows it by: {"visit": visit}. Refusals come back on the form
    with what was typed. Whoever comes second is led to the first one's line; if she typed words of her own, she keeps
    them on the form, which names that line. `leads_to` gives the page to go to, where that is not the line's own;
    `said` is told instead of "Done". With `is_look` the form is checked and nothing done.
    """
    about = about or {}
    if request.method == "POST" and not is_look and form.is_valid():
        try:
            line = do(by=request.user, cluster=form.cluster, **about, **form.cleaned_data)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        except AlreadyDone as done:
            if not _words_only_here(form, done.engagement):
                messages.info(request, already(done.engagement))
                return redirect(leads_to(done.engagement))
            form.add_error(None, _already_with_link(done.engagement, leads_to(done.engagement)))
        else:
            messages.success(request, said or _("Done, and logged as action %(number)d.") % {"number": form.number})
            return redirect(leads_to(line))
    item = next(iter(about.values()), None)
    query = {"action": form.number, "cluster": form.cluster.slug, **{name: row.pk for name, row in about.items()}}
    context |= {
        "form": form,
        "cluster": form.cluster,
        "number": form.number,
        "wording": WORDINGS[form.number],
        "item": item,
        "is_look": is_look,
        "log_only": f"{reverse('engagement:engagement-new')}?{urlencode(query)}",
    }
    return TemplateResponse(request, template, context)


def why_refused(refuse: Callable[..., None], *about: Any) -> str:
    """Why this cannot be done with the item now, to be said before anybody types; "" when it can."""
    try:
        refuse(*about)
    except NotNow as refusal:
        return str(refusal)
    return ""


def already(line: Engagement) -> str:
    """What to tell whoever comes second."""
    words = {"name": line.created_by, "when": date_format(line.created_at, "DATE_FORMAT")}
    return _("%(name)s did this on %(when)s already; nothing was written again. Here it is.") % words


def _words_only_here(form: ActForm, line: Engagement) -> bool:
    """Whether this form, and not the one that wrote the line, holds words which the line and its act do not."""
    if line.form_key == form.cleaned_data["key"]:
        return False
    kept = {value for row in (line, act_of(line)) if row for value in vars(row).values() if isinstance(value, str)}
    typed = [value for value in form.cleaned_data.values() if isinstance(value, str) and len(value.split()) > 1]
    return not kept.issuperset(typed)


def _already_with_link(line: Engagement, page: Any) -> str:
    """The same on the form of somebody who typed words of her own, with the way to the line; markup."""
    words = {"name": line.created_by, "when": date_format(line.created_at, "DATE_FORMAT")}
    said = _("%(name)s did this on %(when)s already. Nothing was written; what you typed stands below.") % words
    return format_html('{} <a href="{}">{}</a>', said, resolve_url(page), _("Open what was done"))
