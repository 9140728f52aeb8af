"""The tree: a province, its cities, counties, townships and schools, and who records there. All labelled synthetic."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.ground.units.paths import county_of, step
from xiaoan.site.demo.people import FAMILY, GIVEN
from xiaoan.site.fabricate.cells import NULL, Row, row
from xiaoan.site.fabricate.ids import minted
from xiaoan.site.fabricate.shape import BUSY, BUSY_SHARE, HAS, KINDS

PER_COUNTY, PER_CITY, PER_TOWN = 440, 8.5, 38
MOST_COUNTIES = 136
LABEL = "（合成）"


@dataclass(frozen=True)
class Place:
    """A unit to be, with the person who acts there (schools and bureaux)."""

    id: str
    path: str
    parent: str
    rank: str
    name: str
    kind: str = ""
    pupils: int = 0
    boarders: int = 0
    staff: int = 0
    has: tuple[str, ...] = ()
    activity: float = 1.0
    person: str = ""
    post: str = ""
    username: str = ""
    who: str = ""
    role: str = ""

    @property
    def county(self) -> str:
        return county_of(self.path)

    def facts(self) -> dict[str, Any]:
        """As Unit.facts() will say."""
        return {
            "rank": self.rank, "kind": self.kind, "pupils": self.pupils, "boarding": self.boarders > 0,
            "has": list(self.has),
        }  # fmt: skip

    def where(self, columns: list[str]) -> Row:
        """The cells with which a row begins that lies here. Not all tables have them in the same order."""
        told = {"unit_id": self.id, "unit_path": self.path, "county_path": self.county}
        return row(*(told[name] for name in columns[: len(told)]))


def tree(schools: int, counties: int, seed: int, root: int) -> Iterator[Place]:
    """All units, every parent before its children. `root` is the number of the province among the roots."""
    rng = random.Random(f"{seed}/tree")
    counties = counties or max(1, min(MOST_COUNTIES, round(schools / PER_COUNTY)))
    top = _bureau(rng, "", root, "province", f"合成省{LABEL}", "fab-province", "")
    yield top
    weights = [rng.lognormvariate(0, 0.35) for _ in range(counties)]
    sizes = shared_out(schools, weights)
    cities = max(1, round(counties / PER_CITY))
    number = 0
    for c in range(cities):
        city = _bureau(rng, top.path, c + 1, "city", f"合成第{c + 1}市{LABEL}", f"fab-city-{c + 1:02d}", top.id)
        yield city
        for n in range(c, counties, cities):
            name = f"合成第{n + 1}县{LABEL}"
            county = _bureau(rng, city.path, n // cities + 1, "county", name, f"fab-county-{n + 1:03d}", city.id)
            yield county
            yield from _county(rng, county, sizes[n], number)
            number += sizes[n]


def shared_out(schools: int, weights: list[float]) -> list[int]:
    """So many in parts of these weights; together exactly as many."""
    total, made, cut = sum(weights), list[int](), 0.0
    for weight in weights:
        cut += weight * schools / total
        made.append(round(cut) - sum(made))
    return made


def _bureau(rng: random.Random, above: str, n: int, rank: str, name: str, username: str, parent: str) -> Place:
    return Place(
        minted(rng), above + step(n), parent, rank, name, person=minted(rng), post=minted(rng), username=username,
        who=_name(rng), role=f"{rank}_officer",
    )  # fmt: skip


def _county(rng: random.Random, county: Place, schools: int, first: int) -> Iterator[Place]:
    towns = max(1, round(schools / PER_TOWN))
    for t in range(towns):
        town = Place(minted(rng), county.path + step(t + 1), county.id, "township", f"第{t + 1}镇{LABEL}")
        yield town
        for n, number in enumerate(range(first + t, first + schools, towns)):
            yield _school(rng, town, n + 1, number)


def _school(rng: random.Random, town: Place, n: int, number: int) -> Place:
    kind, _, usual, staff, boards = rng.choices(KINDS, [k[1] for k in KINDS])[0]
    pupils = int(usual * rng.lognormvariate(0, 0.5)) + 12
    boarders = pupils // 3 if rng.random() < boards else 0
    has = [name for name, share in HAS if rng.random() < share and (kind != "kindergarten" or name != "laboratory")]
    busy = rng.random() < BUSY_SHARE
    return Place(
        minted(rng), town.path + step(n), town.id, "school", f"第{number + 1}号学校{LABEL}", kind=kind, pupils=pupils,
        boarders=boarders, staff=max(4, int(pupils * staff)), has=(*has, *(["boarding"] if boarders else [])),
        activity=BUSY if busy else rng.uniform(0.6, 1.3), person=minted(rng), post=minted(rng),
        username=f"fab-s{number + 1:06d}", who=_name(rng), role="safety_director",
    )  # fmt: skip


def _name(rng: random.Random) -> str:
    return rng.choice(FAMILY) + rng.choice(GIVEN) + LABEL


def unit_row(place: Place, since: date) -> Row:
    return row(
        place.id, place.path, place.parent or NULL, place.rank, place.kind, place.name, "", "", "", "", str(place.pupils),
        str(place.boarders), str(place.staff), str(place.pupils // 40), json.dumps(list(place.has)), "1",
        since.isoformat(), NULL, NULL,
    )  # fmt: skip


def person_row(place: Place, password: str, moment: str, day: date) -> Row:
    return row(
        password, NULL, "0", place.username, "", "0", "1", moment, place.person, place.who, "", "0", day.isoformat(), "1",
    )  # fmt: skip


def post_row(place: Place, since: date) -> Row:
    return row(
        place.id, place.path, place.county, place.post, place.person, place.role, "", since.isoformat(), NULL, NULL
    )
