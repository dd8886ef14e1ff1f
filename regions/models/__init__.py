"""Models of the ground floor, by role."""

from .base import VersionedModel
from .counter import ReferenceCounter, next_reference
from .forum import Forum, ForumSeat, SeatHolder
from .limits import Attempt, ClockLease
from .log import AppendOnlyError, AppendOnlyQuerySet, ChainedLog, WordedLog
from .municipality import Municipality, MunicipalityCode, MunicipalityFigure
from .network import ProfessionalNetwork
from .outbox import Notice
from .people import Membership, RegionGroup, Role, User
from .region import Country, Currency, Region
from .stateful import StatefulModel, StatefulQuerySet, StateWriteError
from .vocabulary import ServiceArea, TargetGroup, Topic, VocabularyTerm

__all__ = [
    "AppendOnlyError",
    "AppendOnlyQuerySet",
    "Attempt",
    "ChainedLog",
    "ClockLease",
    "Country",
    "Currency",
    "Forum",
    "ForumSeat",
    "Membership",
    "Municipality",
    "MunicipalityCode",
    "MunicipalityFigure",
    "Notice",
    "ProfessionalNetwork",
    "ReferenceCounter",
    "Region",
    "RegionGroup",
    "Role",
    "SeatHolder",
    "ServiceArea",
    "StateWriteError",
    "StatefulModel",
    "StatefulQuerySet",
    "TargetGroup",
    "Topic",
    "User",
    "VersionedModel",
    "VocabularyTerm",
    "WordedLog",
    "next_reference",
]
