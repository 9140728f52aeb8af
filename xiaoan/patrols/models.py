from datetime import datetime

from django.db import models

from xiaoan.engines.sheets.models import Record
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models import Point


class Route(Scoped):
    """Points to be passed in an order, by a rhythm of school time. The same route serves a round by video."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    rhythm = models.CharField(max_length=16, help_text="of ground.calendar.periods.EVERY: daily, weekly, monthly")
    times = models.JSONField(default=list, help_text="of day by which a daily round is over: ['08:00', …]")
    needs_pupils = models.BooleanField(default=True, help_text="nobody walks it on a day without pupils")
    role = models.CharField(max_length=24, help_text="whose round it is")
    sheet = models.CharField(max_length=40, default="daily_patrol", help_text="that a round is filed as")
    is_active = models.BooleanField(default=True)
    step = models.PositiveIntegerField(default=0)
    starts = models.DateField()
    closed_until = models.DateTimeField(help_text="what was due before this has been looked at: walked or missed")
    look_at = models.DateTimeField(help_text="when to look next whether a round was missed")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "is_active", "name"], name="route_unit"),
            models.Index(fields=["look_at", "id"], condition=models.Q(is_active=True), name="route_open"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_video(self) -> bool:
        return self.sheet == "video_patrol"


class Stop(Scoped):
    """A point on a route, and what to look at there: keys of the checks of the route's sheet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    route = models.ForeignKey(Route, models.CASCADE, related_name="stops")
    place = models.PositiveSmallIntegerField(help_text="in the order of the route, from 1")
    point = models.ForeignKey(Point, models.PROTECT, related_name="+")
    checks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "point"], name="stop_once")]


class Round(Scoped):
    """One round: walked, or missed because nobody sent it in time. A round that comes late takes the missed one's row."""

    WALKED, MISSED = "walked", "missed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    route = models.ForeignKey(Route, models.PROTECT, related_name="rounds")
    state = models.CharField(max_length=8)
    period = models.CharField(max_length=20, blank=True, help_text="empty for a round more than was due")
    slot = models.CharField(max_length=5, blank=True, help_text="the time of day by which it was due")
    day = models.DateField(help_text="on which it was due, else on which it was walked")
    due = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    walked_by = models.CharField(max_length=60, blank=True)
    walked_by_id = models.UUIDField(null=True)
    stops = models.JSONField(default=dict, help_text="{stop: {name, state, bad, note, photos, at, scanned, hazard}}")
    passed = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    found = models.PositiveSmallIntegerField(default=0, help_text="hazards reported on the way")
    note = models.CharField(max_length=300, blank=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["route", "period", "slot"], condition=~models.Q(period=""), name="round_once"
            )
        ]
        indexes = [
            *scope_indexes("round", "-day", "-id"),
            models.Index(fields=["route", "-day", "-id"], name="round_route"),
        ]

    def __str__(self) -> str:
        return self.route.name

    @property
    def is_late(self) -> bool:
        """Whether it ended after it was due."""
        return self.state == self.WALKED and bool(self.due and self.ended_at and self.ended_at > self.due)

    @property
    def moment(self) -> datetime | None:
        return self.ended_at or self.due
