"""The public record of the UN side. Everyone signed in may read it; the task team keeps it."""

from .call import CallCountry, CallForInput, CallMandate
from .change import ReferenceChange
from .country import Country
from .mandate import Mandate, MandateAlias, MandateHolder
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
    "ReferenceChange",
    "Report",
    "ReportCountry",
    "ReportMandate",
    "Session",
    "VisitCountry",
    "VisitEvent",
    "VisitMandate",
]
