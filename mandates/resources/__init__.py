"""What a file of reference data holds, for export and import: one resource for each kind of entry."""

from .base import Outcome, ReferenceResource
from .dossiers import CallResource, ReportResource, VisitResource
from .mandate import HolderResource, MandateResource, SessionResource
from .recommendation import RecommendationResource

__all__ = [
    "CallResource",
    "HolderResource",
    "MandateResource",
    "Outcome",
    "RecommendationResource",
    "ReferenceResource",
    "ReportResource",
    "SessionResource",
    "VisitResource",
]
