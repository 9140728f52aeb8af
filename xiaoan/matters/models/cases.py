"""A matter and what was said about it."""

from django.db import models

from xiaoan.ground.units.models import Scoped, Unit, scope_indexes
from xiaoan.kernel import clock
from xiaoan.kernel.ids import new_id
from xiaoan.matters.flows import MATTER, OPEN
from xiaoan.matters.kinds import Kind, kinds
from xiaoan.matters.models.around import Cell, Spot
from xiaoan.matters.models.joint import Sweep

IS_OPEN = models.Q(state__in=OPEN)
CONTENT = {1: "满意", 2: "基本满意", 3: "不满意"}
CALM = {"calm": "稳定", "watch": "需关注", "risk": "可能激化"}


class Matter(Scoped):
    """One case. `unit` is whom it concerns and who is responsible; `holder_path` who answers for the next step on the side
    of education; `partner_path` the body that it was passed to. Its states and moves are the flow MATTER."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24)
    kind = models.CharField(max_length=20)
    family = models.CharField(max_length=16)
    words = models.CharField(max_length=1000)
    place = models.CharField(max_length=80, blank=True)
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, related_name="matters")
    spot = models.ForeignKey(Spot, models.PROTECT, null=True, related_name="matters")
    sweep = models.ForeignKey(Sweep, models.PROTECT, null=True, related_name="matters")
    photos = models.JSONField(default=list)
    is_restricted = models.BooleanField(default=False)
    reporter = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=60, blank=True, help_text="how to reach who asked, when they said")
    token = models.CharField(max_length=43, blank=True, help_text="of the private link of who asked")
    state = models.CharField(max_length=12, default="reported")
    step = models.PositiveIntegerField(default=0)
    holder_path = models.CharField(max_length=32)
    partner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    partner_path = models.CharField(max_length=32, blank=True)
    due = models.DateField(help_text="of the next step")
    escalated = models.PositiveSmallIntegerField(default=0)
    escalated_to = models.CharField(max_length=32, blank=True)
    answer_by = models.DateField()
    answer = models.CharField(max_length=1000, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_by_id = models.UUIDField(null=True)
    answered_post_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    first_answered_on = models.DateField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    chased = models.PositiveSmallIntegerField(default=0)
    chased_on = models.DateField(null=True)
    calm = models.CharField(max_length=8, blank=True, help_text="latest state of who petitions")
    contacted_at = models.DateTimeField(null=True)
    content = models.PositiveSmallIntegerField(null=True, help_text="1 to 3 as CONTENT")
    happened_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], condition=~models.Q(token=""), name="matter_token"),
        ]
        indexes = [
            *scope_indexes("matter", "-id"),
            *scope_indexes("matter_open", "family", "-id", condition=IS_OPEN),
            models.Index(fields=["partner_path", "state", "due"], name="matter_partner"),
            models.Index(fields=["holder_path", "due"], condition=IS_OPEN, name="matter_holder"),
            models.Index(fields=["due"], condition=IS_OPEN, name="matter_due"),
        ]

    def __str__(self) -> str:
        """No words: this stands in the journal."""
        return f"{self.told.name if not self.is_restricted else '受限线索'} {self.number}"

    @property
    def told(self) -> Kind:
        return kinds()[self.kind]

    @property
    def title(self) -> str:
        return self.words[:40]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Whether the next step was due before today."""
        return self.is_open and self.due < clock.today()

    @property
    def in_time(self) -> bool | None:
        """Whether the first answer came by its day; None while there is none."""
        return None if self.first_answered_on is None else self.first_answered_on <= self.answer_by

    @property
    def state_name(self) -> str:
        return MATTER.state(self.state).label

    @property
    def outcome_name(self) -> str:
        return self.told.outcome_name(self.outcome)


class Said(Scoped):
    """What somebody said at a step of a matter: the texts that the journal must not hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="said")
    how = models.CharField(max_length=12, help_text="the step in words")
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=60)
    by_unit = models.CharField(max_length=80)
    at = models.DateTimeField()
