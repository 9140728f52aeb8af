"""Reading the tree: children, search by name, former name or code, and what stands directly below a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Former, Unit, UnitQuerySet
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.kernel.kept import Kept

PAGE = 50
# Order of ranks below one parent: the bureau's own rooms and partners first, then who it governs.
AT_PATH = Kept(lambda path: Unit.objects.filter(path=path), "a sample of a path")
BELOW = Kept(lambda top, end, pk: Unit.objects.filter(path__gte=top, path__lt=end, pk=pk), "top", "end", UUID(int=1))
ORDER = [Rank.DEPARTMENT, Rank.PARTNER, Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP, Rank.SCHOOL]


@dataclass(frozen=True)
class Page:
    """Some units in order, and the cursor of the next ones; empty at the end."""

    units: Sequence[Unit]
    after: str


def unit_seen_by(actor: Actor, unit_id: UUID) -> Unit:
    """The unit, if it lies in the actor's scope. Raises NotKnown."""
    unit = Unit.objects.visible_to(actor, "units.read").select_related("parent", "successor").filter(pk=unit_id).first()
    if unit is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return unit


def own_unit(actor: Actor) -> Unit:
    """The unit that the actor's post acts over: a department's person keeps the bureau's records. No query where it came
    with the post. Raises NotKnown above all provinces."""
    unit = unit_below(actor, None)
    if unit is None:
        raise NotKnown("您现在的岗位没有所属单位，请联系系统管理员。")
    return unit


def unit_below(actor: Actor, unit_id: UUID | None) -> Unit | None:
    """A unit in the actor's scope, whatever the actor may see of it; the top of the scope when none is named."""
    home: Unit | None = actor.home
    if unit_id is None:
        return home if home and home.path == actor.scope else AT_PATH.first(actor.scope)
    if not actor.scope:
        return Unit.objects.filter(pk=unit_id).first()
    return BELOW.first(actor.scope, actor.scope + "~", unit_id)


def roots_of(actor: Actor) -> list[Unit]:
    """Where the actor's tree begins: the unit of its scope, or every province."""
    top = Unit.objects.filter(path=actor.scope) if actor.scope else Unit.objects.filter(parent=None)
    return list(with_branches(top.order_by("path")))


def children_of(unit: Unit, after: str = "", size: int = PAGE) -> Page:
    """Open units directly below, by rank and then as they were made, by keyset (index unit_parent_path)."""
    order = Case(*[When(rank=r, then=Value(n)) for n, r in enumerate(ORDER)], default=9, output_field=IntegerField())
    rows = Unit.objects.filter(parent=unit).active().annotate(place=order).order_by("place", "path")
    place, _, path = after.partition("-")
    if place.isdigit() and path:
        rows = rows.filter(Q(place__gt=int(place)) | Q(place=int(place), path__gt=path))
    found: list[Any] = list(with_branches(rows)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], f"{last.place}-{last.path}" if last else "")


def with_branches(rows: UnitQuerySet) -> UnitQuerySet:
    """Say of each unit whether something stands below it."""
    below = Unit.objects.filter(parent=OuterRef("pk"), closed_on__isnull=True)
    return rows.annotate(has_children=Exists(below))


def counts_below(unit: Unit) -> list[tuple[str, int]]:
    """How many units of each rank and kind stand directly below: bounded to the children."""
    rows = Unit.objects.filter(parent=unit).active().order_by().values("rank", "kind").annotate(n=Count("pk"))
    order: dict[str, int] = {r: n for n, r in enumerate(ORDER)}
    named = sorted(
        ((order.get(r["rank"], 9), Unit(rank=r["rank"], kind=r["kind"]), r["n"]) for r in rows),
        key=lambda x: (x[0], -x[2]),
    )
    return [(u.get_kind_display() if u.kind else u.get_rank_display(), n) for _, u, n in named]


def near(unit: Unit, rank: str) -> list[Unit]:
    """The unit's own departments or partner bodies."""
    return list(Unit.objects.filter(parent=unit, rank=rank).active().order_by("path"))


def search_units(actor: Actor, words: str, kind: str = "", after: str = "", size: int = PAGE) -> Page:
    """Units in scope by a part of the name, a former name, the identifier or the credit code; closed ones too."""
    rows = all_units(actor, words, kind)
    if after:
        rows = rows.filter(path__gt=after)
    found = list(rows[: size + 1])
    return Page(found[:size], found[size - 1].path if len(found) > size else "")


def all_units(actor: Actor, words: str = "", kind: str = "") -> QuerySet[Unit]:
    """The rows of all pages of a search; without a search the open units of the actor's tree."""
    rows: QuerySet[Unit] = Unit.objects.visible_to(actor, "units.read").select_related("parent")
    if words.strip():
        rows = search_rows(rows, words.strip())
    if kind:
        rows = rows.filter(kind=kind)
    return (rows if words or kind else rows.filter(closed_on__isnull=True)).order_by("path")


def search_rows(rows: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    """Those that are called so or were once, or have this code."""
    former = Former.objects.filter(name__contains=words).values("unit")
    is_called = Q(name__contains=words) | Q(short__contains=words) | Q(pk__in=former)
    return rows.filter(is_called | Q(identifier=words) | Q(credit_code=words.upper()))


def line_of(unit: Unit, actor: Actor) -> list[Unit]:
    """The way from the actor's own unit down to this one, itself included."""
    paths = [p for p in unit.ancestor_paths if p.startswith(actor.scope)]
    return list(Unit.objects.filter(path__in=paths).order_by("path"))
