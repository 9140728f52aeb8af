"""Figures of visits: schools inspected in a year by rank of the bureau, visits and findings by mode and month."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, month
from xiaoan.engines.tally.services import add
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.reshaping import moved
from xiaoan.inspections.models import Blacklisting, Campaign, Keeper, Member, Visit

VISITED, VISITS, FOUND = "visited", "visits", "found"
SUPERVISED = "supervised"


def count_visit(visit: Visit) -> None:
    """A visit whose findings were issued counts under its day; in coverage each unit counts once a year and rank."""
    place = Unit.objects.select_for_update().get(pk=visit.place_id)
    day, path = visit.counted_on, place.path
    if day is None:
        raise ValueError("the visit is not issued")
    same = Visit.objects.filter(place=place, by_rank=visit.by_rank, counted_on__year=day.year).exclude(pk=visit.pk)
    changes = [
        ((path, VISITS, visit.mode, f"{day:%Y-%m}"), 1),
        ((path, FOUND, visit.mode, f"{day:%Y-%m}"), visit.failed),
    ]
    if visit.mode != "self" and not same.exclude(mode="self").exists():
        changes.append(((path, VISITED, f"{visit.by_rank}:{place.kind or place.rank}", str(day.year)), 1))
    add(changes)


def recount() -> Iterator[Leaves]:
    """Each measure counted from the visits."""
    of = "FROM inspections_visit v JOIN units_unit u ON u.id = v.place_id WHERE v.counted_on IS NOT NULL"
    when = month("v.counted_on")
    yield Leaves(VISITS, f"SELECT u.path, v.mode, {when}, COUNT(*) {of} GROUP BY 1, 2, 3")
    yield Leaves(FOUND, f"SELECT u.path, v.mode, {when}, SUM(v.failed) {of} GROUP BY 1, 2, 3")
    subject = "v.by_rank || ':' || CASE WHEN u.kind = '' THEN u.rank ELSE u.kind END"
    yield Leaves(VISITED, f"SELECT DISTINCT u.path, {subject}, substr({when}, 1, 4), 1 {of} AND v.mode <> 'self'")
    yield Leaves(
        SUPERVISED,
        "SELECT unit_path, CASE WHEN done_on > due THEN 'late' ELSE 'in_time' END, "
        f"{month('done_on')}, COUNT(*) FROM inspections_supervised WHERE state = 'done' GROUP BY 1, 2, 3",
    )


def on_move(old: str, new: str) -> None:
    """Listener of units that move: paths that name a bureau or a home follow it."""
    for model, column in (
        (Visit, "by_path"), (Campaign, "target_path"), (Member, "home_path"), (Keeper, "by_path"), (Blacklisting, "by_path"),
    ):  # fmt: skip
        model.objects.filter(**{f"{column}__gte": old, f"{column}__lt": old + "~"}).update(
            **{column: moved(column, old, new)}
        )
