from datetime import date

from django.db import models

from xiaoan.engines.sheets.models import Record
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.inspections.models.visits import Visit
from xiaoan.kernel.ids import new_id


class Sample(Scoped):
    """Records drawn at random to see whether what was written down is true. `unit` is the bureau that checks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    sheet = models.CharField(max_length=32, blank=True)
    target_path = models.CharField(max_length=32)
    first = models.DateField()
    last = models.DateField()
    seed = models.CharField(max_length=32)
    pool = models.PositiveIntegerField(help_text="how many records could have been drawn")
    size = models.PositiveSmallIntegerField()
    checked = models.PositiveSmallIntegerField(default=0)
    false = models.PositiveSmallIntegerField(default=0)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        indexes = scope_indexes("sample", "-id")

    def __str__(self) -> str:
        return self.name


class Sampled(Scoped):
    """One drawn record, and whether it was found true. It stands at the bureau, for the school need not know which."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="rows")
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=8, blank=True)
    why = models.CharField(max_length=300, blank=True)
    way = models.CharField(max_length=8, blank=True)
    by = models.CharField(max_length=60, blank=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "record"], name="sampled_once")]


class Blacklisting(Scoped):
    """A unit on the black list: by which rule, until when, and what became of an appeal. States: the flow BLACKLIST."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(max_length=32, help_text="key of catalogue/inspections/blacklist.yaml")
    words = models.CharField(max_length=500)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="blacklistings")
    by_path = models.CharField(max_length=32)
    state = models.CharField(max_length=10, default="listed")
    step = models.PositiveIntegerField(default=0)
    starts = models.DateField()
    ends = models.DateField()
    made_by = models.CharField(max_length=60)
    made_by_id = models.UUIDField(null=True)
    made_post_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    appeal = models.CharField(max_length=500, blank=True)
    appealed_by = models.CharField(max_length=60, blank=True)
    appealed_by_id = models.UUIDField(null=True)
    appealed_post_id = models.UUIDField(null=True)
    appealed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_post_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            *scope_indexes("blacklisting", "-id"),
            models.Index(fields=["state", "ends"], name="blacklisting_ends"),
        ]

    def __str__(self) -> str:
        return self.words[:40]


class Supervised(Scoped):
    """An item that a school or bureau supervises itself (督办): who, until when, reminded, done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=120)
    holder = models.CharField(max_length=60)
    holder_id = models.UUIDField(null=True)
    due = models.DateField()
    remind_on = models.DateField()
    state = models.CharField(max_length=8, default="open", help_text="open, done")
    step = models.PositiveIntegerField(default=0)
    result = models.CharField(max_length=300, blank=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    done_by = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
        indexes = [
            *scope_indexes("supervised", "-id"),
            *scope_indexes("supervised_due", "due", "id", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, on: date) -> bool:
        """Whether it was, or is, not done in time."""
        return (self.done_on or on) > self.due
