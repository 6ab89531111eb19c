"""Drafts of letters that a coordinator copies and sends herself: this tool sends nothing to a mandate holder.

Each language has its own letter, written as such in `templates/engagement/letters/`: the language of the letter is
that of whoever reads it, whatever the language of the page.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from mandates.dates import show_day, show_range
from mandates.models import Mandate

from .models import Briefing, Cluster, User

LANGUAGES = ("en", "fr", "es")
"""The languages in which the Special Procedures take letters, as OHCHR's page on submissions to them says."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft in one of `LANGUAGES`: the line for the subject, and the text below it."""

    language: str
    subject: str
    text: str


def language_for(cluster: Cluster) -> str:
    """The cluster's working language where letters are taken in it, else English."""
    return cluster.working_language if cluster.working_language in LANGUAGES else settings.LANGUAGE_CODE


def briefing_letter(briefing: Briefing, *, language: str, by: User, today: date) -> Letter:
    """The proposal of a briefing, to the mandates of its line by function, with the holders of today; from `by`.

    Holds of the engagement what its briefing says, and no narrative. Four queries at most.
    """
    line = briefing.engagement
    mandates = list(Mandate.objects.filter(pk__in=line.mandates.all()).with_holders(today).order_by("acronym"))
    visit = line.visit
    with override(language):
        words = {
            "by": by,
            "cluster": line.cluster,
            "mandates": mandates,
            "places": ", ".join(sorted(country.name for country in visit.countries.all())),
            "dates": _as_written(show_range(visit.starts_on, visit.ends_on, visit.precision), language),
            "points": briefing.point_list,
            "who": briefing.who,
            "day": _as_written(show_day(briefing.planned_on), language),
            "channel": briefing.channel,
        }
        text = render_to_string(f"engagement/letters/briefing_{language}.txt", words)
    subject, _blank, text = text.strip().partition("\n\n")
    return Letter(language, subject, text.strip() + "\n")


def _as_written(days: str, language: str) -> str:
    """French writes the first of a month as an ordinal, which date formats cannot: 1er juin 2026."""
    return re.sub(r"\b1 (?=\D)", "1er ", days) if language == "fr" else days
