"""The public record of the UN side. Everyone signed in may read it; the task team keeps it."""

from .call import CallCountry, CallForInput, CallMandate
from .change import ReferenceChange
from .country import Country
from .mandate import Mandate, MandateAlias, MandateHolder
from .recommendation import Recommendation, RecommendationCountry, RecommendationMandate, Theme
from .report import Report, ReportCountry, ReportMandate
from .session import Session
from .visit import CountryVisit, VisitCountry, VisitEvent, VisitMandate

PLACES_OF_MANDATES_AND_COUNTRIES = (
    VisitCountry,
    VisitMandate,
    CallCountry,
    CallMandate,
    ReportCountry,
    ReportMandate,
    RecommendationCountry,
    RecommendationMandate,
)

__all__ = [
    "PLACES_OF_MANDATES_AND_COUNTRIES",
    "CallCountry",
    "CallForInput",
    "CallMandate",
    "Country",
    "CountryVisit",
    "Mandate",
    "MandateAlias",
    "MandateHolder",
    "Recommendation",
    "RecommendationCountry",
    "RecommendationMandate",
    "ReferenceChange",
    "Report",
    "ReportCountry",
    "ReportMandate",
    "Session",
    "Theme",
    "VisitCountry",
    "VisitEvent",
    "VisitMandate",
]
