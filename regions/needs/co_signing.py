"""“We have this too”: a municipality joins another's need, with its contact's or seat's word."""

from django.db import transaction

from regions.models import Municipality, User

from .models import CoSign, SharedNeed
from .shared_lifecycle import SHARED_NEED


@transaction.atomic
def co_sign(
    shared: SharedNeed, municipality: Municipality, *, by: User, headcount: int | None = None
) -> CoSign:
    """Let ``municipality`` stand behind ``shared``; saying so twice is saying so once.

    Another headcount takes the place of the one said before. Raises ``RefusedError``, also once a
    round has taken the need up.
    """
    list(SharedNeed.objects.select_for_update().filter(pk=shared.pk).only("pk"))
    known = CoSign.objects.filter(shared_need=shared, municipality=municipality).first()
    if known is not None and headcount in {None, known.headcount}:
        return known
    SHARED_NEED.apply(shared, "co_sign", by=by, municipality=municipality, headcount=headcount)
    return CoSign.objects.get(shared_need=shared, municipality=municipality)
