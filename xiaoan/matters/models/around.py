"""What lies around one school: the squares of its grid, places in them, patrols, peaks and what was seen at them."""

from django.db import models

from xiaoan.engines.sheets.models import Record
from xiaoan.ground.units.models import Deduced, Scoped, Unit
from xiaoan.kernel.ids import new_id

PEAKS = {"morning": "早上到校", "noon": "中午", "afternoon": "下午放学", "evening": "晚自习后"}
SEEN = {"police": "警察", "car": "警车", "light": "警灯"}
SPOTS = {
    "eatery": "小餐馆", "clinic": "小诊所", "inn": "小旅店", "shop": "小商店", "stall": "摊点", "net": "网吧娱乐", "other": "其他场所",
}  # fmt: skip


class Cell(Scoped):
    """One square of the grid around a school. A square of the safety zone is `in_zone`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=20)
    row = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()
    in_zone = models.BooleanField(default=False)
    visited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "row", "column"], name="cell_place")]
        indexes = [models.Index(fields=["county_path", "unit_path"], name="cell_county")]

    def __str__(self) -> str:
        return self.name


class Visit(Scoped):
    """A patrol through one square. The newest also stands on the square."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)
    by_unit = models.CharField(max_length=80)
    words = models.CharField(max_length=200, blank=True)
    command = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "-at"], name="visit_unit")]


class Spot(Scoped):
    """A place in the register: a shop, an eatery, an inn near the school."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    address = models.CharField(max_length=80, blank=True)
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, related_name="spots")
    is_licensed = models.BooleanField(null=True, help_text="None: not known")
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "closed_on", "id"], name="spot_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_name(self) -> str:
        return SPOTS.get(self.kind, self.kind)


class Peak(Scoped):
    """A peak at which police are on duty at a school, as published; one that is `ended_on` counts no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=12)
    starts = models.TimeField()
    ends = models.TimeField()
    who = models.CharField(max_length=60, blank=True)
    partner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    ended_on = models.DateField(null=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "key"], condition=models.Q(ended_on__isnull=True), name="peak_once")
        ]
        indexes = [models.Index(fields=["county_path", "unit_path"], name="peak_county")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return PEAKS.get(self.key, self.key)


class Sighting(Deduced):
    """What a school saw at one peak of one day: told by its record 护学岗, whoever filed it and wherever."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.OneToOneField(Record, models.PROTECT, related_name="+")
    key = models.CharField(max_length=12)
    on = models.DateField()
    police = models.BooleanField(default=False)
    car = models.BooleanField(default=False)
    light = models.BooleanField(default=False)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "on", "key"], name="sighting_unit"),
            models.Index(fields=["county_path", "on"], name="sighting_county"),
        ]

    @property
    def seen(self) -> list[str]:
        return [name for key, name in SEEN.items() if getattr(self, key)]
