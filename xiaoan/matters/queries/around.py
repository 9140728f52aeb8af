"""What lies around schools: squares not patrolled, the zone with its shops and problems, peaks with and without police."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from xiaoan.engines.tally.queries import read
from xiaoan.ground.calendar.days import calendar_for, own_calendars
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import ScopedQuerySet, Unit
from xiaoan.ground.units.paths import STEP
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters.counting import CHANGED, NOW, in_force
from xiaoan.matters.counting import PEAKS as PEAKS_TOLD
from xiaoan.matters.counting import SEEN as MEASURE
from xiaoan.matters.flows import OPEN
from xiaoan.matters.models import Cell, Matter, Peak, Sighting, Spot
from xiaoan.matters.models.around import SEEN
from xiaoan.matters.seeing import listed_for

MOST_SCHOOLS = 600
WIDE = (Rank.PROVINCE, Rank.CITY)  # too many schools to list one by one: such a bureau opens one of those below it


@dataclass(frozen=True)
class Square:
    """One square with what is in it. `is_overdue`: not patrolled within the norm's days."""

    cell: Cell
    is_overdue: bool
    spots: int
    open: int


@dataclass(frozen=True)
class Seen:
    """One school's peaks in a span: how many there should have been, were told of, and what was seen at them."""

    unit: Unit
    peaks: int
    due: int
    ticked: int
    police: int
    car: int
    light: int

    def percent(self, n: int) -> int | None:
        return n * 100 // self.due if self.due else None

    @property
    def told(self) -> list[tuple[str, str]]:
        """(什么, 百分之几): of the peaks that there should have been."""
        return [
            ("有登记", self._share(self.ticked)),
            *((name, self._share(getattr(self, key))) for key, name in SEEN.items()),
        ]

    def _share(self, n: int) -> str:
        return f"{self.percent(n)}%" if self.due else ""


def squares_of(actor: Actor, unit: Unit) -> list[list[Square]]:
    """The grid of a school, row by row."""
    late = patrolled_since(unit.path)
    spots = dict(Spot.objects.filter(unit_path=unit.path, closed_on__isnull=True, cell__isnull=False).order_by()
                 .values_list("cell").annotate(n=Count("id")))  # fmt: skip
    seen = listed_for(actor).filter(unit_path=unit.path, cell__isnull=False, state__in=OPEN)
    problems = dict(seen.order_by().values_list("cell").annotate(n=Count("id")))
    rows: dict[int, list[Square]] = defaultdict(list)
    for cell in Cell.objects.filter(unit_path=unit.path).order_by("row", "column"):
        rows[cell.row].append(Square(cell, _is_over(cell, late), spots.get(cell.id, 0), problems.get(cell.id, 0)))
    return [rows[n] for n in sorted(rows)]


def patrolled_since(path: str) -> datetime:
    """A square that was last patrolled before this moment is overdue."""
    return clock.now() - timedelta(days=int(norm("matters.grid_days", path)))


def _is_over(cell: Cell, late: datetime) -> bool:
    return cell.visited_at is None or cell.visited_at < late


def grids_below(unit: Unit) -> list[tuple[Unit, int, int]]:
    """(school, squares, of these not patrolled) for schools that have a grid, by path. Wide bureaux get none."""
    if unit.rank in WIDE:
        return []
    late = patrolled_since(unit.path)
    rows = Cell.objects.under(unit.path).order_by().values_list("unit_path")
    over = Count("id", filter=Q(visited_at__isnull=True) | Q(visited_at__lt=late))
    counted = {path: (n, n_over) for path, n, n_over in rows.annotate(n=Count("id"), over=over)}
    units = Unit.objects.filter(path__in=list(counted)[:MOST_SCHOOLS]).order_by("path")
    return [(u, *counted[u.path]) for u in units]


def bureaux_below(unit: Unit) -> list[Unit]:
    """What a wide bureau opens instead of a list of schools."""
    return list(Unit.objects.active().filter(parent=unit, rank__in=(Rank.CITY, Rank.COUNTY)).order_by("path"))


def in_zone(actor: Actor, unit: Unit) -> tuple[list[Spot], list[Matter]]:
    """Shops and other places in the safety zone, open ones first; problems told from inside it, newest first."""
    spots = (
        Spot.objects.filter(unit_path=unit.path, cell__in_zone=True).select_related("cell").order_by("closed_on", "id")
    )
    told = listed_for(actor).filter(unit_path=unit.path, cell__in_zone=True).order_by("-id")
    return list(spots[:200]), list(told[:100])


def peaks_on(unit: Unit, day: date) -> list[tuple[Peak, Sighting | None]]:
    """The peaks published for a school and what was seen at them on the day."""
    seen = {s.key: s for s in Sighting.objects.filter(unit_path=unit.path, on=day).order_by("id")}
    return [(p, seen.get(p.key)) for p in _current(unit.path, day).order_by("starts")]


def peaks_without(unit: Unit, day: date) -> list[tuple[Peak, bool]]:
    """Peaks of the day below a unit without police: (peak, whether the school told that it saw none). A day without
    pupils has none. A peak that has not ended yet today is not counted. Wide bureaux get none: they read rates."""
    if unit.rank in WIDE or not calendar_for(unit.path).has_pupils(day):
        return []
    seen: dict[tuple[str, str], bool] = {}
    for path, key, police in Sighting.objects.under(unit.path).filter(on=day).values_list("unit_path", "key", "police"):
        seen[path, key] = seen.get((path, key), False) or police
    now = clock.now()
    rows = (
        _current(unit.path, day).select_related("unit", "partner").order_by("unit_path", "starts")[: MOST_SCHOOLS * 4]
    )
    over = [p for p in rows if day < clock.day_of(now) or p.ends <= timezone.localtime(now).time()]
    return [(p, (p.unit_path, p.key) in seen) for p in over if not seen.get((p.unit_path, p.key))]


def _current(path: str, day: date) -> ScopedQuerySet:
    return Peak.objects.under(path).filter(in_force(day))


def seen_below(units: Sequence[Unit], today: date) -> list[Seen]:
    """Of each unit and all below it this month: peaks that there should have been, told of, and what was seen. All from
    tallies: a province costs what a school does."""
    month = f"{today:%Y-%m}"
    told = read([u.path for u in units], MEASURE, since=month, until=month)
    due = _due([u.path for u in units], today)
    found = []
    for unit in units:
        n = {key: told[unit.path][(key, month)] for key in ("ticked", *SEEN)}
        found.append(Seen(unit, *due[unit.path], n["ticked"], n["police"], n["car"], n["light"]))
    return [row for row in found if row.peaks or row.ticked]


def _due(paths: Sequence[str], today: date) -> dict[str, tuple[int, int]]:
    """{path: (peaks in force, peaks that there should have been this month up to today)}: on each day with pupils those
    in force. Where a bureau below has terms of its own, its peaks are reckoned by these."""
    own = {path: own_calendars(path) for path in paths}
    asked = sorted({*paths, *(p for held in own.values() for p in held)})
    first = today.replace(day=1)
    now = read(asked, PEAKS_TOLD, [NOW])
    changed = read(asked, PEAKS_TOLD, [CHANGED], since=first.isoformat(), until=today.isoformat())

    def days_of(path: str, calendar: str) -> int:
        total, changes = now[path][(NOW, "")], changed[path]
        days = calendar_for(calendar).pupil_days(first, today)
        return sum(total - sum(n for (_, on), n in changes.items() if on > day.isoformat()) for day in days)

    return {
        path: (
            now[path][(NOW, "")],
            days_of(path, path) + sum(days_of(p, p) - days_of(p, p[:-STEP]) for p in own[path]),
        )
        for path in paths
    }
