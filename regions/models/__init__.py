"""Models of the ground floor, by role."""

from .base import VersionedModel
from .forum import Forum, ForumSeat, SeatHolder
from .limits import Attempt, ClockLease
from .municipality import Municipality, MunicipalityCode, MunicipalityFigure
from .network import ProfessionalNetwork
from .people import Membership, RegionGroup, Role, User
from .region import Country, Currency, Region
from .vocabulary import ServiceArea, TargetGroup, Topic, VocabularyTerm

__all__ = [
    "Attempt",
    "ClockLease",
    "Country",
    "Currency",
    "Forum",
    "ForumSeat",
    "Membership",
    "Municipality",
    "MunicipalityCode",
    "MunicipalityFigure",
    "ProfessionalNetwork",
    "Region",
    "RegionGroup",
    "Role",
    "SeatHolder",
    "ServiceArea",
    "TargetGroup",
    "Topic",
    "User",
    "VersionedModel",
    "VocabularyTerm",
]
