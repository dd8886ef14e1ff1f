"""The table of rights of this app's models in the admin. See ``regions.policy``."""

from django.db.models import Q

from regions.models import Region
from regions.policies import EDITORS
from regions.policy import declare

from .models import AskedFor, Synonym

# Words that all regions share, as topics are. A pair changes nothing that anybody wrote, and what
# an editor has made live for all, an editor can take back.
declare(Synonym, region=None, view=EDITORS, add=EDITORS, change=EDITORS, delete=EDITORS)


def searches_of(region_ids: frozenset[int]) -> Q:
    """Return the filter for what was searched for in the regions' listings, or in that of all."""
    slugs = Region.objects.filter(pk__in=region_ids).values("slug")
    return Q(region="") | Q(region__in=slugs)


# Rows are counted, never written by anybody.
declare(AskedFor, region=searches_of, view=EDITORS)
