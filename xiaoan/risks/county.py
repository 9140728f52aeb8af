"""What bureaux see of the schools below: shares, who has not begun, targets, red risks, visits by grade."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.module_loading import import_string

from xiaoan.engines.tally.queries import read, read_one
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.norms.queries import choose, norms
from xiaoan.ground.units.kinds import GENERAL_KINDS, Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock
from xiaoan.risks.models import Level, Standing, Study, Supervision
from xiaoan.risks.services.standing import MEASURE

SUBJECT = {"risk": "accepted", "dual": "dual"}


@dataclass(frozen=True)
class Share:
    """One unit of a table: how many of its schools, and its figures from tallies."""

    unit: Unit
    schools: int
    figures: dict[str, int]

    def get(self, subject: str) -> int:
        return self.figures.get(subject, 0)

    def percent(self, subject: str) -> int | None:
        """How many of its schools in a hundred, cut; None without schools."""
        return 100 * self.get(subject) // self.schools if self.schools else None


def figures_of(path: str) -> dict[str, int]:
    """The tallies of a unit by subject."""
    return {subject: n for (subject, _), n in read_one(path, MEASURE).items()}


def schools_of(path: str) -> int:
    """How many general schools stand below, from the tallies of units."""
    return sum(n for (kind, _), n in read_one(path, "units").items() if kind in GENERAL_KINDS)


def shares_of(units: Sequence[Unit]) -> list[Share]:
    """Each unit's share, by two queries whatever the number."""
    paths = [u.path for u in units]
    figures, held = read(paths, MEASURE), read(paths, "units")
    return [
        Share(
            u, 1 if u.is_school else sum(n for (kind, _), n in held[u.path].items() if kind in GENERAL_KINDS),
            {subject: n for (subject, _), n in figures[u.path].items()},
        )
        for u in units
    ]  # fmt: skip


def bureaux_below(unit: Unit) -> list[Unit]:
    """Cities of a province, counties of a city, townships of a county."""
    ranks = [Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP]
    return list(Unit.objects.active().filter(parent=unit, rank__in=ranks).order_by("path")[:200])


def schools_without(path: str, **held: Any) -> QuerySet[Unit]:
    """Open schools below a unit whose standing is not so: `schools_without(path, unassessed=0, listed_on__isnull=False)`."""
    so = Standing.objects.filter(unit=OuterRef("pk"), **held)
    rows: QuerySet[Unit] = Unit.objects.schools().active().under(path).filter(kind__in=GENERAL_KINDS)
    return rows.filter(~Exists(so)).order_by("path")


def with_standing(units: Sequence[Unit]) -> list[tuple[Unit, Standing | None]]:
    """Each school with how it stands; None for one that has not begun."""
    begun = {s.unit_id: s for s in Standing.objects.filter(unit__in=units)}
    return [(u, begun.get(u.id)) for u in units]


def units_without_study(unit: Unit, month: str) -> QuerySet[Unit]:
    """Units below (or the unit itself) that have not recorded the month's study."""
    done = Study.objects.filter(unit=OuterRef("pk"), month=month)
    ranks = [Rank.SCHOOL, Rank.COUNTY, Rank.CITY]
    rows: QuerySet[Unit] = Unit.objects.under(unit.path).active().filter(rank__in=ranks)
    return rows.exclude(kind__in=["higher", "training"]).filter(~Exists(done)).order_by("rank", "path")


@dataclass(frozen=True)
class Step:
    """What a clause asks by a day."""

    by: date
    percent: int
    clause: str
    words: str


@dataclass(frozen=True)
class Target:
    """How far a county is with a target: passed of all schools, and what the documents ask by when."""

    kind: str
    passed: int
    schools: int
    steps: tuple["Step", ...]

    @property
    def percent(self) -> int:
        return 100 * self.passed // self.schools if self.schools else 0

    @property
    def now(self) -> Step:
        """The step that is next, or the last one."""
        today = clock.today()
        return next((s for s in self.steps if s.by >= today), self.steps[-1])

    @property
    def short(self) -> str:
        """What is asked next, in a few words."""
        return f"{self.now.by.year}年底 {self.now.percent}%"

    @property
    def state(self) -> str:
        if self.percent >= self.now.percent:
            return "ok"
        return "late" if self.now.by < clock.today() else "go"


def target_of(path: str, kind: str) -> Target:
    return Target(kind, figures_of(path).get(SUBJECT[kind], 0), schools_of(path), _steps()[kind])


@dataclass(frozen=True)
class Visits:
    """A school by its grade: how often it is to be looked at in a year, how often it was, and what is asked of it."""

    standing: Standing
    asked: int
    done: int
    measure: str

    @property
    def state(self) -> str:
        return "ok" if self.done >= self.asked else "go"


def visits_of(rows: Sequence[Standing], path: str, year: int) -> list[Visits]:
    """What each school's grade asks, and what was done in the year: supervision of its risks, and what other floors
    say (the site's list XIAOAN_VISITS: functions(paths, since) -> {path: days})."""
    since, paths = date(year, 1, 1), [r.unit_path for r in rows]
    done = Counter[str]()
    days = Supervision.objects.filter(unit_path__in=paths, on__gte=since, on__year=year)
    for unit_path, _ in days.values_list("unit_path", "on").distinct():
        done[unit_path] += 1
    for name in settings.XIAOAN_VISITS:
        done.update(import_string(name)(paths, since))
    keys = [f"risks.{what}_{n}" for what in ("visits", "measure") for n in (1, 2, 3, 4)]
    near = list(NormRow.objects.filter(key__in=keys, unit_path__in={a for p in [path, *paths] for a in ancestors(p)}))
    found = []
    for row in rows:
        grade = row.grade or 4
        asked, measure = (choose(f"risks.{w}_{grade}", near, row.unit_path).value for w in ("visits", "measure"))
        found.append(Visits(row, asked, done[row.unit_path], measure))
    return found


@cache
def _steps() -> dict[str, tuple[Step, ...]]:
    path = Path(settings.XIAOAN_CATALOGUE, "risks", "targets.yaml")
    found: dict[str, tuple[Step, ...]] = {}
    for row in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
        found[row["kind"]] = (*found.get(row["kind"], ()), Step(row["by"], row["percent"], row["clause"], row["words"]))
    return found


def rules_of(path: str) -> list[tuple[int, str, int, str]]:
    """(level, its word, visits a year, what is asked) of each grade at a unit."""
    keys = [f"risks.{what}_{n}" for what in ("visits", "measure") for n in (1, 2, 3, 4)]
    told = dict(zip(keys, norms(keys, path), strict=True))
    return [(n, Level(n).label, told[f"risks.visits_{n}"], told[f"risks.measure_{n}"]) for n in (1, 2, 3, 4)]
