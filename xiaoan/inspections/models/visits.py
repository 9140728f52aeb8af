from datetime import date

from django.db import models
from django.db.models import Q

from xiaoan.ground.units.models import Scoped, Unit, scope_indexes
from xiaoan.inspections.kinds import MODE_CHOICES, MODES, Mode
from xiaoan.inspections.models.campaigns import Campaign
from xiaoan.kernel.ids import new_id

OPEN = ("planned", "running", "issued", "fixed", "checked")
TOLD = ("issued", "fixed", "checked", "closed")  # the place knows its findings


class Visit(Scoped):
    """One unit (`place`) inspected once. Its states and moves are the flow VISIT.

    The row stands at the place; one without notice stands at the bureau until its findings are issued, so that no
    list, search, figure or wall shows it to the place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=60, help_text="of the visit and of all that comes from it")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="visits")
    mode = models.CharField(max_length=12, choices=MODE_CHOICES)
    place = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by_path = models.CharField(max_length=32, help_text="of the bureau that inspects")
    by_rank = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="planned")
    step = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)
    planned_on = models.DateField()
    due = models.DateField(null=True, help_text="until when the place puts it right and answers")
    head_id = models.UUIDField(null=True)
    head_name = models.CharField(max_length=60, blank=True)
    decided = models.JSONField(default=dict, help_text="line -> {result, why, by}: where inspectors disagreed")
    failed = models.PositiveSmallIntegerField(default=0)
    major = models.PositiveSmallIntegerField(default=0)
    repeated = models.PositiveSmallIntegerField(default=0)
    opinion = models.CharField(max_length=500, blank=True, help_text="what is fed back, in a sentence")
    head_signature = models.UUIDField(null=True, help_text="picture of the head's signature")
    place_signature = models.UUIDField(null=True)
    place_signer = models.CharField(max_length=60, blank=True)
    why_unsigned = models.CharField(max_length=200, blank=True)
    paper = models.JSONField(default=list, help_text="pictures of paper forms")
    counted_on = models.DateField(null=True, help_text="day under which it counts in coverage")
    record = models.UUIDField(null=True, help_text="the bureau's record of supervision")
    started_by = models.CharField(max_length=60, blank=True)
    started_by_id = models.UUIDField(null=True)
    started_post_id = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=60, blank=True)
    issued_by_id = models.UUIDField(null=True)
    issued_post_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField(null=True)
    fix_words = models.CharField(max_length=500, blank=True)
    fix_files = models.JSONField(default=list)
    fixed_by = models.CharField(max_length=60, blank=True)
    fixed_by_id = models.UUIDField(null=True)
    fixed_post_id = models.UUIDField(null=True)
    fixed_at = models.DateTimeField(null=True)
    check_words = models.CharField(max_length=500, blank=True)
    checked_by = models.CharField(max_length=60, blank=True)
    checked_by_id = models.UUIDField(null=True)
    checked_post_id = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    evaluation = models.CharField(max_length=500, blank=True)
    evaluated_by = models.CharField(max_length=60, blank=True)
    evaluated_by_id = models.UUIDField(null=True)
    evaluated_post_id = models.UUIDField(null=True)
    evaluated_at = models.DateTimeField(null=True)
    why_cancelled = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "place"], name="insp_visit_once"),
            models.UniqueConstraint(fields=["by_path", "number"], name="insp_visit_number"),
        ]
        indexes = [
            *scope_indexes("insp", "-planned_on", "-id"),
            *scope_indexes("insp_open", "-planned_on", "-id", condition=Q(state__in=OPEN)),
            models.Index(fields=["place", "-counted_on"], name="insp_visit_place"),
            models.Index(fields=["by_path", "state", "-id"], name="insp_visit_by"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def how(self) -> Mode:
        return MODES[self.mode]

    @property
    def place_path(self) -> str:
        return self.place.path

    @property
    def is_told(self) -> bool:
        return self.state in TOLD

    def is_late(self, on: date) -> bool:
        """Whether the place had to answer before `on` and has not."""
        return self.state == "issued" and self.failed > 0 and self.due is not None and self.due < on


class Part(Scoped):
    """What one inspector answers on one visit, in one way. `answers` maps a line to {result, score, note, photos, …}."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="parts")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="parts", help_text="that sent the inspector")
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=60)
    body = models.CharField(max_length=16, default="own", help_text="key of kinds.BODIES")
    organisation = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=8, default="site")
    is_head = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    seconds = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "person_id", "way"], name="part_once")]
        indexes = [
            *scope_indexes("part", "-id"),
            models.Index(fields=["person_id", "-id"], condition=Q(done_at__isnull=True), name="part_open"),
            models.Index(fields=["person_id", "-id"], name="part_person"),
        ]

    @property
    def is_third_party(self) -> bool:
        return self.body == "third_party"


class Finding(Scoped):
    """A line that was not in order, as issued: what, the clause that it breaks, who saw it, the hazard that it raised."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings")
    line = models.CharField(max_length=48)
    category = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=120, help_text="the regulation or document")
    cited = models.CharField(max_length=600, help_text="its words")
    clause = models.CharField(max_length=48, blank=True)
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=60)
    body = models.CharField(max_length=16, default="own")
    organisation = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=8, default="site")
    photos = models.JSONField(default=list)
    hazard = models.UUIDField(null=True)
    is_repeat = models.BooleanField(default=False)
    found_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "line"], name="finding_once")]
        indexes = [
            *scope_indexes("finding", "-id"),
            models.Index(fields=["person_id", "found_on"], name="finding_person"),
            models.Index(fields=["unit_path", "line"], name="finding_line"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_third_party(self) -> bool:
        return self.body == "third_party"
