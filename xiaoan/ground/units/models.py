from typing import Any, Self

from django.db import models
from django.db.models.functions import Substr

from xiaoan.ground.units.kinds import PartnerKind, Rank, SchoolKind
from xiaoan.ground.units.paths import COLUMNS, ancestors, below, county_of, scope
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import new_id


class UnitQuerySet(models.QuerySet["Unit"]):
    def under(self, path: str) -> Self:
        """The unit at `path` and all below it."""
        return self.filter(below(path))

    def active(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def schools(self) -> Self:
        return self.filter(rank=Rank.SCHOOL)

    def visible_to(self, actor: Actor, right: str) -> Self:
        """Units in the actor's scope, none without the right."""
        return self.under(actor.scope) if actor.holds(right) else self.none()


class Unit(models.Model):
    """A bureau, school, department or partner body. `path` says where it stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.CharField(max_length=32, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    rank = models.CharField(max_length=12, choices=Rank.choices)
    kind = models.CharField(max_length=16, blank=True, choices=[*SchoolKind.choices, *PartnerKind.choices])
    name = models.CharField(max_length=80)
    short = models.CharField(max_length=24, blank=True)
    division = models.CharField(max_length=9, blank=True)
    identifier = models.CharField(max_length=10, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    pupils = models.PositiveIntegerField(default=0)
    boarders = models.PositiveIntegerField(default=0)
    staff = models.PositiveIntegerField(default=0)
    classes = models.PositiveIntegerField(default=0)
    has = models.JSONField(default=list, help_text="facilities: boarding canteen bus laboratory pool gas")
    is_synthetic = models.BooleanField(default=False)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["rank", "path"], name="unit_rank_path"),
            models.Index(fields=["parent", "path"], name="unit_parent_path"),
            models.Index(fields=["division"], name="unit_division"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["identifier"], condition=~models.Q(identifier=""), name="unit_identifier"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short or self.name

    @property
    def is_school(self) -> bool:
        return self.rank == Rank.SCHOOL

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def county_path(self) -> str:
        return county_of(self.path)

    @property
    def ancestor_paths(self) -> list[str]:
        return ancestors(self.path)

    def facts(self) -> dict[str, Any]:
        """What requirements look at to know whether they bind this unit."""
        return {
            "rank": self.rank,
            "kind": self.kind,
            "pupils": self.pupils,
            "boarding": self.boarders > 0,
            "has": self.has,
        }


class Former(models.Model):
    """A name or a place that a unit has had: so that it is found by it, and the path is never given out again."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="formers")
    name = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=32, blank=True)
    until = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="former_name"),
            models.Index(fields=["path"], name="former_path"),
        ]


class Shapes(models.Model):
    """Outlines of the units directly below one, as its bureau uploaded them; without them there is no map.

    `geojson` is a FeatureCollection whose features carry nothing but the id of a unit."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="shapes", primary_key=True)
    unit_path = models.CharField(max_length=32)
    geojson = models.TextField()
    digest = models.CharField(max_length=16, help_text="of the geojson: what a reader saw, and the version of its file")
    review_number = models.CharField(max_length=40, help_text="审图号: no map may be shown in public without one")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)


class ScopedQuerySet(models.QuerySet[Any]):
    def under(self, path: str) -> Self:
        """Rows of the unit at `path` and of all below it, by one ancestor column."""
        return self.filter(scope(path))

    def visible_to(self, actor: Actor, right: str) -> Self:
        """Rows in the actor's scope, none without the right."""
        return self.under(actor.scope) if actor.holds(right) else self.none()


class Scoped(models.Model):
    """A row that belongs to a unit. A service sets both paths; the other ancestors are stored from them."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    unit_path = models.CharField(max_length=32)
    county_path = models.CharField(max_length=12)
    province_path = models.GeneratedField(
        expression=Substr("unit_path", 1, 4), output_field=models.CharField(max_length=4), db_persist=True
    )
    city_path = models.GeneratedField(
        expression=Substr("unit_path", 1, 8), output_field=models.CharField(max_length=8), db_persist=True
    )
    township_path = models.GeneratedField(
        expression=Substr("unit_path", 1, 16), output_field=models.CharField(max_length=16), db_persist=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Deduced(Scoped):
    """A row that the platform makes of another one of the same unit, by the thousand. That one's constraint holds for
    both: the database need not look the unit up again for each."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        abstract = True


def scope_of(unit: Unit) -> dict[str, Any]:
    """The three columns that a service sets on a new scoped row."""
    return {"unit": unit, "unit_path": unit.path, "county_path": unit.county_path}


def scope_indexes(name: str, *order: str, condition: models.Q | None = None) -> list[models.Index]:
    """One index per ancestor column (and the unit's own), each followed by `order`; `name` ≤ 20 characters."""
    columns = [*COLUMNS.values(), "unit_path"]
    return [
        models.Index(*[_ordered(f) for f in (column, *order)], name=f"{name}_{column[:4]}", condition=condition)
        for column in columns
    ]


def _ordered(name: str) -> Any:
    field = models.F(name.lstrip("-"))
    return field.desc() if name.startswith("-") else field
