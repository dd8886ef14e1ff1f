"""The table of rights of this app's models in the admin. See ``regions.policy``.

Pages, pictures and documents ask Wagtail's own policies, fed by the groups of ``services``.
"""

from functools import partial

from regions.policies import COORDINATORS, DESK, EDITORS
from regions.policy import declare

from .models import CourseOccasion, CoursePage, Provider
from .tree import pages_of_regions

declare(
    Provider,
    region=None,
    view=EDITORS,
    choose=DESK,
    add=COORDINATORS,
    change=COORDINATORS,
    delete=COORDINATORS,
)
declare(
    CourseOccasion,
    region=partial(pages_of_regions, prefix="course__"),
    view=EDITORS,
    add=EDITORS,
    change=EDITORS,
    delete=EDITORS,
)
# Only for choices in forms: screens of pages ask the rights of their place in the tree.
declare(CoursePage, region=pages_of_regions, choose=DESK)
