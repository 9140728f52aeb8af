from django.db import models

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.ids import new_id


class Term(models.Model):
    """A school term of a unit and all below it. The nearest ancestor that has terms gives them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=32)
    key = models.CharField(max_length=12, help_text="2026-2027-1")
    name = models.CharField(max_length=40)
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "key"], name="term_once"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="term_forward"),
        ]
        indexes = [models.Index(fields=["unit_path", "starts"], name="term_path_starts")]

    def __str__(self) -> str:
        return self.name


class SpecialDay(models.Model):
    """A day off or a make-up working day of a year that the library does not know yet."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=30)
    basis = models.CharField(max_length=120)
