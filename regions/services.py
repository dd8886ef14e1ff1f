"""What changes regions, and who else wants to know."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.log_actions import log

from .models import Forum, Region, User


class Registry:
    """Callbacks that a floor above registers, called in the order of registration."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Region], None]] = []

    def register(self, callback: Callable[[Region], None]) -> None:
        """Call ``callback`` with each new region, inside its transaction. Once, however often."""
        if callback not in self._callbacks:
            self._callbacks.append(callback)

    def __call__(self, region: Region) -> None:
        """Call everyone."""
        for callback in self._callbacks:
            callback(region)


#: Called for a new region: `catalogue` makes its page, groups, page rights and collection.
region_created = Registry()


@transaction.atomic
def create_region(region: Region, *, forum_name: str, by: User | None = None) -> Region:
    """Save ``region`` with its forum, and let the floors above make what is theirs.

    Raises ``ValidationError`` if the region does not hold; then nothing is saved.
    """
    region.full_clean()
    forum = Forum(region=region, name=forum_name)
    try:
        forum.clean_fields(exclude={"region"})
    except ValidationError as error:
        raise ValidationError({"forum_name": error.error_dict["name"]}) from error
    region.save()
    forum.region = region
    forum.save()
    region_created(region)
    log(instance=region, action="wagtail.create", user=by)
    return region
