"""Figures of inspections, read from tallies: coverage against its norm, open and covert visits, the four kinds."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from xiaoan.engines.tally.queries import Figures, read
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.kinds import GENERAL_KINDS
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.figures import FOUND as HAZARDS_FOUND
from xiaoan.hazards.states import SELF_FOUND
from xiaoan.inspections.counting import FOUND, SUPERVISED, VISITED, VISITS
from xiaoan.inspections.kinds import FOUR, MODES
from xiaoan.inspections.models import Finding, Part, Visit
from xiaoan.kernel import clock

INSPECTED = ("inspection", "third_party")
DEPUTY_SHEETS = {"own_supervision": "校内督导", "supervision": "督导调研"}


@dataclass(frozen=True)
class Coverage:
    """How many of the schools were inspected in a year by bureaux of one rank, and how many should be."""

    rank: str
    name: str
    visited: int
    schools: int
    share: int

    @property
    def percent(self) -> int:
        return 100 * self.visited // self.schools if self.schools else 0

    @property
    def left(self) -> int:
        return max(0, self.schools - self.visited)

    @property
    def wanted(self) -> int:
        """Schools that make the share, rounded up."""
        return -(-self.schools * self.share // 100)

    @property
    def state(self) -> str:
        if not self.share:
            return "na"
        return "ok" if self.visited >= self.wanted else "go" if self.visited else "na"


@dataclass(frozen=True)
class Below:
    """A unit below with its coverage and its visits of the year."""

    unit: Unit
    coverage: Sequence[Coverage]
    open_visits: int
    covert: int
    found: int


RANK_NAMES = {"province": "省级督查", "city": "市级督查", "county": "县级督查"}


def coverage_of(unit: Unit, year: int) -> list[Coverage]:
    """Coverage of a unit's schools by rank of the bureau."""
    return _coverage([unit], year)[unit.path]


def _coverage(units: Sequence[Unit], year: int) -> dict[str, list[Coverage]]:
    paths = [u.path for u in units]
    visited, sizes = read(paths, VISITED, since=str(year), until=str(year)), read(paths, "units")
    return {u.path: _rows(u, visited[u.path], sizes[u.path]) for u in units}


def _rows(unit: Unit, visited: Figures, sizes: Figures) -> list[Coverage]:
    if unit.is_school:
        schools = 1 if unit.kind in GENERAL_KINDS else 0
    else:
        schools = sum(n for (kind, _), n in sizes.items() if kind in GENERAL_KINDS)
    found = []
    for rank in RANK_NAMES:
        if len(unit.path) > 4 or rank != "county":
            wanted = {f"{rank}:{kind}" for kind in GENERAL_KINDS}
            n = sum(n for (subject, _), n in visited.items() if subject in wanted)
            found.append(Coverage(rank, RANK_NAMES[rank], n, schools, norm(f"inspections.share_{rank}", unit.path)))
    return found


def below(unit: Unit, year: int) -> list[Below]:
    """The bureaux directly below, or the townships of a county, with their figures."""
    units = [
        u
        for u in Unit.objects.filter(parent=unit).active().order_by("path")
        if u.rank in ("city", "county", "township")
    ]
    covered = _coverage(units, year)
    paths = [u.path for u in units]
    visits, found = (
        read(paths, VISITS, since=f"{year}-01", until=f"{year}-12"),
        read(paths, FOUND, since=f"{year}-01", until=f"{year}-12"),
    )
    return [
        Below(u, covered[u.path], _sum(visits[u.path], _open_modes()), _sum(visits[u.path], ["unannounced"]),
              _sum(found[u.path], list(MODES)))
        for u in units
    ]  # fmt: skip


def _open_modes() -> list[str]:
    return [key for key, mode in MODES.items() if not mode.is_hidden and key != "self"]


def _sum(figures: Figures, subjects: Collection[str]) -> int:
    return sum(n for (subject, _), n in figures.items() if subject in subjects)


def open_and_covert(unit: Unit, year: int) -> list[tuple[str, int, int]]:
    """[(month, open visits, covert visits)] of a year."""
    figures = read([unit.path], VISITS, since=f"{year}-01", until=f"{year}-12")[unit.path]
    today = clock.today()  # the months to come would only push the labels off the end
    months = [f"{year}-{m:02d}" for m in range(1, 13) if (year, m) <= (today.year, today.month)]
    wanted = set(_open_modes())
    return [
        (m, sum(n for (s, p), n in figures.items() if p == m and s in wanted), figures.get(("unannounced", m), 0))
        for m in months
    ]


@dataclass(frozen=True)
class Kind:
    """One of the four kinds of inspection in a year: visits, schools covered, findings."""

    key: str
    name: str
    visits: int
    schools: int
    found: int


def four_kinds(unit: Unit, year: int) -> list[Kind]:
    """The four kinds side by side. One statement over the year's visits of the subtree."""
    rows = (
        Visit.objects.under(unit.path).filter(counted_on__year=year, mode__in=FOUR).order_by().values("mode")
        .annotate(n=Count("id"), schools=Count("place", distinct=True), found=Sum("failed"))
    )  # fmt: skip
    held = {r["mode"]: r for r in rows}
    none = {"n": 0, "schools": 0, "found": 0}
    return [Kind(key, MODES[key].name, *(held.get(key, none)[k] for k in ("n", "schools", "found"))) for key in FOUR]


@dataclass(frozen=True)
class Quality:
    """What one inspector's visits brought in a year. In the order of names: nobody is ranked."""

    person: str
    body: str
    visits: int
    found: int
    repeated: int

    @property
    def mean(self) -> float | None:
        return round(self.found / self.visits, 1) if self.visits else None

    @property
    def per_visit(self) -> str:
        return "—" if self.mean is None else f"{self.mean:.1f}"


def quality_of(unit: Unit, year: int) -> list[Quality]:
    """Findings per visit and repeat findings by inspector, as far as the bureau's own visits go."""
    from_below = Q(visit__by_path=unit.path, visit__counted_on__year=year)
    visits = (
        Part.objects.filter(from_below).exclude(first_at__isnull=True).order_by().values("person_id", "person_name")
        .annotate(n=Count("visit", distinct=True))
    )  # fmt: skip
    found = _found_by(unit, year)
    rows = [
        Quality(r["person_name"], found.get(r["person_id"], ("own", 0, 0))[0], r["n"],
                *found.get(r["person_id"], ("own", 0, 0))[1:])
        for r in visits
    ]  # fmt: skip
    return sorted(rows, key=lambda q: q.person)


def _found_by(unit: Unit, year: int) -> dict[object, tuple[str, int, int]]:
    rows = (
        Finding.objects.filter(visit__by_path=unit.path, visit__counted_on__year=year).order_by()
        .values("person_id", "body").annotate(n=Count("id"), again=Count("id", filter=Q(is_repeat=True)))
    )  # fmt: skip
    return {r["person_id"]: (r["body"], r["n"], r["again"]) for r in rows}


@dataclass(frozen=True)
class Origin:
    """Who found the hazards of a school: itself, or inspectors."""

    unit: Unit
    own: int
    inspected: int

    @property
    def inspected_words(self) -> str:
        return f"{self.inspected} 件"

    @property
    def percent(self) -> int | None:
        """How many in a hundred the school found itself, cut; None without any."""
        whole = self.own + self.inspected
        return 100 * self.own // whole if whole else None

    @property
    def share(self) -> str:
        return "—" if self.percent is None else f"{self.percent}%"


def origins(units: Sequence[Unit], first: str, last: str) -> list[Origin]:
    """Self-found against inspector-found hazards of each unit, from the hazards' own tallies."""
    held = read([u.path for u in units], HAZARDS_FOUND, since=first, until=last) if units else {}
    return [Origin(u, _of_source(held[u.path], SELF_FOUND), _of_source(held[u.path], INSPECTED)) for u in units]


def _of_source(figures: Figures, sources: Iterable[str]) -> int:
    wanted = set(sources)
    return sum(n for (subject, _), n in figures.items() if subject.partition(".")[0] in wanted)


def deputies(units: Sequence[Unit], year: int) -> dict[str, list[int]]:
    """{path: visits of leaders in each month}, from the records that they filed."""
    held = read([u.path for u in units], "records", list(DEPUTY_SHEETS), f"{year}-01", f"{year}-12") if units else {}
    return {
        u.path: [sum(held[u.path].get((s, f"{year}-{m:02d}"), 0) for s in DEPUTY_SHEETS) for m in range(1, 13)]
        for u in units
    }


def supervised_late(paths: Sequence[str], year: int) -> dict[str, int]:
    """{path: items that were done too late in a year}."""
    held = read(paths, SUPERVISED, ["late"], f"{year}-01", f"{year}-12") if paths else {}
    return {path: sum(held[path].values()) for path in paths}


def years_of(day: date) -> list[tuple[str, str]]:
    return [(str(y), f"{y}年") for y in range(day.year, day.year - 4, -1)]
