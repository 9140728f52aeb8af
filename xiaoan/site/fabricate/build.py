"""Building the whole: units and people, documents in force, then county by county the records of all schools."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from functools import partial
from multiprocessing import get_context
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, connections, models
from django.utils import timezone

from xiaoan.engines.flow.models import Series
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.models import Count
from xiaoan.engines.tally.services import fold
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.wall import lowered
from xiaoan.hazards.models import Hazard, Listing, Progress
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.bounds import on_units
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.policies.packs import load_pack, load_practices, read_packs
from xiaoan.risks.models import Point, Standing
from xiaoan.site.demo.build import put_in_force
from xiaoan.site.demo.people import PASSWORD
from xiaoan.site.fabricate.cells import Row, row
from xiaoan.site.fabricate.dangers.county import County
from xiaoan.site.fabricate.dangers.people import colleagues
from xiaoan.site.fabricate.dangers.school import fill_school
from xiaoan.site.fabricate.indexes import without_indexes
from xiaoan.site.fabricate.loader import begin_process, write
from xiaoan.site.fabricate.places import Place, person_row, post_row, shared_out, tree, unit_row
from xiaoan.site.fabricate.rows import Buffers, Figure, write_county
from xiaoan.site.fabricate.seals import seal_days
from xiaoan.site.fabricate.shape import days_of
from xiaoan.site.fabricate.variants import proofs_of
from xiaoan.site.fabricate.written import before_seals, midnight

BIG = (Entry, Record, Count, Evidence, Completion, Hazard, Listing, Progress)  # the largest first
HAZARD_MONTHS = 12
AT_ONCE = 5000
PROCESSES = 2
Sums = Counter[tuple[str, Figure]]
Schools = list[tuple[Place, int]]  # of one county, with the number of their hazards
Say = Callable[[str], Any]


@dataclass(frozen=True)
class Order:
    """What is asked for. `until` is the day after the last one with records."""

    schools: int
    months: int
    seed: int
    until: date
    counties: int = 0
    scale: float = 1.0
    hazards: int = 0

    @property
    def first(self) -> date:
        """The first day with records."""
        return self.until - timedelta(days=30 * self.months)

    @property
    def hazard_months(self) -> int:
        """Hazards are told of a year at least: most are closed, and all seasons are there."""
        return max(self.months, HAZARD_MONTHS) if self.hazards else self.months

    @property
    def sealed_from(self) -> date:
        return self.until - timedelta(days=30 * self.hazard_months)


def fabricate(order: Order, say: Say) -> dict[str, Any]:
    """Build the province in an empty database. Returns figures: records, rows, seconds.

    Raises Invalid where units exist already: two provinces would share names and accounts.
    """
    if Unit.objects.exists():
        raise Invalid("数据库里已有单位。合成数据只装进空的数据库，请换一个 XIAOAN_DATA 或 XIAOAN_DATABASE。")
    places = list(tree(order.schools, order.counties, order.seed, 1))
    say(f"{len(places)} 个机构，其中 {order.schools} 所学校（均为合成）")
    with lowered(Post, Point, Standing, *BIG):
        _write_places(places, order)
        _publish(places, order)
        return _write_records(_with_hazards(_by_county(places), order.hazards), order, say)


def _write_records(counties: list[Schools], order: Order, say: Say) -> dict[str, Any]:
    began, made, sums = time.monotonic(), 0, Sums()
    with without_indexes(BIG, say) as beside:
        for n, (count, found) in enumerate(_load_all(order, counties), 1):
            made += count
            sums.update(found)
            if n % max(1, len(counties) // 20) == 0:
                say(f"{n}/{len(counties)} 个区县，{made} 条记录，每秒 {made / (time.monotonic() - began):.0f} 条")
        write(Count, [row(path, *figure, str(n)) for (path, figure), n in sums.items() if n])
        beside.append(partial(seal_days, order.sealed_from, say))
    seconds = time.monotonic() - began
    rows = {m._meta.model_name or "": m._default_manager.count() for m in BIG}
    return {"records": made, "seconds": round(seconds, 1), "per_second": round(made / seconds), "rows": rows}


def _write_places(places: list[Place], order: Order) -> None:
    since = order.until - timedelta(days=400)
    moment, password = f"{since} 00:00:00", make_password(PASSWORD)
    write_all(Unit, (unit_row(p, since) for p in places))
    people = [p for p in places if p.person] + (list(colleagues(places, order.seed)) if order.hazards else [])
    write_all(Person, (person_row(p, password, moment, since) for p in people))
    write_all(Post, (post_row(p, since) for p in people))
    on_units([(unit, None) for unit in Unit.objects.schools().iterator(chunk_size=5000)])
    while fold():
        pass


def write_all(model: type[models.Model], rows: Iterable[Row]) -> None:
    held: list[Row] = []
    for each in rows:
        held.append(each)
        if len(held) >= AT_ONCE:
            write(model, held)
            held = []
    write(model, held)


def _publish(places: list[Place], order: Order) -> None:
    """One document for the province, one for its first city, one for that city's first county: where they meet, a
    record proves duties of all three."""
    load_practices()
    for pack in read_packs():
        load_pack(pack)
    since = timezone.make_aware(datetime.combine(order.first, day_time()))
    for key, rank in (("003", "province"), ("002", "city"), ("000", "county")):
        place = next(p for p in places if p.rank == rank)
        put_in_force(key, Unit.objects.get(path=place.path), "合成数据", since)


def _by_county(places: list[Place]) -> list[list[Place]]:
    """Schools by county, the largest first, so that the processes end together."""
    found: dict[str, list[Place]] = {}
    for place in places:
        if place.rank == "school":
            found.setdefault(place.county, []).append(place)
    return sorted(found.values(), key=len, reverse=True)


def _with_hazards(counties: list[list[Place]], hazards: int) -> list[Schools]:
    """Each school with its number of hazards, by how busy it is; all together exactly as many as were ordered."""
    numbers = iter(shared_out(hazards, [p.activity for schools in counties for p in schools]))
    return [[(place, next(numbers)) for place in schools] for schools in counties]


def _load_all(order: Order, counties: list[Schools]) -> Iterator[tuple[int, Sums]]:
    if connection.vendor != "postgresql" or len(counties) == 1:
        yield from (load_county(order, schools) for schools in counties)
        return
    close_connections()
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=begin_process) as pool:
        yield from pool.map(load_county, [order] * len(counties), counties)


def close_connections() -> None:
    """Before other processes are started: none of them may share a socket of ours."""
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def load_county(order: Order, schools: Schools) -> tuple[int, Sums]:
    """Write one county's rows. Returns the number of records and the figures of the units above its schools."""
    some = schools[0][0]
    calendar, buffers = calendar_for(some.county), Buffers(write)
    days, unsealed = days_of(calendar, order.months, order.until), before_seals(order.sealed_from)
    county = None
    if order.hazards:
        seen = days_of(calendar, order.hazard_months, order.until)
        county = County(some.path, seen, midnight(order.until) - 1, unsealed)
    numbers = {place.path: number for place, number in schools}

    def more(place: Place) -> Counter[Figure]:
        return fill_school(county, place, numbers[place.path], order.seed, buffers) if county else Counter()

    found = write_county(
        [place for place, _ in schools], days, proofs_of(order.seed, calendar), order.scale, unsealed, buffers, more
    )
    if county:
        write(Series, county.series())
    return found
