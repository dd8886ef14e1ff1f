"""Models of needs, by role."""

from .choices import (
    ActionKind,
    DeclineReason,
    Driver,
    Level,
    NeedState,
    SharedNeedState,
    Size,
    TokenPurpose,
)
from .contact import NeedContact, NeedToken
from .log import NeedLog, SharedNeedLog
from .need import Need, NeedAction, erasure_day
from .shared import CoSign, SharedNeed, co_signing, not_yet_confirmed, number_co_signing

__all__ = [
    "ActionKind",
    "CoSign",
    "DeclineReason",
    "Driver",
    "Level",
    "Need",
    "NeedAction",
    "NeedContact",
    "NeedLog",
    "NeedState",
    "NeedToken",
    "SharedNeed",
    "SharedNeedLog",
    "SharedNeedState",
    "Size",
    "TokenPurpose",
    "co_signing",
    "erasure_day",
    "not_yet_confirmed",
    "number_co_signing",
]
