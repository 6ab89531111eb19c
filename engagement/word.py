"""A contribution as a Word file, ready to be sent: the call, to whom, from whom, the text. No name of a person."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from config.signs import date_format
from config.word import is_rtl, paragraph, word_file
from mandates.models import Mandate

from .models import Contribution
from .text import paragraphs


def contribution_document(
    contribution: Contribution, mandates: Sequence[Mandate], *, now: datetime, confidential: bool
) -> bytes:
    """The file, in the cluster's working language, dated `now` or the day it was sent.

    Each paragraph runs as its first letter does, so that Arabic stands right in an English document and the other way
    round; one without letters, and the lines about the call, run as the working language does. `confidential` puts the
    word into the header of each page.
    """
    cluster, call = contribution.engagement.cluster, contribution.call
    with override(cluster.working_language):
        rtl = get_language_bidi() or is_rtl(contribution.text, otherwise=False)
        day = contribution.sent_on or now.date()
        to = ", ".join(mandate.name for mandate in mandates) or call.issued_by
        to = to or str(call.get_issuer_type_display())
        header = _("Confidential: not to be published") if confidential else ""
        body = [
            paragraph(_("Contribution: %(call)s") % {"call": call.title}, rtl=rtl, style="Heading1"),
            paragraph(_("To: %(issuer)s") % {"issuer": to}, rtl=rtl),
            paragraph(_("From: %(cluster)s") % {"cluster": cluster.name}, rtl=rtl),
            paragraph(date_format(day, "DATE_FORMAT"), rtl=rtl),
        ]
    body += [paragraph(text, rtl=is_rtl(text, otherwise=rtl)) for text in paragraphs(contribution.text)]
    # Word shows the author, and a name there could not be unsent: the file is the cluster's.
    return word_file(
        body,
        title=call.title,
        author=cluster.name,
        now=now,
        language=cluster.working_language,
        rtl=rtl,
        header=header,
    )
