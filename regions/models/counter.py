"""Numbers for references: one row a series."""

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .region import Region


class ReferenceCounter(models.Model):
    """The last number given in a series of a region and year."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of references")
        verbose_name_plural = _("series of references")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "series", "year"], name="reference_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last}"


@transaction.atomic
def next_reference(region: Region, series: str, year: int, *, digits: int) -> str:
    """Return the next reference, for example K-2027-014. A number given is never given again."""
    row, _made = ReferenceCounter.objects.get_or_create(region=region, series=series, year=year)
    ReferenceCounter.objects.filter(pk=row.pk).update(last=F("last") + 1)
    number = ReferenceCounter.objects.values_list("last", flat=True).get(pk=row.pk)
    return f"{series}-{year}-{number:0{digits}d}"
