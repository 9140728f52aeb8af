from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import new_id


class Practice(models.Model):
    """Something that documents ask units to do, and the sheet whose records prove it."""

    key = models.CharField(max_length=48, primary_key=True)
    name = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    group = models.CharField(max_length=20)
    sheet = models.CharField(max_length=32)
    icon = models.CharField(max_length=40)
    minutes = models.PositiveSmallIntegerField(default=2)
    with_pupils = models.BooleanField(default=True)
    ranks = models.JSONField(default=list)
    by = models.JSONField(default=list)
    words = models.JSONField(default=list)
    where = models.JSONField(default=list, help_text='[{"field": …, "is": […]}]')
    is_local = models.BooleanField(default=False, help_text="made by a bureau, not by the catalogue")

    def __str__(self) -> str:
        return self.name


class DocumentState(models.TextChoices):
    DRAFT = "draft", "起草中"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被替代"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: Actor, right: str) -> Self:
        """Documents in force above, at or below the actor's scope, the office's own drafts, and what is public and finished.
        Whoever may publish also sees the packs, from which they choose."""
        if not actor.holds(right):
            return self.none()
        if not actor.scope:
            return self
        near = below(actor.scope, "unit_path") | Q(unit_path__in=ancestors(actor.scope))
        published = Q(is_public=True) & (Q(is_pack=True) | ~Q(state=DocumentState.DRAFT))
        known = Q(Exists(Publication.objects.filter(near, document=OuterRef("pk")))) | published
        if actor.holds("policies.draft"):
            known |= below(actor.scope, "owner__path")
        if actor.holds("policies.publish"):
            known |= Q(is_pack=True)
        return self.filter(known)

    def editable_by(self, actor: Actor, right: str) -> Self:
        """Drafts that an office of the actor's scope owns."""
        held = self.filter(state=DocumentState.DRAFT, is_pack=False, owner__isnull=False)
        return held.filter(below(actor.scope, "owner__path")) if actor.holds(right) else held.none()


class Document(models.Model):
    """A policy document in one version. `source_text` is the original when a bureau has attached it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    short = models.CharField(max_length=40)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=80)
    tier = models.CharField(max_length=12)
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.DRAFT)
    is_public = models.BooleanField(default=False)
    is_pack = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    source_name = models.CharField(max_length=120, blank=True)
    source_text = models.TextField(blank=True)
    sections = models.JSONField(default=list, help_text="[{key, label, title, level, parent}]")
    made_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="document_version")]
        indexes = [models.Index(fields=["state", "-made_at"], name="document_state")]

    def __str__(self) -> str:
        return self.title


class ClauseIs(models.TextChoices):
    LIVE = "live", "动态落实"
    BUILT = "built", "平台功能"
    TO_COME = "to_come", "平台将有"
    PRINCIPLE = "principle", "原则要求"


class Clause(models.Model):
    """One sentence of a document: our paraphrase, a quote that locates it in the original, what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=32)
    position = models.PositiveIntegerField()
    section = models.CharField(max_length=16)
    text = models.TextField()
    quote = models.CharField(max_length=60, blank=True)
    start = models.IntegerField(null=True, help_text="offset in the original with white space removed")
    end = models.IntegerField(null=True)
    disposition = models.CharField(max_length=10, choices=ClauseIs.choices)
    capability = models.CharField(max_length=4, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    because = models.CharField(max_length=120, blank=True)
    binds_issuer = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="clause_key")]


class Kind(models.TextChoices):
    RECURRING = "recurring", "经常性"
    DELIVERABLE = "deliverable", "限期"
    STANDING = "standing", "保持"
    TARGET = "target", "指标"
    EVENT = "event", "遇事"


class Requirement(models.Model):
    """What a clause asks: of whom, how often or by when, and which records prove it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=48, unique=True)
    document = models.ForeignKey(Document, models.CASCADE, related_name="requirements")
    clause = models.ForeignKey(Clause, models.CASCADE, related_name="requirements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="requirements")
    duty = models.CharField(max_length=80)
    every = models.CharField(max_length=16, blank=True)
    assumed = models.BooleanField(default=False, help_text="the text gives no period: the platform's default")
    times = models.PositiveSmallIntegerField(default=1)
    window = models.CharField(max_length=20, blank=True)
    deadline = models.DateField(null=True)
    figure = models.JSONField(default=dict)
    measure = models.CharField(max_length=48, blank=True)
    binds = models.JSONField(default=dict)
    by = models.JSONField(default=list)
    counts = models.JSONField(default=dict, help_text="{topic: […], where: {field: […]}, headcount_min: n}")
    season = models.JSONField(default=list)
    trigger = models.JSONField(default=dict)
    within_days = models.PositiveSmallIntegerField(null=True)
    is_kept = models.BooleanField(default=True, help_text="false in a draft: read, but not asked of anyone")
    drafted = models.JSONField(default=dict, help_text="{confidence, start, end, because: {value: words}, checked}")

    def __str__(self) -> str:
        return self.duty


class PublicationState(models.TextChoices):
    PREPARING = "preparing", "正在生效"
    IN_FORCE = "in_force", "执行中"
    ENDED = "ended", "已结束"


class Publication(models.Model):
    """A document in force below a unit, its dates shifted by whole years where it was adopted for another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="publications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="publications")
    unit_path = models.CharField(max_length=32)
    shift_years = models.SmallIntegerField(default=0)
    starts = models.DateField()
    ends = models.DateField()
    state = models.CharField(max_length=10, choices=PublicationState.choices, default=PublicationState.PREPARING)
    reached = models.CharField(max_length=32, blank=True, help_text="path of the last unit that the back-fill has read")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "state"], name="publication_path")]

    def shifted(self, day: date | None) -> date | None:
        """A date of the document as it stands in this publication."""
        return shift(day, self.shift_years)


class Receipt(models.Model):
    """A unit has opened a published document, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=32)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "unit"], name="receipt_once")]
        indexes = [models.Index(fields=["publication", "unit_path"], name="receipt_path")]


class Stamp(models.Model):
    """One row whose number rises with every change of what is in force: processes reload their book by it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)


def shift(day: date | None, years: int) -> date | None:
    """A day `years` later; 29 February becomes the 28th."""
    if day is None or not years:
        return day
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


Facts = dict[str, Any]
