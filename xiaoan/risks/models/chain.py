"""The chain of a school's risks: point → unit → event → control, with its assessments and confirmations."""

from datetime import date

from django.db import models
from django.utils.crypto import get_random_string

from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.kernel.ids import new_id

TOKEN_LENGTH = 22
TOKEN_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_token() -> str:
    """The secret in the address of a QR code."""
    return get_random_string(TOKEN_LENGTH, TOKEN_LETTERS)


class Level(models.IntegerChoices):
    """1 is the worst. The word always stands beside the colour."""

    RED = 1, "重大风险"
    ORANGE = 2, "较大风险"
    YELLOW = 3, "一般风险"
    BLUE = 4, "低风险"


COLOURS = {1: "红", 2: "橙", 3: "黄", 4: "蓝"}


class Plan(Scoped):
    """A floor plan of a school, on which points are placed by hand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    file = models.UUIDField(help_text="id of the stored picture")
    place = models.PositiveSmallIntegerField(default=0, help_text="order")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit_path", "place"], name="plan_unit")]

    def __str__(self) -> str:
        return self.name


class Point(Scoped):
    """A place or object in a school that could go wrong. Its states and moves are the flow POINT: identified, declared,
    registered by the county, ended. `level` is what holds now, `base_level` what the last assessment gave."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=16, help_text="area-number, unique within the school")
    name = models.CharField(max_length=40)
    place = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=16, help_text="key of a key area")
    kind = models.CharField(max_length=8, help_text="code of a check category")
    library = models.CharField(max_length=32, blank=True, help_text="key in the start-up library")
    accidents = models.CharField(max_length=120, blank=True)
    factors = models.CharField(max_length=300, blank=True, help_text="what is dangerous about it")
    emergency = models.CharField(max_length=300, blank=True, help_text="what to do when it happens")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.BLUE)
    base_level = models.PositiveSmallIntegerField(choices=Level.choices, null=True, help_text="null: not yet assessed")
    why = models.CharField(max_length=200, blank=True, help_text="why the level is what it is")
    assessed_on = models.DateField(null=True)
    assess_due = models.DateField(null=True)
    cycle_months = models.PositiveSmallIntegerField(null=True, help_text="months between assessments; null: not set")
    announced_at = models.CharField(max_length=60, blank=True, help_text="where its notice hangs")
    post = models.CharField(max_length=40, blank=True, help_text="responsible post, in words")
    owner = models.CharField(max_length=60, blank=True)
    owner_id = models.UUIDField(null=True, help_text="person who controls it")
    controls_due = models.DateField(null=True, help_text="when the first of its controls is to be confirmed")
    checked_on = models.DateField(null=True, help_text="when one of its controls was last confirmed")
    is_old_building = models.BooleanField(default=False, help_text="an old building used by a kindergarten")
    report_file = models.UUIDField(null=True, help_text="the risk assessment of an old building")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="points", db_index=False)
    x = models.PositiveSmallIntegerField(null=True, help_text="thousandths of the picture's width")
    y = models.PositiveSmallIntegerField(null=True)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    state = models.CharField(max_length=12, default="identified")
    step = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, help_text="what was said at the last move")
    supervision = models.CharField(max_length=300, blank=True, help_text="what the county has ordered")
    declared_by = models.CharField(max_length=60, blank=True)
    declared_by_id = models.UUIDField(null=True)
    declared_post_id = models.UUIDField(null=True)
    declared_at = models.DateTimeField(null=True)
    registered_by = models.CharField(max_length=60, blank=True)
    registered_by_id = models.UUIDField(null=True)
    registered_post_id = models.UUIDField(null=True)
    registered_at = models.DateTimeField(null=True)
    made_on = models.DateField()
    made_by = models.CharField(max_length=60)
    ended_on = models.DateField(null=True)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="point_code")]
        indexes = [
            *scope_indexes("point", "level", "-id", condition=models.Q(is_active=True)),
            models.Index(fields=["unit_path", "code"], name="point_by_code"),
            models.Index(fields=["county_path"], condition=models.Q(state="declared"), name="point_declared"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_assessed(self) -> bool:
        return self.base_level is not None

    @property
    def is_raised(self) -> bool:
        """Whether a rule has put it above what it was assessed at."""
        return self.base_level is not None and self.level < self.base_level

    @property
    def colour(self) -> str:
        return COLOURS[self.level]

    @property
    def lacks(self) -> list[str]:
        """Which of the three that every risk must have are not there."""
        told = (("评估周期", self.cycle_months), ("管控责任人", self.owner), ("公告位置", self.announced_at))
        return [name for name, value in told if not value]

    def is_overdue(self, on: date) -> bool:
        """Whether a control was to be confirmed before `on` and was not."""
        return self.controls_due is not None and self.controls_due < on


class RiskUnit(Scoped):
    """A part of a point that is looked at by itself: the kitchen of the canteen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(Point, models.PROTECT, related_name="units")
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "updated_at"], name="riskunit_unit")]

    def __str__(self) -> str:
        return self.name


class RiskEvent(Scoped):
    """What may happen there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    risk_unit = models.ForeignKey(RiskUnit, models.PROTECT, related_name="events")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "updated_at"], name="riskevent_unit")]

    def __str__(self) -> str:
        return self.name


class Way(models.TextChoices):
    """As the exchange format numbers them (dataSrc)."""

    AUTOMATIC = "1", "自动化监控"
    CHECKED = "2", "隐患排查"


class Sort(models.TextChoices):
    """As the exchange format numbers them (classify1)."""

    ENGINEERING = "1", "工程技术"
    UPKEEP = "2", "维护保养"
    CONDUCT = "3", "操作行为"
    EMERGENCY = "4", "应急措施"


class Control(Scoped):
    """What keeps an event from happening, who sees to it and how often. `due` is when it is next to be confirmed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(RiskEvent, models.PROTECT, related_name="controls")
    point = models.ForeignKey(Point, models.PROTECT, related_name="controls")
    words = models.CharField(max_length=200)
    way = models.CharField(max_length=1, choices=Way.choices, default=Way.CHECKED)
    sort = models.CharField(max_length=1, choices=Sort.choices, default=Sort.CONDUCT)
    part = models.CharField(max_length=20, blank=True, help_text="classify2")
    item = models.CharField(max_length=16, blank=True, help_text="key of the check item that looks at it")
    every = models.PositiveSmallIntegerField(default=1, help_text="number of `period`s between confirmations")
    period = models.CharField(max_length=5, default="month", help_text="day, month or year")
    post = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=60, blank=True)
    holder_id = models.UUIDField(null=True)
    due = models.DateField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    failed_by = models.CharField(max_length=120, blank=True, help_text="numbers of the open hazards that say it failed")
    failed_on = models.DateField(null=True)
    is_active = models.BooleanField(default=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=60)

    class Meta:
        indexes = [
            *scope_indexes("control", "due", "id", condition=models.Q(is_active=True)),
            *scope_indexes("ctl_failed", "due", "id", condition=models.Q(is_active=True) & ~models.Q(failed_by="")),
            models.Index(fields=["holder_id", "due"], condition=models.Q(is_active=True), name="control_holder"),
            models.Index(fields=["unit_path", "updated_at"], name="control_updated"),
        ]

    def __str__(self) -> str:
        return self.words

    def is_overdue(self, on: date) -> bool:
        return self.is_active and self.due < on


class Found(models.TextChoices):
    """As the exchange format numbers them (checkStatus)."""

    WELL = "0", "受控"
    FAULT = "1", "有问题"
    OTHER = "2", "停用等"


class Confirmation(Scoped):
    """A control was looked at: all is well, something is wrong, or it is out of use."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    control = models.ForeignKey(Control, models.PROTECT, related_name="confirmations")
    found = models.CharField(max_length=1, choices=Found.choices, default=Found.WELL)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)
    next_due = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["control", "-at"], name="confirmation_control"),
            *scope_indexes("confirm", "-at", "-id"),
        ]


class Why(models.TextChoices):
    INITIAL = "initial", "首次评估"
    DUE = "due", "到期评估"
    INCIDENT = "incident", "发生事件后"
    CHANGE = "change", "情况变化后"
    RULE = "rule", "按规则调整"


class Assessment(Scoped):
    """One grading of a point, kept for good: by a method and its factors, or by a rule (`why`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(Point, models.PROTECT, related_name="assessments", db_index=False)
    why = models.CharField(max_length=8, choices=Why.choices)
    method = models.CharField(max_length=8, blank=True)
    variant = models.CharField(max_length=24, blank=True)
    factors = models.JSONField(default=dict, help_text="{L: 3, S: 4}")
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    before = models.PositiveSmallIntegerField(null=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    on = models.DateField()
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["point", "-at", "-id"], name="assessment_point"),
            *scope_indexes("assess", "-at", "-id"),
        ]


class Standing(Scoped):
    """How a school stands with its risks, one row each: reckoned anew with every change, so that a county reads rows and
    not points. Tallies are the sums of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    red = models.PositiveSmallIntegerField(default=0)
    orange = models.PositiveSmallIntegerField(default=0)
    yellow = models.PositiveSmallIntegerField(default=0)
    blue = models.PositiveSmallIntegerField(default=0)
    unassessed = models.PositiveSmallIntegerField(default=0)
    held = models.PositiveSmallIntegerField(default=0, help_text="red and orange ones under control")
    overdue = models.PositiveSmallIntegerField(default=0, help_text="points with an overdue control")
    lacking = models.PositiveSmallIntegerField(default=0, help_text="points without cycle, owner or place of notice")
    old_buildings = models.PositiveSmallIntegerField(default=0, help_text="without a risk assessment")
    grade = models.PositiveSmallIntegerField(choices=Level.choices, null=True, help_text="of the school")
    listed_on = models.DateField(null=True)
    assessed_on = models.DateField(null=True)
    active_on = models.DateField(null=True, help_text="when something was last done about risks")
    loop_on = models.DateField(null=True, help_text="when the hazard loop last moved")
    accepted_on = models.DateField(null=True)
    dual_on = models.DateField(null=True, help_text="when the acceptance of dual prevention was passed")
    plan_on = models.DateField(null=True, help_text="when its emergency plan was last filed")
    is_running = models.BooleanField(default=False, help_text="risk list and hazard loop both")
    expires_on = models.DateField(null=True, help_text="when it must be reckoned anew though nothing was done")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="standing_once")]
        indexes = [
            *scope_indexes("standing", "id"),
            models.Index(fields=["expires_on"], name="standing_expires"),
        ]
