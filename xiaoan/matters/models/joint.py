"""What a bureau does with other departments: joint campaigns around schools, and circulars of what is unsolved."""

from django.db import models

from xiaoan.ground.units.models import Scoped, Unit, scope_indexes
from xiaoan.kernel.ids import new_id


class Sweep(Scoped):
    """A joint campaign around schools; `unit` is the bureau. Its partners are units, its schools rows of SweepSchool."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    basis = models.CharField(max_length=120, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    partners = models.ManyToManyField(Unit, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    # Behind the second wall a campaign is also read by the schools in it.
    READ_FROM_BELOW = "EXISTS (SELECT 1 FROM matters_sweepschool given WHERE given.sweep_id = matters_sweep.id)"

    class Meta:
        indexes = scope_indexes("sweep", "-id")

    def __str__(self) -> str:
        return self.name


class SweepSchool(Scoped):
    """A school in a campaign."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sweep = models.ForeignKey(Sweep, models.PROTECT, related_name="schools")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "unit"], name="sweepschool_once")]
        indexes = [models.Index(fields=["unit_path", "-id"], name="sweepschool_unit")]


class Circular(Scoped):
    """A circular of unsolved problems, issued by a bureau to departments."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        indexes = scope_indexes("circular", "-id")

    def __str__(self) -> str:
        return self.title


class CircularLine(Scoped):
    """One unsolved problem in a circular, with the department that is named, its acknowledgement and its date."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    circular = models.ForeignKey(Circular, models.PROTECT, related_name="lines")
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="+")
    partner = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    partner_path = models.CharField(max_length=32)
    fix_by = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circular", "matter"], name="circularline_once")]
        indexes = [models.Index(fields=["partner_path", "acknowledged_at"], name="circularline_partner")]
