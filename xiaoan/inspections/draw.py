"""The draw of units and inspectors: a pure function of its seed, so that anyone can repeat it.

Method. A thing's lot is the SHA-256 of "seed:id", read as hexadecimal digits; lots sort things, and nobody can choose a
seed that sorts them to his taste without showing it.

1. Units are sorted into strata (kind and risk grade; see strata.py). Each stratum gets its share of `take` in proportion to its size,
   rounded down; what is left goes one by one to the strata with the largest remainders, ties to the stratum's name.
2. In each stratum the units with the smallest lots are taken.
3. Inspectors are put in the order of their lots. Units, in the order of their lots, take `team` inspectors each: those
   with the fewest visits so far that may inspect the unit, ties by lot. The first one heads the visit.
4. In a cross inspection counties are put in the order of their lots; each is inspected by the next, the last by the
   first.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

METHOD = 2  # raise it when the method changes, and an old draw says how it was made: 1 knew no risk, only findings


@dataclass(frozen=True)
class Candidate:
    """A unit that may be drawn. `county` is its county's path, `path` its own."""

    id: str
    stratum: str
    path: str
    county: str


@dataclass(frozen=True)
class Person:
    """An inspector who may be drawn. `home` is the path where the person belongs; `county` its county's; `only` are ids
    of the only units that a limited post may look at (all when empty)."""

    id: str
    home: str
    county: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """What came out: units in order, and for each the inspectors, the head first; units that nobody may inspect."""

    units: list[str]
    teams: dict[str, list[str]]
    without: list[str]
    pairs: dict[str, str]


def lot(seed: str, thing: str) -> str:
    """The lot of a thing under a seed."""
    return sha256(f"{seed}:{thing}".encode()).hexdigest()


def shares(sizes: Mapping[str, int], take: int) -> dict[str, int]:
    """How many of each stratum: proportional, largest remainders first."""
    total = sum(sizes.values())
    if not total:
        return {}
    take = min(take or total, total)
    found = {name: take * n // total for name, n in sizes.items()}
    left = sorted(sizes, key=lambda name: (-(take * sizes[name] % total), name))
    for name in left[: take - sum(found.values())]:
        found[name] += 1
    return found


def draw_units(seed: str, pool: Sequence[Candidate], take: int) -> list[Candidate]:
    """The drawn units, in the order of their lots."""
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for unit in sorted(pool, key=lambda u: lot(seed, u.id)):
        strata[unit.stratum].append(unit)
    number = shares({name: len(units) for name, units in strata.items()}, take)
    chosen = [unit for name, units in strata.items() for unit in units[: number[name]]]
    return sorted(chosen, key=lambda u: lot(seed, u.id))


def pair_counties(seed: str, counties: Sequence[str]) -> dict[str, str]:
    """{county: the county that inspects it}; nobody inspects its own. Fewer than two cannot be paired."""
    ring = sorted(set(counties), key=lambda c: lot(seed, c))
    return {c: ring[(at + 1) % len(ring)] for at, c in enumerate(ring)} if len(ring) > 1 else {}


def may_inspect(person: Person, unit: Candidate, pairs: Mapping[str, str] | None = None) -> bool:
    """Whether a person may look at a unit: never where they belong, never in their county when counties cross."""
    if person.home and (unit.path.startswith(person.home) and len(person.home) >= len(unit.path)):
        return False
    if person.only and unit.id not in person.only:
        return False
    if pairs is not None:
        return person.county != unit.county and pairs.get(unit.county, person.county) == person.county
    return True


def draw_teams(
    seed: str, units: Sequence[Candidate], people: Sequence[Person], team: int, pairs: Mapping[str, str] | None = None
) -> tuple[dict[str, list[str]], list[str]]:
    """({unit: inspectors, the head first}, units without anybody)."""
    load = {p.id: 0 for p in people}
    teams: dict[str, list[str]] = {}
    without = []
    for unit in units:
        able = sorted(
            (p for p in people if may_inspect(p, unit, pairs)), key=lambda p: (load[p.id], lot(seed, p.id + unit.id))
        )
        if not able:
            without.append(unit.id)
            continue
        teams[unit.id] = [p.id for p in able[:team]]
        for one in teams[unit.id]:
            load[one] += 1
    return teams, without


def draw(
    seed: str, pool: Sequence[Candidate], people: Sequence[Person], *, take: int, team: int, is_cross: bool
) -> Drawn:
    """The whole draw. The same seed, pool and people give the same result, in whatever order they are told."""
    units = draw_units(seed, pool, take)
    pairs = pair_counties(seed, [u.county for u in pool]) if is_cross else None
    teams, without = draw_teams(seed, units, sorted(people, key=lambda p: p.id), team, pairs)
    return Drawn([u.id for u in units], teams, without, pairs or {})
