"""Reporting: who found what, where and when."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xiaoan.checks.catalogue import Item
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.repeats import place_key
from xiaoan.hazards.states import SOURCES
from xiaoan.kernel.ids import read_id
from xiaoan.site.fabricate.cells import blank
from xiaoan.site.fabricate.dangers import shape
from xiaoan.site.fabricate.dangers.county import County, id_of
from xiaoan.site.fabricate.dangers.life import Life
from xiaoan.site.fabricate.dangers.points import Spot
from xiaoan.site.fabricate.entries import PLATFORM, Author
from xiaoan.site.fabricate.ids import minted
from xiaoan.site.fabricate.places import Place
from xiaoan.site.fabricate.written import day_at, midnight, moment

BY_ROLE = {"self_check": "safety_director", "patrol": "guard", "staff": "guard"}
BY_COUNTY = ("inspection", "third_party", "partner")
LATE = 1 / 40_000


@dataclass(frozen=True)
class Found:
    """What somebody saw in one second, and the second in which the platform learned of it. It will be judged as grave as
    `wanted`, unless the check item says that it is worse."""

    captured: int
    made: int
    item: Item
    source: str
    wanted: str


class Reporting:
    """Of one school."""

    def __init__(
        self, county: County, place: Place, where: dict[str, Any], rng: random.Random, spots: list[Spot]
    ) -> None:
        self.county, self.place, self.rng, self.spots = county, place, rng, spots
        self.staff = county.authors[place.path]
        self.start = {**blank(Hazard), **where}

    def found(self, number: int) -> Iterator[Found]:
        """So many of them, in the order in which the platform learns of them."""
        rng, county = self.rng, self.county
        items, often = shape.items_at(self.place.kind, self.place.has)
        days = rng.choices(county.days, county.weights, k=number)
        chosen = rng.choices(items, often, k=number)
        made = [self._seen(midnight(day.day), item) for day, item in zip(days, chosen, strict=True)]
        yield from sorted(made, key=lambda f: f.made)

    def _seen(self, day: int, item: Item) -> Found:
        rng = self.rng
        captured = day + rng.choice((7, 8, 9, 10, 10, 11, 14, 15, 15, 16, 17, 20)) * 3600 + rng.randrange(3600)
        later = int(rng.expovariate(LATE)) if rng.random() < shape.SENT_LATE else rng.randrange(1, 9)
        source, level = shape.drawn(rng, shape.SOURCES), shape.drawn(rng, shape.LEVELS)
        return Found(captured, min(captured + later, max(captured, self.county.last)), item, source, level)

    def report(self, found: Found) -> tuple[Life, Spot | None]:
        """The case as it is taken in, and the risk point where it lies."""
        rng, item, made = self.rng, found.item, found.made
        day = day_at(made)
        has_item = rng.random() >= shape.WITHOUT_ITEM
        graded = self.county.graded(item.key) if has_item else None
        level = graded.level if graded and graded.level else "general"
        spot, place = self._where(made, level, found.wanted)
        author, reporter = self._by(found.source)
        values = {
            **self.start, "id": read_id(minted(rng, made)), "number": self.county.number("隐患", "hazard", day.year),
            "kind": "surroundings" if rng.random() < shape.SURROUNDINGS else "hazard", "words": item.text[:500],
            "place": place, "place_key": place_key(place), "point_id": spot.id if spot else None,
            "item": item.key if has_item else "", "category": item.category if has_item else "",
            "subcategory": item.subcategory if has_item else "", "level": level,
            "proposed": graded.level if graded else "", "least": graded.least if graded else "",
            "level_why": graded.why[:300] if graded else "", "source": found.source,
            "happened_at": moment(found.captured), "captured_at": moment(found.captured), "made_at": moment(made),
            "found_on": day_at(found.captured), "reporter": reporter,
            "reported_by_id": id_of(author.person), "reported_post_id": id_of(author.post),
        }  # fmt: skip
        life = Life(self.county, rng, values, made)
        life.place()
        life.told(author, "上报隐患", {"source": found.source, "level": level, "photos": []})
        return life, spot

    def _where(self, made: int, *levels: str) -> tuple[Spot | None, str]:
        """A risk point that is free to have one, or a place in words, or neither."""
        rng = self.rng
        if self.spots and rng.random() < shape.AT_POINT:
            spot = rng.choice(self.spots)
            if spot.takes(made, *levels):
                return spot, spot.name
        return None, rng.choice(shape.PLACES)

    def _by(self, source: str) -> tuple[Author, str]:
        """Who acts, and who is named as having seen it."""
        if source in BY_COUNTY:
            return self.county.officer, self.county.officer.name
        role = BY_ROLE.get(source)
        return (self.staff[role], self.staff[role].name) if role else (PLATFORM, f"{SOURCES[source]}（合成）")
