"""The empty workbook for coordinators who log away from the network."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.downloads import xlsx_response

from ..imports.template import template_sheets
from ..querysets import rights_of


@never_cache
@require_safe
def import_template(request: HttpRequest) -> FileResponse:
    """The home format without a line, with what this coordinator may choose, and how to fill it."""
    if not rights_of(request.user).coordinated:
        raise PermissionDenied(_("Only the coordinators of a cluster log its engagements."))
    return xlsx_response(template_sheets(request.user), title=_("Log to fill in"), name="engagement-to-fill-in")
