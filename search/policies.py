"""The table of rights of this app's models in the admin. See ``regions.policy``."""

from regions.policies import COORDINATORS, EDITORS
from regions.policy import declare

from .models import Synonym

# Words that all regions share, as topics are. A pair changes nothing that anybody wrote, so editors
# keep them; taking one away is the coordinators', as with all that is shared.
declare(Synonym, region=None, view=EDITORS, add=EDITORS, change=EDITORS, delete=COORDINATORS)
