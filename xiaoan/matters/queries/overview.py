"""What a unit and all below it have open, solved and answered in time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q

from xiaoan.engines.tally.queries import read, read_one
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters import counting
from xiaoan.matters.flows import MATTER, OPEN
from xiaoan.matters.kinds import Kind, kinds, kinds_of
from xiaoan.matters.models.cases import CONTENT
from xiaoan.matters.seeing import listed_for

AGES = [("一周以内", 0, 7), ("8—30 天", 7, 30), ("31—90 天", 30, 90), ("超过 90 天", 90, 36_500)]
MOST_UNITS = 400


@dataclass(frozen=True)
class OfKind:
    kind: Kind
    open: int
    solved: int


@dataclass(frozen=True)
class OfUnit:
    """A unit directly responsible: what is open, over its day, answered in time and late."""

    unit: Unit
    open: int
    late: int
    in_time: int = 0
    too_late: int = 0

    @property
    def percent(self) -> int | None:
        """How many in a hundred were answered in time, cut; None while nothing has been answered."""
        answered = self.in_time + self.too_late
        return self.in_time * 100 // answered if answered else None

    @property
    def rate(self) -> str:
        """The same in words; empty while nothing has been answered."""
        return "" if self.percent is None else f"{self.percent}%"


def by_kind(actor: Actor, unit: Unit, family: str = "surroundings") -> list[OfKind]:
    """Open and solved of each kind: from tallies, or from the rows of a partner body, which sees only its own."""
    if actor.rank == Rank.PARTNER:
        rows = listed_for(actor).under(unit.path).filter(family=family).order_by()
        told = rows.values_list("kind").annotate(
            n=Count("id", filter=Q(state__in=OPEN)), done=Count("id", filter=Q(state="closed"))
        )
        counted = {k: (n, done) for k, n, done in told}
        return [OfKind(k, *counted.get(k.key, (0, 0))) for k in kinds_of(family)]
    opened = read_one(unit.path, counting.OPEN)
    solved = read_one(unit.path, counting.SOLVED)
    return [OfKind(k, opened[(k.key, "")], solved[(k.key, "")]) for k in kinds_of(family)]


def by_department(unit: Unit) -> list[tuple[Unit, int]]:
    """Open matters at each partner body, most first by need, those without any left out."""
    found = {subject: n for (subject, _), n in read_one(unit.path, counting.DEPARTMENT).items() if n}
    rows = Unit.objects.filter(id__in=list(found)).order_by("path")
    return [(u, found[u.id.hex]) for u in rows]


def by_state_of_roads(actor: Actor, unit: Unit) -> list[tuple[str, int]]:
    """Road problems around schools by state."""
    keys = [k.key for k in kinds().values() if k.road]
    rows = listed_for(actor).under(unit.path).filter(family="surroundings", kind__in=keys, state__in=OPEN)
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    solved = sum(k.solved for k in by_kind(actor, unit) if k.kind.road)
    states = [(s.label, counted.get(s.key, 0)) for s in MATTER.states if not s.is_end]
    return [*states, ("已办结", solved)]


def by_unit(actor: Actor, unit: Unit, family: str) -> list[OfUnit]:
    """Who is responsible: the units directly below (schools of a whole county), with what they have open and how they
    answered."""
    units = responsible_below(unit)
    answered = read([u.path for u in units], counting.ANSWERED, [family])
    rows = listed_for(actor).under(unit.path).filter(family=family, state__in=OPEN)
    told = (
        rows.order_by()
        .values_list("unit_path")
        .annotate(n=Count("id"), late=Count("id", filter=Q(due__lt=clock.today())))
    )
    opened, late = _added_up(told, units)
    told_below = {
        key: sum(answered[u.path][key] for u in units if u.pk != unit.pk)
        for key in ((family, "in_time"), (family, "late"))
    }
    for key, below in told_below.items():
        answered[unit.path][key] -= below  # a bureau's figures hold those below it, which have rows of their own
    found = [
        OfUnit(u, opened[u.path], late[u.path], answered[u.path][(family, "in_time")], answered[u.path][(family, "late")])
        for u in units
    ]  # fmt: skip
    return [row for row in found if row.open or row.rate]


def responsible_below(unit: Unit) -> list[Unit]:
    """The unit itself and: its schools when it is a school, township or county; else the bureaux directly below."""
    rows = Unit.objects.under(unit.path).active()
    if unit.rank in (Rank.PROVINCE, Rank.CITY):
        rows = rows.filter(Q(parent=unit) | Q(pk=unit.pk), rank__in=(Rank.CITY, Rank.COUNTY, Rank.SCHOOL, unit.rank))
    else:
        rows = rows.filter(Q(rank=Rank.SCHOOL) | Q(pk=unit.pk))
    return list(rows.order_by("path")[:MOST_UNITS])


def _added_up(told: Any, units: Sequence[Unit]) -> tuple[Counter[str], Counter[str]]:
    """Counts of units below, added up for the nearest listed one."""
    opened: Counter[str] = Counter()
    late: Counter[str] = Counter()
    listed = {u.path for u in units}
    for path, n, n_late in told:
        place = next((p for p in reversed(ancestors(path)) if p in listed), None)
        if place:
            opened[place] += n
            late[place] += n_late
    return opened, late


def disputes_by_age(actor: Actor, unit: Unit) -> list[tuple[str, int]]:
    """Unresolved disputes by how many days they have been open."""
    now = clock.now()
    parts = {
        f"age{n}": Count("id", filter=Q(made_at__lte=now - timedelta(days=low), made_at__gt=now - timedelta(days=high)))
        for n, (_, low, high) in enumerate(AGES)
    }
    rows = listed_for(actor).under(unit.path).filter(family="dispute", state__in=OPEN)
    found = rows.order_by().aggregate(**parts)
    return [(name, found[f"age{n}"]) for n, (name, _, _) in enumerate(AGES)]


def contentment(unit: Unit) -> dict[str, list[tuple[str, int]]]:
    """How satisfied people were, by family: [(满意, n), …]."""
    told = read_one(unit.path, counting.CONTENT)
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for family in {subject for subject, _ in told}:
        found[family] = [(name, told[(family, str(n))]) for n, name in CONTENT.items()]
    return dict(found)
