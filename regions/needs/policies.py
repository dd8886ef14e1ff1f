"""The table of rights of needs in the admin. See ``regions.policy``.

Who takes which step is said by the lifecycles; here stands who finds the screens. Administrators
read, as they erase and help, and decide nothing.
"""

from regions.models import Role
from regions.policy import ADMIN, declare

from .models import Need, SharedNeed

READERS = {ADMIN, Role.COORDINATOR}
COORDINATOR = {Role.COORDINATOR}

declare(Need, region="region", view=READERS, change=COORDINATOR, add=COORDINATOR)
# Editors read shared needs, which hold no contact data, and choose those that a course answers.
EDITORS = {*READERS, Role.EDITOR}
declare(SharedNeed, region="region", view=EDITORS, choose=EDITORS, change=COORDINATOR)
