from django.db import models


class Series(models.Model):
    """The last number that a unit has given in a year to cases or papers of one kind."""

    unit_path = models.CharField(max_length=32)
    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit_path", "kind", "year"], name="series_once")]
