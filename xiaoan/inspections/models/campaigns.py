from django.db import models

from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.inspections.kinds import MODE_CHOICES, MODES, Mode
from xiaoan.kernel.ids import new_id
from xiaoan.policies.models import Document


class PlanItem(Scoped):
    """A line of the year's approved list of inspections (年度检查计划) of a bureau."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    basis = models.CharField(max_length=200, blank=True, help_text="the document that put it on the list")
    most = models.PositiveSmallIntegerField(default=1, help_text="campaigns that it allows in the year")
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = scope_indexes("planitem", "-id")

    def __str__(self) -> str:
        return self.name


class Campaign(Scoped):
    """One inspection action of a bureau (`unit`). Its states and moves are the flow CAMPAIGN."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=12, choices=MODE_CHOICES)
    topics = models.JSONField(default=list, help_text="options of the sheet supervision")
    ways = models.JSONField(default=list, help_text="site, online")
    state = models.CharField(max_length=10, default="draft")
    step = models.PositiveIntegerField(default=0)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=32, blank=True, help_text="key of the clause it carries out")
    basis = models.CharField(max_length=200, blank=True)
    checklist = models.UUIDField(null=True, help_text="of the floor of checks: one version")
    line_set = models.CharField(max_length=24, blank=True, help_text="key of a set in catalogue/inspections")
    categories = models.JSONField(default=list, help_text="of check items; all when empty")
    target_path = models.CharField(max_length=32, help_text="the subtree it is about")
    kinds = models.JSONField(default=list, help_text="kinds of school, or city; general schools when empty")
    chosen = models.JSONField(default=list, help_text="ids of units picked by hand")
    starts = models.DateField()
    ends = models.DateField()
    announced_on = models.DateField(null=True)
    plan_item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="campaigns")
    reason = models.CharField(max_length=300, blank=True, help_text="why in spite of the list, the notice or clashes")
    take = models.PositiveSmallIntegerField(default=0, help_text="how many units the draw takes; 0 takes all")
    seed = models.CharField(max_length=32, blank=True)
    drawn = models.JSONField(default=dict, help_text="what the draw was given and what came out; see draw.py")
    drawn_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=60)
    made_by_id = models.UUIDField(null=True)
    made_post_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_by_id = models.UUIDField(null=True)
    approved_post_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    dispatched_by = models.CharField(max_length=60, blank=True)
    dispatched_by_id = models.UUIDField(null=True)
    dispatched_post_id = models.UUIDField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    concluded_by = models.CharField(max_length=60, blank=True)
    concluded_by_id = models.UUIDField(null=True)
    concluded_post_id = models.UUIDField(null=True)
    concluded_at = models.DateTimeField(null=True)
    conclusion = models.CharField(max_length=500, blank=True)

    # Behind the second wall the inspected unit reads the campaign of a visit that it may see.
    READ_FROM_BELOW = "EXISTS (SELECT 1 FROM inspections_visit seen WHERE seen.campaign_id = inspections_campaign.id)"

    class Meta:
        indexes = [*scope_indexes("campaign", "-id"), *scope_indexes("campaign_st", "state", "-id")]

    def __str__(self) -> str:
        return self.name

    @property
    def how(self) -> Mode:
        return MODES[self.mode]

    @property
    def rank(self) -> str:
        """The rank of the bureau that inspects: what coverage is counted by."""
        return {1: "province", 2: "city", 3: "county"}.get(len(self.unit_path) // 4, "township")
