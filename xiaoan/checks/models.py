import uuid
from typing import Any

from django.db import models

from xiaoan.checks.catalogue import Item
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.ground.units.wall import SCOPE
from xiaoan.kernel.ids import new_id


class Purpose(models.TextChoices):
    SELF = "self", "自查"
    INSPECTION = "inspection", "督查检查"
    ANY = "any", "自查和检查"


class State(models.TextChoices):
    DRAFT = "draft", "起草中"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已停用"


class Mode(models.TextChoices):
    DIRECT = "direct", "直接判定"
    COMPOSITE = "composite", "综合判定"


class Checklist(Scoped):
    """One version of a unit's checklist. Once published it never changes: a new version supersedes it.

    `lines` holds the items whole, as they were when they were chosen, so that what an inspection asked can be read for
    good: [{key, category, subcategory, text, …, score}], as `catalogue.Item`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    family = models.UUIDField(default=new_id, help_text="the same for all versions")
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=40, blank=True, help_text="where: 食堂, 宿舍楼")
    topic = models.CharField(max_length=40, blank=True, help_text="what about: 消防, 秋冬季")
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.ANY)
    kinds = models.JSONField(default=list, help_text="kinds of school; empty: all")
    basis = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    step = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=60, blank=True)

    # What is published holds for all below, who read it over the wall.
    READ_FROM_BELOW = f"state <> 'draft' AND starts_with({SCOPE}, '/' || checks_checklist.unit_path)"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["family", "version"], name="checklist_version")]
        indexes = [
            *scope_indexes("checklist", "-id"),
            models.Index(fields=["state", "unit_path"], name="checklist_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第 {self.version} 版"

    @property
    def items(self) -> list[Item]:
        return [item_of(line) for line in self.lines]

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class CriterionRow(Scoped):
    """What a county or province says of a criterion from a day on: another text, another mode, a new one of its own, or
    (`is_off`) that it does not hold here. National rows lie in the catalogue."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=24)
    valid_from = models.DateField()
    category = models.CharField(max_length=40)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.DIRECT)
    group = models.CharField(max_length=24, blank=True)
    at_least = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=300)
    basis = models.CharField(max_length=200)
    is_off = models.BooleanField(default=False)
    items = models.JSONField(default=list, help_text="keys of check items whose fault hits it")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    READ_FROM_BELOW = f"starts_with({SCOPE}, '/' || checks_criterionrow.unit_path)"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key", "valid_from"], name="criterion_once")]
        indexes = [models.Index(fields=["unit_path", "key", "-valid_from"], name="criterion_path")]

    def __str__(self) -> str:
        return self.words[:40]


LISTS = ("needs", "any_of", "kinds", "criteria")


def item_of(line: dict[str, Any]) -> Item:
    """A line of a checklist as an item."""
    told: dict[str, Any] = {k: tuple(v) if k in LISTS else v for k, v in line.items()}
    return Item(**told)


def line_of(item: Item) -> dict[str, Any]:
    """An item as a line keeps it."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in vars(item).items()}


def own_key() -> str:
    """The key of a line that is not from the starter set."""
    return f"L-{uuid.UUID(int=new_id().int).hex[-12:]}"
