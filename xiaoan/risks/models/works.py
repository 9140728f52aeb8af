"""What is done about risks: supervision from above, monthly studies, notices, acceptance."""

from django.db import models

from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models.chain import Point, new_token


class Supervision(Scoped):
    """The county looked at a registered point: what it saw and what it wants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(Point, models.PROTECT, related_name="supervisions", db_index=False)
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    on = models.DateField()
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["point", "-at"], name="supervision_point"),
            models.Index(fields=["unit_path", "on"], name="supervision_unit"),
        ]


class Study(Scoped):
    """A risk study of a month: what changed in the list since the last one and who changed it, and what follows.

    `changes` is [{point, name, what, by, on}]; `record` is the filed record that proves the duty."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.CharField(max_length=7, help_text="2026-11")
    on = models.DateField()
    conclusion = models.CharField(max_length=500)
    actions = models.CharField(max_length=500, blank=True)
    people = models.PositiveSmallIntegerField(null=True)
    changes = models.JSONField(default=list)
    record = models.UUIDField(null=True)
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [*scope_indexes("study", "month", "id")]

    def __str__(self) -> str:
        return f"{self.month} 风险研判"


class Notice(Scoped):
    """A notice of risks as it was published: the points as they were, to hang up and to open on a phone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=500, blank=True)
    points = models.JSONField(default=list, help_text="[{name, code, level, measures, owner, place}]")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [*scope_indexes("notice", "-id")]

    def __str__(self) -> str:
        return self.title


class Reader(models.TextChoices):
    STAFF = "staff", "教职工"
    PARENT = "parent", "家长"
    VISITOR = "visitor", "未登录的家长和访客"


class Opening(Scoped):
    """Somebody opened a notice; each reader counts once. `reader` is a person's id, or a browser's own word."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="openings", db_index=False)
    kind = models.CharField(max_length=8, choices=Reader.choices)
    reader = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "reader"], name="opening_once")]


class Acceptance(Scoped):
    """A school asks to be accepted (达标验收). `kind` is risk or dual; assessors score, the county decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=4, default="risk")
    said = models.CharField(max_length=500, blank=True, help_text="what the school says of itself")
    state = models.CharField(max_length=10, default="applied")
    step = models.PositiveIntegerField(default=0)
    due = models.DateField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, help_text="mean of the assessors")
    asked_by = models.CharField(max_length=60)
    asked_by_id = models.UUIDField(null=True)
    asked_post_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_post_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"], condition=models.Q(state__in=["applied", "scored"]), name="acceptance_open"
            )
        ]
        indexes = [
            *scope_indexes("accept", "-id"),
            models.Index(
                fields=["county_path"], condition=models.Q(state__in=["applied", "scored"]), name="accept_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.label}{KINDS[self.kind]}"

    @property
    def name(self) -> str:
        return KINDS[self.kind]


KINDS = {"risk": "校园安全风险评估达标验收", "dual": "双重预防体系验收"}


class Score(Scoped):
    """One assessor's score on the four criteria, each out of 25, with a word to each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="scores")
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    rules = models.PositiveSmallIntegerField(help_text="制度健全")
    duties = models.PositiveSmallIntegerField(help_text="职责明晰")
    running = models.PositiveSmallIntegerField(help_text="运行规范")
    control = models.PositiveSmallIntegerField(help_text="管控有效")
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["acceptance", "by_id"], name="score_once")]

    @property
    def total(self) -> int:
        return self.rules + self.duties + self.running + self.control
