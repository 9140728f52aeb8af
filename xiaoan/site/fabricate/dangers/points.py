"""Risk points of some schools, identified and not yet graded, and how each school stands with them.

Hazards at a point never come together as the rule for raising its level asks: each level would have a history of its own.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiaoan.ground.journal.models import Entry
from xiaoan.hazards.states import is_worse
from xiaoan.kernel.ids import read_id
from xiaoan.risks.models import Point, Standing
from xiaoan.risks.services.standing import MEASURE, figures_of
from xiaoan.site.fabricate.cells import blank, row_of
from xiaoan.site.fabricate.dangers.county import County
from xiaoan.site.fabricate.dangers.shape import POINTED, POINTS
from xiaoan.site.fabricate.entries import Author, Subject, entry_row
from xiaoan.site.fabricate.ids import minted
from xiaoan.site.fabricate.places import Place
from xiaoan.site.fabricate.rows import Buffers, Figure
from xiaoan.site.fabricate.written import day_at, midnight, moment, told_all

MORNING = 8 * 3600


@dataclass
class Spot:
    """A risk point to report at. `busy_until` is the second until which a case that counts lies open there."""

    id: Any
    name: str
    busy_until: int = 0

    def takes(self, at: int, *levels: str) -> bool:
        """Whether one more of these levels leaves the point's own as it is."""
        return at > self.busy_until and not any(is_worse(level, "general") for level in levels if level)


def spots_of(
    county: County, place: Place, where: dict[str, Any], rng: random.Random, author: Author, buffers: Buffers
) -> list[Spot]:
    """The points that this school has listed on the first day, written with their entries; most schools have none."""
    if rng.random() >= POINTED:
        return []
    start, spots = blank(Point), list[Spot]()
    day = county.days[0].day
    at = midnight(day) + MORNING
    for number, (name, area, kind) in enumerate(POINTS, 1):
        spot = Spot(read_id(minted(rng, at)), name)
        buffers.rows[Point].append(row_of({
            **start, **where, "id": spot.id, "code": f"{area}-{number}", "name": name, "area": area, "kind": kind,
            "token": f"{rng.getrandbits(110):022x}"[:22], "made_on": day, "made_by": author.name, "updated_at": moment(at),
        }))  # fmt: skip
        of = Subject("point", str(spot.id), name, place.path)
        buffers.rows[Entry].append(
            entry_row(rng, at, county.unsealed, author, "辨识风险点", of, told_all({"name": name}))
        )
        spots.append(spot)
    return spots


def stand(
    county: County, where: dict[str, Any], rng: random.Random, spots: int, moved: int, buffers: Buffers
) -> Counter[Figure]:
    """The standing of a school whose loop last moved in that second, and its figures. As risks.services.standing reckons
    it for points that nobody has graded."""
    listed = county.days[0].day if spots else None
    loop = day_at(moved) if moved else None
    told = {
        **blank(Standing), **where, "id": read_id(minted(rng, county.last)), "unassessed": spots, "lacking": spots,
        "listed_on": listed, "active_on": listed, "loop_on": loop, "expires_on": _expires(loop, county),
    }  # fmt: skip
    buffers.rows[Standing].append(row_of(told))
    county.standing.__dict__.update(told)
    return Counter({(MEASURE, subject, ""): n for subject, n in figures_of(county.standing).items() if n})


def _expires(loop: date | None, county: County) -> date | None:
    """The day after the loop stops counting as running, unless that is past."""
    until = loop + timedelta(days=county.loop_days) if loop else None
    return until + timedelta(days=1) if until and until > day_at(county.last) else None
