"""The hazards of one school: what is found there, how each goes on, and what all of it adds to the figures."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from xiaoan.ground.journal.models import Entry
from xiaoan.hazards.figures import cells
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import CLOSED
from xiaoan.kernel.ids import read_id
from xiaoan.site.fabricate.cells import row_of
from xiaoan.site.fabricate.dangers.county import County
from xiaoan.site.fabricate.dangers.life import Life
from xiaoan.site.fabricate.dangers.points import Spot, spots_of, stand
from xiaoan.site.fabricate.dangers.report import Reporting
from xiaoan.site.fabricate.dangers.ways import Way
from xiaoan.site.fabricate.entries import PLATFORM
from xiaoan.site.fabricate.places import Place
from xiaoan.site.fabricate.rows import Buffers, Figure
from xiaoan.site.fabricate.written import day_at


def fill_school(county: County, place: Place, number: int, seed: int, buffers: Buffers) -> Counter[Figure]:
    """Write so many hazards of the school with all that follows from them. Returns its figures."""
    return School(county, place, random.Random(f"{seed}/hazards/{place.path}"), buffers).fill(number)


class School:
    """One school's cases, in the order in which they were reported; they are written when all are known, because a later
    one may put an earlier one's closing in doubt."""

    def __init__(self, county: County, place: Place, rng: random.Random, buffers: Buffers) -> None:
        self.county, self.place, self.rng, self.buffers = county, place, rng, buffers
        self.where = {"unit_id": read_id(place.id), "unit_path": place.path, "county_path": place.county}
        self.staff = county.authors[place.path]
        self.spots: list[Spot] = spots_of(county, place, self.where, rng, self.staff["safety_director"], buffers)
        self.cases: list[Life] = []
        self.by_cause: dict[str, list[Life]] = defaultdict(list)
        self.model = county.model
        self.moved = 0

    def fill(self, number: int) -> Counter[Figure]:
        reporting = Reporting(self.county, self.place, self.where, self.rng, self.spots)
        for found in reporting.found(number):
            life, spot = reporting.report(found)
            self.remember(life)
            Way(self, life, found).go()
            if spot and life.values["level"] != "low":
                spot.busy_until = self.county.last if life.is_open else life.at
            self.cases.append(life)
            if life.values["category"]:
                self.by_cause[life.values["category"]].append(life)
            self.moved = max(self.moved, life.at)
        return self._write()

    def remember(self, life: Life) -> None:
        """Link a case to the closed one that has come back with it, as services.moving.remember."""
        values = life.values
        if values["earlier_id"] or not values["category"] or not (values["point_id"] or values["place_key"]):
            return
        today = day_at(life.at)
        since = today - timedelta(days=self.county.norms["hazards.repeat_days"])
        for other in reversed(self.by_cause[values["category"]]):
            before = other.values
            is_closed = before["state"] == CLOSED and other.at <= life.at and before["closed_on"] >= since
            if is_closed and _is_like(values, before):
                values["earlier_id"], before["questioned_on"] = before["id"], today
                told = {"why": "同一地点、同一原因再次出现", "hazard": values["number"]}
                other.told(PLATFORM, "原销号待复核", told, life.at)
                return

    def _write(self) -> Counter[Figure]:
        figures, rows = Counter[Figure](), self.buffers.rows
        for life in self.cases:
            life.end()
            rows[Hazard].append(row_of(life.values))
            rows[Entry].extend(life.entries)
            self.model.__dict__.update(life.values)
            for (_, measure, subject, period), n in cells(self.model).items():
                figures[(measure, subject, period)] += n
        if self.cases or self.spots:
            figures += stand(self.county, self.where, self.rng, len(self.spots), self.moved, self.buffers)
        return figures


def _is_like(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """The same place and the same cause, as hazards.repeats.like."""
    place = "point_id" if new["point_id"] else "place_key"
    cause = "item" if new["item"] else "subcategory"
    return bool(new[place] == old[place] and new[cause] == old[cause])
