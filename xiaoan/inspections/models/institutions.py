from django.db import models

from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.inspections.models.visits import Visit
from xiaoan.kernel.ids import new_id


class Institution(Scoped):
    """What is known of an institution of off-campus training (`unit`): licence, owner, safety owner, its house."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    remit = models.CharField(max_length=16, default="own", help_text="the department in charge: key of kinds.BODIES")
    licence = models.CharField(max_length=60, blank=True)
    licence_until = models.DateField(null=True)
    owner = models.CharField(max_length=60, blank=True)
    safety_owner = models.CharField(max_length=60, blank=True)
    floor_area = models.PositiveIntegerField(null=True)
    is_self_built = models.BooleanField(default=False, help_text="in a house that residents built themselves")
    appraisal = models.CharField(max_length=12, blank=True, help_text="safe, unsafe, or not appraised")
    appraised_on = models.DateField(null=True)
    changed_by = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="institution_once")]
        indexes = [*scope_indexes("institution", "unit_path"), *scope_indexes("institution_re", "remit", "unit_path")]

    def __str__(self) -> str:
        return self.unit.name


class Penalty(Scoped):
    """An administrative penalty of an institution that did not put right what it had to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=60)
    words = models.CharField(max_length=300)
    amount = models.PositiveIntegerField(null=True, help_text="yuan")
    decided_on = models.DateField()
    department = models.CharField(max_length=60)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="penalties")
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        indexes = scope_indexes("penalty", "-decided_on", "-id")

    def __str__(self) -> str:
        return self.number
