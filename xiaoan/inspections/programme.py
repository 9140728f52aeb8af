"""How far each school is with the documents in force, beside its last inspection and what it supervises itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from xiaoan.ground.units.models import Unit
from xiaoan.inspections.figures import supervised_late
from xiaoan.inspections.models import Supervised, Visit
from xiaoan.inspections.resource_places import STAGES
from xiaoan.obligations.figures import DutyFigure, figures_below
from xiaoan.policies.book import book

MOST = 300


@dataclass(frozen=True)
class Progress:
    """One unit: its mean share of what is owed this month, late duties, the last visit and the stage of its problems,
    supervised items that are overdue now or were done too late this year."""

    unit: Unit
    percent: int | None
    late: int
    last_on: date | None
    stage: str
    overdue: int


def programme_of(unit: Unit, today: date) -> list[Progress]:
    """The bureaux or schools directly below; the unit itself when it is a school."""
    units = [unit] if unit.is_school else _below(unit)
    duties = [d for d in book().above(unit.path) if d.starts <= today <= d.ends]
    found = figures_below(units, duties, today.replace(day=1), today, today)
    last, late = _last(units), _overdue(units, today)
    return [_progress(u, list(found[u.path].values()), last.get(u.path), late.get(u.path, 0)) for u in units]


def _below(unit: Unit) -> list[Unit]:
    rows = Unit.objects.under(unit.path).active().exclude(pk=unit.pk).order_by("path")
    ranks = {"province": ["city"], "city": ["county"]}.get(unit.rank, ["school"])
    return list(rows.filter(rank__in=ranks).exclude(kind="training")[:MOST])


def _last(units: Sequence[Unit]) -> dict[str, Visit]:
    """{path: the newest counted visit at the unit itself}."""
    rows = Visit.objects.filter(place__in=[u.pk for u in units if u.is_school], counted_on__isnull=False)
    found: dict[str, Visit] = {}
    for row in rows.select_related("place").order_by("counted_on", "id"):
        found[row.place.path] = row
    return found


def _overdue(units: Sequence[Unit], today: date) -> dict[str, int]:
    paths = [u.path for u in units]
    rows = Supervised.objects.filter(unit_path__in=paths, state="open", due__lt=today).order_by()
    late = dict(rows.values_list("unit_path").annotate(n=Count("id")))
    done = supervised_late(paths, today.year)
    return {path: late.get(path, 0) + done.get(path, 0) for path in paths}


def _progress(unit: Unit, figures: list[DutyFigure], last: Visit | None, overdue: int) -> Progress:
    shares = [min(f.done, f.owed) / f.owed for f in figures if f.bound and f.owed]
    stage = STAGES.get(last.state, "") if last and last.failed else ""
    late = sum(f.state == "late" for f in figures if f.bound)
    return Progress(
        unit,
        int(100 * sum(shares) / len(shares)) if shares else None,
        late,
        last.counted_on if last else None,
        stage,
        overdue,
    )
