from datetime import date

from django.db import models

from xiaoan.engines.sheets.models import Record
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Deduced, Scoped, scope_indexes
from xiaoan.kernel.ids import new_id
from xiaoan.policies.models import Document


class Completion(Deduced):
    """How far a unit is with one requirement in one period. Made by its first evidence."""

    pk = models.CompositePrimaryKey("unit", "requirement", "period")
    requirement = models.CharField(max_length=48, help_text="the requirement's key")
    period = models.CharField(max_length=40)
    need = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveSmallIntegerField(default=0)
    due = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
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


class Evidence(Deduced):
    """A record proves a requirement in a period, and why it does."""

    pk = models.CompositePrimaryKey("record", "requirement")
    # the key is its index; a link is made with its record or while the record's unit is held
    record = models.ForeignKey(Record, models.PROTECT, related_name="evidence", db_index=False, db_constraint=False)
    requirement = models.CharField(max_length=48)
    period = models.CharField(max_length=40)
    document = models.UUIDField(help_text="of the requirement: shares the cost of the record")
    reason = models.CharField(max_length=200)
    happened_on = models.DateField()

    class Meta:
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
    state = models.CharField(max_length=10, default="asked", help_text="as the flow EXEMPTION says")
    step = models.PositiveIntegerField(default=0)
    asked_by = models.CharField(max_length=60)
    asked_by_id = models.UUIDField(null=True)
    asked_post_id = models.UUIDField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_post_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "requirement", "state"], name="exemption_unit"),
            models.Index(fields=["county_path", "state", "-made_at"], name="exemption_county"),
            models.Index(fields=["ends"], condition=models.Q(state="granted"), name="exemption_ends"),
            *scope_indexes("exempt", "-id"),
        ]

    def __str__(self) -> str:
        return self.reason[:40]

    @property
    def decider_path(self) -> str:
        """The bureau that decides: the county's for a school, the unit above for others."""
        return self.county_path if self.unit_path != self.county_path else self.unit_path[:-4]


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


class Task(Scoped):
    """Something that a bureau asks of units or sections by a day; `unit` is the bureau. Its annex table has three
    columns: title (任务), content (内容), and the units that do it, one assignment each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=80)
    content = models.CharField(max_length=1000, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=32, blank=True)
    requirement = models.CharField(max_length=48, blank=True, help_text="what an accepted assignment proves")
    starts = models.DateField()
    due = models.DateField()
    needs_file = models.BooleanField(default=False)
    is_quarterly = models.BooleanField(default=False, help_text="a percentage and a sentence each quarter")
    targets = models.JSONField(default=dict, help_text="{ids: […]} or {kinds: […]}: schools below, all kinds if empty")
    job = models.UUIDField(null=True, help_text="that hands it out, when the units are many")
    is_handed_out = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    made_by_id = models.UUIDField(null=True)

    # Behind the second wall a task is also read by whom it was given to: they see their own assignments only.
    READ_FROM_BELOW = "EXISTS (SELECT 1 FROM obligations_assignment given WHERE given.task_id = obligations_task.id)"

    class Meta:
        indexes = scope_indexes("task", "-id")

    def __str__(self) -> str:
        return self.title


class Assignment(Scoped):
    """A task as one unit has to do it. Its states and moves are the flow TASK."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(Task, models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=10, default="asked")
    step = models.PositiveIntegerField(default=0)
    due = models.DateField()
    said = models.CharField(max_length=500, blank=True)
    files = models.JSONField(default=list)
    handed_in_by = models.CharField(max_length=60, blank=True)
    handed_in_by_id = models.UUIDField(null=True)
    handed_in_post_id = models.UUIDField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_post_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    chased = models.PositiveSmallIntegerField(default=0)
    chased_on = models.DateField(null=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="assignment_once")]
        indexes = [
            *scope_indexes("assign", "-id"),
            models.Index(fields=["task", "state", "unit_path"], name="assignment_task"),
            models.Index(fields=["unit_path", "state", "due"], name="assignment_unit"),
        ]

    def __str__(self) -> str:
        return self.task.title

    @property
    def by_path(self) -> str:
        """Of the bureau that asked."""
        return self.task.unit_path

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "returned")

    def is_late(self, on: date) -> bool:
        """Whether it was due before `on` and nothing has been handed in."""
        return self.is_open and self.due < on


class HandIn(Scoped):
    """One handing in of an assignment: who, what, and the seconds that it took."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="hand_ins")
    document = models.CharField(max_length=36, blank=True, help_text="id of the task's document: bears the cost")
    said = models.CharField(max_length=500, blank=True)
    files = models.JSONField(default=list)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    on = models.DateField()
    seconds = models.PositiveIntegerField(default=0)


class Quarterly(Scoped):
    """How far an assignment is at the end of a quarter: a percentage and a sentence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="quarters")
    quarter = models.CharField(max_length=8, help_text="2026-Q4")
    percent = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=200)
    told_by = models.CharField(max_length=60)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "quarter"], name="quarterly_once")]


class FeedToken(models.Model):
    """The secret in the address of a post's calendar feed. It is shown again to its owner, so it is kept as it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.OneToOneField(Post, models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
