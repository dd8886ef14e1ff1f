"""The table of rights of rounds in the admin. See ``regions.policy``.

Ballots, their lines, recusals and results have no policy: no screen of the admin opens them.
"""

from regions.models import Role
from regions.policy import ADMIN, declare

from .models import PlanningRound

COORDINATORS = {Role.COORDINATOR}

# Technical administrators see how far a round is; they arrange none and take no step in it.
declare(
    PlanningRound,
    region="region",
    view={ADMIN, *COORDINATORS},
    add=COORDINATORS,
    change=COORDINATORS,
)
