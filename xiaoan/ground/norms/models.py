from django.db import models

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.ids import new_id


class NormRow(models.Model):
    """The value of a norm at a unit (and below it) from a day on, with its basis."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=32)
    valid_from = models.DateField()
    value = models.JSONField()
    basis = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "unit", "valid_from"], name="norm_row_once")]
        indexes = [models.Index(fields=["key", "unit_path", "-valid_from"], name="norm_key_path")]
