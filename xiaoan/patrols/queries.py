"""Reading patrols: a school's routes with their last days, and who below walked how many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from xiaoan.engines.tally.queries import read
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.marks import Square, SquareRow
from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.services import MEASURE
from xiaoan.patrols.slots import Slot, next_slot, slots_of

DAYS_SHOWN = 14
MOST_ROUTES = 100


@dataclass(frozen=True)
class Due:
    """A route with the round that is due next, if one is."""

    route: Route
    slot: Slot | None


@dataclass(frozen=True)
class UnitRounds:
    """A unit's rounds in some months."""

    unit: Unit
    walked: int
    late: int
    missed: int

    @property
    def due(self) -> int:
        return self.walked + self.late + self.missed

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For the bar: a missed round is a fact, never a red one."""
        return [("ok", self.walked), ("go", self.late), ("due", self.missed)]


def routes_of(unit: Unit) -> list[Route]:
    """The routes that a school walks, by name."""
    rows = Route.objects.filter(unit_path=unit.path, is_active=True).order_by("name", "id")
    return list(rows.prefetch_related("stops__point")[:MOST_ROUTES])


def due_of(unit: Unit) -> list[Due]:
    """Each route with its next slot that nobody has walked yet."""
    today = clock.today()
    done = set(
        Round.objects.filter(unit_path=unit.path, day__gte=today - timedelta(days=31), state=Round.WALKED)
        .exclude(period="")
        .values_list("route", "period", "slot")
    )
    return [Due(r, _open_slot(r, done)) for r in routes_of(unit)]


def _open_slot(route: Route, done: set[tuple[object, str, str]]) -> Slot | None:
    """Today's rounds first, those whose time is over too, then what comes."""
    today = clock.today()
    ahead = slots_of(route, today, today) or [s for s in [next_slot(route, clock.now())] if s]
    return next((s for s in ahead if (route.id, s.period, s.time) not in done), None)


def squares_of(routes: Sequence[Route], last: date | None = None, days: int = DAYS_SHOWN) -> list[SquareRow]:
    """A row of squares for each route: one for each round that was due in the last days."""
    end = last or clock.today()
    start = end - timedelta(days=days - 1)
    found: dict[object, dict[tuple[str, str], Round]] = defaultdict(dict)
    for row in Round.objects.filter(route__in=routes, day__range=(start, end + timedelta(days=1))).exclude(period=""):
        found[row.route_id][(row.period, row.slot)] = row
    return [_squares(route, slots_of(route, start, end), found[route.id]) for route in routes]


def _squares(route: Route, slots: Sequence[Slot], rounds: dict[tuple[str, str], Round]) -> SquareRow:
    now = clock.now()
    made = [_square(slot, rounds.get(slot.key)) for slot in slots if slot.due <= now or slot.key in rounds]
    done = sum(1 for square in made if square.state in ("ok", "part"))
    href = reverse("patrols:route", args=[route.id])
    return SquareRow(name=route.name, squares=made, done=done, total=len(made), href=href)


def _square(slot: Slot, row: Round | None) -> Square:
    when = f"{cn_date(slot.day)} {timezone.localtime(slot.due):%H:%M}前"
    if row is None:
        return Square("none", f"{when}：还没有收到", "")
    href = reverse("patrols:round", args=[row.id])
    if row.state == Round.MISSED:
        return Square("none", f"{when}：没有巡查", href)
    words = "迟了" if row.is_late else "已巡查"
    return Square("part" if row.is_late else "ok", f"{when}：{words}，{row.walked_by}", href)


def below(unit: Unit, months: Sequence[str]) -> list[UnitRounds]:
    """The units directly below, with their rounds of these months; two statements and one for the figures."""
    units = list(
        Unit.objects.filter(parent=unit).active().exclude(rank__in=(Rank.DEPARTMENT, Rank.PARTNER)).order_by("path")
    )
    figures = read([u.path for u in units], MEASURE, None, months[0], months[-1])
    made = []
    for one in units:
        sums: dict[str, int] = defaultdict(int)
        for (subject, _), n in figures.get(one.path, {}).items():
            sums[subject] += n
        made.append(UnitRounds(one, sums["walked"], sums["late"], sums["missed"]))
    return made


def total_of(unit: Unit, months: Sequence[str]) -> UnitRounds:
    """The same for the unit itself."""
    sums: dict[str, int] = defaultdict(int)
    for (subject, _), n in read([unit.path], MEASURE, None, months[0], months[-1])[unit.path].items():
        sums[subject] += n
    return UnitRounds(unit, sums["walked"], sums["late"], sums["missed"])


def waiting(actor: Actor) -> list[Waiting]:
    """Rounds of today that are due and that the actor's role walks."""
    if not actor.holds("patrols.walk") or actor.rank != Rank.SCHOOL:
        return []
    now, today = clock.now(), clock.today()
    routes = Route.objects.filter(unit_path=actor.unit_path, is_active=True, role=actor.role).order_by("name")[
        :MOST_ROUTES
    ]
    slots = {(r.id, *s.key): s for r in routes for s in slots_of(r, today, today)}
    if not slots:
        return []
    done = Round.objects.filter(unit_path=actor.unit_path, day=today, state=Round.WALKED)
    for key in done.values_list("route", "period", "slot"):
        slots.pop(key, None)
    late = sum(1 for s in slots.values() if s.due < now)
    return [Waiting("今天要走的巡查", len(slots), reverse("patrols:home"), "route", late)]
