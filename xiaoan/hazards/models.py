from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Scoped, ScopedQuerySet, scope_indexes
from xiaoan.ground.units.paths import STEP
from xiaoan.hazards.states import CLOSED, CONTENTS, ENDS, FOUND, FROM_OUTSIDE, LEVELS, RARE_SOURCES
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models import Control, Point

REPORT_ONLY = ("student_officer", "parent", "expert")
OPEN = ~Q(state__in=ENDS)
STOCK_UNTIL = date(2023, 12, 31)  # major hazards found until then are the stock that is to be cleared
STOCK = Q(level="major", found_on__lte=STOCK_UNTIL)


class HazardQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, right: str) -> Self:
        """As every scoped row; a partner body sees what was given to it, pupils, parents and
        third parties what they reported."""
        rows = super().visible_to(actor, right)
        if actor.rank == Rank.SCHOOL and actor.holds(right):
            rows = self.filter(unit_path=actor.scope)  # equality gives an index's order, a range does not
        if actor.role == "partner_officer":
            return rows.filter(partner_path=actor.unit_path)
        if actor.role in REPORT_ONLY:
            return rows.filter(reported_by_id=actor.person_id)
        return rows

    def still_open(self) -> Self:
        return self.exclude(state__in=ENDS)


def _bureau_indexes(name: str, *order: str, condition: Q | None = None) -> list[models.Index]:
    """One index for each of province, city and county; what lies below them is few rows."""
    ordered = [F(n[1:]).desc() if n.startswith("-") else F(n) for n in order]
    columns = ("province_path", "city_path", "county_path")
    return [models.Index(F(c), *ordered, name=f"{name}_{c[:4]}", condition=condition) for c in columns]


class Hazard(Scoped):
    """A danger that somebody saw, from the report to the closing. Its states and moves are the flow HAZARD."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=32, help_text="隐患〔2026〕1183号")
    kind = models.CharField(max_length=16, default="hazard")
    words = models.CharField(max_length=500)
    place = models.CharField(max_length=120, blank=True)
    place_key = models.CharField(max_length=120, blank=True, help_text="the place without blanks and signs")
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="hazards", db_index=False)
    control = models.ForeignKey(
        Control, models.PROTECT, null=True, related_name="hazards", db_index=False, help_text="that did not hold"
    )
    photos = models.JSONField(default=list, help_text="ids of the pictures before")
    item = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=8, blank=True)
    subcategory = models.CharField(max_length=24, blank=True)
    level = models.CharField(max_length=8, default="general")
    proposed = models.CharField(max_length=8, blank=True, help_text="the level that item and criteria say")
    least = models.CharField(max_length=8, blank=True, help_text="the level below which the unit alone may not go")
    level_why = models.CharField(max_length=300, blank=True)
    hits = models.JSONField(default=list, help_text="keys of the criteria of major hazards that it meets")
    source = models.CharField(max_length=16)
    origin_type = models.CharField(max_length=20, blank=True)
    origin_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    captured_at = models.DateTimeField()
    made_at = models.DateTimeField()
    found_on = models.DateField()
    reporter = models.CharField(max_length=60)
    is_anonymous = models.BooleanField(default=False)
    reported_by_id = models.UUIDField(null=True)
    reported_post_id = models.UUIDField(null=True)

    state = models.CharField(max_length=12, default="reported")
    step = models.PositiveIntegerField(default=0)
    holder_path = models.CharField(max_length=32, blank=True)
    holder_id = models.UUIDField(null=True, help_text="the person, where it is one")
    holder = models.CharField(max_length=100, blank=True)
    due = models.DateField(null=True, help_text="of the present step")
    escalated = models.PositiveSmallIntegerField(default=0)
    escalated_to = models.CharField(max_length=32, blank=True)
    verify_path = models.CharField(max_length=32, help_text="of the unit that verifies")

    judged_by = models.CharField(max_length=60, blank=True)
    judged_by_id = models.UUIDField(null=True)
    judged_post_id = models.UUIDField(null=True)
    judged_at = models.DateTimeField(null=True)

    managed = models.CharField(max_length=8, default="term", help_text="at_once or term")
    assigned_by = models.CharField(max_length=60, blank=True)
    assigned_by_id = models.UUIDField(null=True)
    assigned_post_id = models.UUIDField(null=True)
    assigned_at = models.DateTimeField(null=True)
    responsible = models.CharField(max_length=60, blank=True)
    responsible_by_id = models.UUIDField(null=True)
    responsible_post_id = models.UUIDField(null=True)
    measures = models.CharField(max_length=500, blank=True)
    funds = models.CharField(max_length=120, blank=True)
    fix_by = models.DateField(null=True)
    plan = models.CharField(max_length=300, blank=True)
    interim = models.CharField(max_length=300, blank=True)

    fixed_by = models.CharField(max_length=60, blank=True)
    fixed_by_id = models.UUIDField(null=True)
    fixed_post_id = models.UUIDField(null=True)
    fixed_at = models.DateTimeField(null=True)
    done = models.CharField(max_length=500, blank=True)
    after_photos = models.JSONField(default=list)
    fixers = models.JSONField(default=list, help_text="ids of persons and posts that ever fixed it")

    asked_by = models.CharField(max_length=60, blank=True)
    asked_by_id = models.UUIDField(null=True)
    asked_post_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    ask_until = models.DateField(null=True)
    ask_why = models.CharField(max_length=300, blank=True)

    partner_path = models.CharField(max_length=32, blank=True)
    transfer_why = models.CharField(max_length=300, blank=True)
    received_by = models.CharField(max_length=60, blank=True)
    received_by_id = models.UUIDField(null=True)
    received_post_id = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    chased_on = models.DateField(null=True)

    decision = models.CharField(max_length=300, blank=True)
    verified_by = models.CharField(max_length=60, blank=True)
    verified_by_id = models.UUIDField(null=True)
    verified_post_id = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)
    closed_by_id = models.UUIDField(null=True)
    closed_post_id = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    is_in_time = models.BooleanField(default=False, help_text="it was fixed by the day set for it")
    days_open = models.PositiveIntegerField(default=0, help_text="from finding to closing")
    hours = models.JSONField(default=list, help_text="spent in each of the five steps, told at the closing")

    returned = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    extended = models.PositiveSmallIntegerField(default=0)
    is_supervised = models.BooleanField(default=False)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates", db_index=False)
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="later", db_index=False)
    questioned_on = models.DateField(null=True, help_text="its closing is in doubt: the same came back")

    objects = HazardQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            *scope_indexes("hz", "-id"),
            *scope_indexes("hz_open", "-id", condition=OPEN),
            *_bureau_indexes("hz_due", "due", "id", condition=Q(due__isnull=False)),
            *_bureau_indexes("hz_state", "state", "-id", condition=~Q(state=CLOSED)),
            *_bureau_indexes("hz_level", "level", "-id", condition=Q(level__in=["major", "larger"])),
            *_bureau_indexes("hz_cat", "category", "-id"),
            *_bureau_indexes("hz_item", "item", "-id", condition=~Q(item="")),
            *_bureau_indexes("hz_src", "source", "-id", condition=Q(source__in=RARE_SOURCES)),
            *_bureau_indexes("hz_sup", "-id", condition=Q(is_supervised=True)),
            *_bureau_indexes("hz_doubt", "-id", condition=Q(questioned_on__isnull=False)),
            models.Index("province_path", F("id").desc(), name="hz_stock", condition=STOCK),
            models.Index("due", "id", name="hz_due", condition=OPEN),
            models.Index("holder_id", F("id").desc(), name="hz_holder", condition=OPEN & Q(holder_id__isnull=False)),
            models.Index("holder_path", F("id").desc(), name="hz_holds", condition=OPEN),
            models.Index("partner_path", F("id").desc(), name="hz_partner", condition=~Q(partner_path="")),
            models.Index("reported_by_id", F("id").desc(), name="hz_reported"),
            models.Index("origin_type", "origin_id", name="hz_origin", condition=~Q(origin_type="")),
            models.Index("point", name="hz_point", condition=OPEN & Q(point__isnull=False)),
            models.Index("duplicate_of", name="hz_duplicates", condition=Q(duplicate_of__isnull=False)),
            models.Index("earlier", name="hz_later", condition=Q(earlier__isnull=False)),
            models.Index("number", name="hz_number"),
        ]
        constraints = [
            models.CheckConstraint(
                name="hazard_is_held",
                condition=Q(state__in=ENDS, due__isnull=True)
                | (OPEN & ~Q(holder_path="") & ~Q(holder="") & Q(due__isnull=False)),
            ),
        ]

    is_repeat = False  # set on what `report_hazard` gives back for an id that it had already taken

    def __str__(self) -> str:
        return f"{self.number} {self.words[:40]}"

    @property
    def is_open(self) -> bool:
        return self.state not in ENDS

    @property
    def is_major(self) -> bool:
        return self.level == "major"

    @property
    def level_word(self) -> str:
        return LEVELS[self.level]

    @property
    def parent_path(self) -> str:
        return self.unit_path[:-STEP] or self.unit_path

    @property
    def upper_path(self) -> str:
        """Of the bureau that decides what the unit alone may not: a lower level, more time."""
        return self.verify_path if self.is_major and len(self.verify_path) < len(self.unit_path) else self.parent_path

    @property
    def dismiss_path(self) -> str:
        """Of whoever may call it false or a duplicate: never the unit alone when it is grave or was found by others."""
        is_grave = self.level in ("major", "larger") or self.source in FROM_OUTSIDE
        return self.upper_path if is_grave else self.unit_path

    @property
    def doubt_path(self) -> str:
        """Of the bureau above whoever verified it: looks again when the same comes back."""
        return self.verify_path[:-STEP] or self.verify_path

    def is_late(self, on: date) -> bool:
        return self.due is not None and self.due < on


class Listing(Scoped):
    """A hazard under supervision (挂牌督办), with the mandatory contents of its treatment plan."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="listings")
    number = models.CharField(max_length=32, help_text="隐患督〔2026〕1号")
    bureau_path = models.CharField(max_length=32, help_text="of the bureau that supervises")
    supervisor = models.CharField(max_length=60)
    due = models.DateField(null=True)
    contents = models.JSONField(default=dict, help_text="goal, measures, funds, people, time, contingency")
    basis = models.CharField(max_length=200)
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=60)
    listed_by_id = models.UUIDField(null=True)
    told_on = models.DateField(help_text="of the last progress, or of the listing")
    reminded_on = models.DateField(null=True)
    struck_number = models.CharField(max_length=32, blank=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.CharField(max_length=60, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            *scope_indexes("listing", "-id"),
            models.Index("told_on", "id", name="listing_told", condition=Q(struck_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hazard"], condition=Q(struck_at__isnull=True), name="listing_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def told_contents(self) -> list[tuple[str, str]]:
        """The contents of the treatment plan that were written, with their names."""
        return [(name, self.contents[key]) for key, name in CONTENTS.items() if self.contents.get(key)]

    @property
    def told_progress(self) -> list["Progress"]:
        return sorted(self.progress.all(), key=lambda p: p.at, reverse=True)

    @property
    def countdown(self) -> tuple[str, str]:
        """How long the supervision still has, and the state of it."""
        left = (self.due - clock.today()).days if self.due else 0
        if left < 0:
            return f"已超 {-left} 天", "late"
        return (f"{left} 天" if left else "今天到期"), "due" if left <= 3 else "go"


class Progress(Scoped):
    """How far a supervised hazard is, told by whoever works on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="progress")
    words = models.CharField(max_length=500)
    percent = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)


class Draw(Scoped):
    """A sample of closed hazards to look at again. `seed` and `asked` let anyone repeat it; `unit` is the bureau."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seed = models.CharField(max_length=32)
    asked = models.JSONField(default=dict, help_text="size, since, until, category")
    of = models.PositiveIntegerField(help_text="how many closed hazards it was drawn from")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        indexes = scope_indexes("draw", "-id")


class Recheck(Scoped):
    """A closed hazard looked at again. `found`: nothing yet, holds, recurred (came back) or false (was never fixed)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="rechecks")
    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="rechecks")
    category = models.CharField(max_length=8, blank=True)
    found = models.CharField(max_length=10, blank=True)
    words = models.CharField(max_length=300, blank=True)
    photos = models.JSONField(default=list)
    at = models.DateTimeField(null=True)
    by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = scope_indexes("recheck", "-id")

    @property
    def found_word(self) -> str:
        return FOUND.get(self.found, "待复核")


class Tip(Scoped):
    """What somebody without an account told: the secret of their private link, and a contact that only the school's leads
    see."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hazard = models.OneToOneField(Hazard, models.CASCADE, related_name="tip")
    point_id = models.UUIDField()
    token = models.CharField(max_length=40, unique=True)
    contact = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("point_id", "made_at", name="tip_point")]


def anew(hazard: Hazard, changes: dict[str, Any]) -> Hazard:
    """A copy of the case as it will be with these changes; what the database works out is left as it was."""
    names = {f.attname for f in Hazard._meta.concrete_fields if not f.generated}
    values = {name: getattr(hazard, name) for name in names}
    return Hazard(**{**values, **{k: v for k, v in changes.items() if k in names and not isinstance(v, F)}})
