from django.db import models

from xiaoan.engines.sheets.models import Record
from xiaoan.ground.units.models import Scoped
from xiaoan.kernel.ids import new_id


class Completion(Scoped):
    """How far a unit is with one requirement in one period. Made by its first evidence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requirement = models.CharField(max_length=48, help_text="the requirement's key")
    period = models.CharField(max_length=40)
    need = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveSmallIntegerField(default=0)
    due = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "requirement", "period"], name="completion_key")]
        indexes = [
            models.Index(fields=["county_path", "requirement", "period"], name="completion_county"),
            models.Index(fields=["unit_path", "period"], name="completion_unit"),
            models.Index(
                fields=["requirement", "due"], condition=models.Q(done_on__isnull=True), name="completion_open"
            ),
        ]

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


class Evidence(Scoped):
    """A record proves a requirement in a period, and why it does."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="evidence")
    requirement = models.CharField(max_length=48)
    period = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    happened_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "requirement"], name="evidence_once")]
        indexes = [
            models.Index(fields=["requirement", "unit_path", "-happened_on"], name="evidence_requirement"),
            models.Index(fields=["county_path", "requirement", "-happened_on"], name="evidence_county"),
        ]


class Exemption(Scoped):
    """A unit need not do a requirement for a while, with the reason and who allowed it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requirement = models.CharField(max_length=48)
    reason = models.CharField(max_length=300)
    starts = models.DateField()
    ends = models.DateField()
    state = models.CharField(max_length=10, default="asked", help_text="asked, granted, refused, ended")
    asked_by = models.CharField(max_length=60)
    asked_by_id = models.UUIDField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "requirement", "state"], name="exemption_unit"),
            models.Index(fields=["county_path", "state", "-made_at"], name="exemption_county"),
        ]


class Reading(Scoped):
    """A measure's figure at one unit, as last computed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.CharField(max_length=48)
    numerator = models.IntegerField(default=0)
    denominator = models.IntegerField(default=0)
    read_on = models.DateField()
    expires_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "measure"], name="reading_key")]
        indexes = [models.Index(fields=["expires_on"], name="reading_expires")]
