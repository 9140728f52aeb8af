from django.db import models

from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.kernel.ids import new_id


class RecordState(models.TextChoices):
    FILED = "filed", "有效"
    WITHDRAWN = "withdrawn", "已撤回"


class Record(Scoped):
    """A filled-in sheet. Three times: when it happened, when it was written down, when it reached us."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RecordState.choices, default=RecordState.FILED)
    happened_on = models.DateField()
    happened_at = models.DateTimeField()
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=60)
    answers = models.JSONField()
    about = models.CharField(max_length=48, blank=True, help_text="key of the requirement it answers directly")
    topics = models.JSONField(default=list)
    headcount = models.PositiveIntegerField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)
    summary = models.CharField(max_length=200, blank=True)
    seconds = models.PositiveIntegerField(default=0, help_text="spent filling it in")
    source = models.CharField(max_length=8, default="desk", help_text="desk, phone, import, demo")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    is_repeat = False  # set on what `file_record` gives back for an id that it had already filed

    class Meta:
        indexes = [
            *scope_indexes("rec", "-happened_on", "-id"),
            models.Index(fields=["unit_path", "sheet", "-happened_on", "-id"], name="rec_unit_sheet"),
            models.Index(fields=["county_path", "sheet", "-happened_on", "-id"], name="rec_county_sheet"),
            models.Index(fields=["sheet", "-happened_on", "-id"], name="rec_sheet"),  # cities and provinces
            models.Index(fields=["-happened_on", "-id"], condition=models.Q(state="withdrawn"), name="rec_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_name} {self.happened_on.year}年{self.happened_on.month}月{self.happened_on.day}日"

    @property
    def sheet_name(self) -> str:
        return sheet(self.sheet).name

    @property
    def icon(self) -> str:
        return sheet(self.sheet).icon

    @property
    def is_filed(self) -> bool:
        return self.state == RecordState.FILED
