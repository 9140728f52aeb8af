from django.db import models


class Count(models.Model):
    """A folded counter of one unit, its whole subtree included."""

    pk = models.CompositePrimaryKey("unit_path", "measure", "subject", "period")
    unit_path = models.CharField(max_length=32)
    measure = models.CharField(max_length=16)
    subject = models.CharField(max_length=48)
    period = models.CharField(max_length=40, blank=True)
    n = models.BigIntegerField(default=0)


class Delta(models.Model):
    """A change not yet folded, at the unit where it happened."""

    unit_path = models.CharField(max_length=32)
    measure = models.CharField(max_length=16)
    subject = models.CharField(max_length=48)
    period = models.CharField(max_length=40, blank=True)
    n = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "measure"], name="tally_delta_path")]
