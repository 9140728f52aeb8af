"""What all cases of one county share: its norms, who verifies, who is above, the last numbers given."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from xiaoan.checks.criteria import Criterion, criteria_for
from xiaoan.engines.flow.deadlines import due_in
from xiaoan.engines.flow.models import Series
from xiaoan.engines.flow.numbers import numbered
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.norms.queries import norm, norms
from xiaoan.ground.units.paths import ancestors, county_of
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.grading import Proposal, propose
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.placing import verifier
from xiaoan.hazards.states import LEVELS
from xiaoan.risks.models import Standing
from xiaoan.site.fabricate.cells import Row, blank, row_of
from xiaoan.site.fabricate.dangers.people import authors_of, names_of
from xiaoan.site.fabricate.entries import Author
from xiaoan.site.fabricate.shape import SchoolDay

_grades: dict[tuple[Criterion, ...], dict[str, Proposal]] = {}


class County:
    """`last` is the last second of the data, `unsealed` the day of the epoch that would have the seal 0."""

    def __init__(self, some_school: str, days: list[SchoolDay], last: int, unsealed: int) -> None:
        self.path = path = county_of(some_school)
        self.days, self.last, self.unsealed = days, last, unsealed
        self.weights = [day.weight for day in days]
        keys = [key for key in declared() if key.startswith("hazards.")]
        self.norms = dict(zip(keys, norms(keys, path), strict=True))
        self.loop_days: int = norm("risks.loop_days", path)
        self.ladder: list[int] = [self.norms[key] for key in HAZARD.ladder]
        self.authors, self.names = authors_of(path), names_of(path)
        self._verifies = {lev: len(verifier(Hazard(unit_path=some_school, level=lev))) for lev in LEVELS}
        self._given: Counter[tuple[str, str, int]] = Counter()
        self._school = some_school
        self._grades = _grades.setdefault(tuple(criteria_for(path)), {})
        self.model, self.standing = Hazard(), Standing()  # one for all: what floors above ask is asked of them
        self.due = lru_cache(maxsize=20_000)(self._due)
        self.rungs = lru_cache(maxsize=100)(self._rungs)

    def who(self, path: str, role: str) -> Author:
        return self.authors[path][role]

    @cached_property
    def officer(self) -> Author:
        return self.who(self.path, "county_officer")

    def verifier(self, school: str, level: str) -> str:
        """The path of whoever verifies: in one county it lies equally far above each school."""
        return school[: self._verifies[level]]

    def verifying(self, path: str) -> Author:
        """Somebody there who may."""
        roles = self.authors[path]
        return roles.get("principal") or roles.get("township_officer") or self.officer

    def _rungs(self, school: str) -> list[tuple[str, str]]:
        """(path, name) of the bureaux above a school, the nearest first."""
        return [(path, self.names[path]) for path in reversed(ancestors(school)[:-1])]

    def number(self, word: str, kind: str, year: int) -> str:
        """The next number of this kind that the county gives."""
        key = (self.path, kind, year)
        self._given[key] += 1
        return numbered(word, year, self._given[key])

    def series(self) -> Iterator[Row]:
        start = blank(Series)
        for (path, kind, year), last in self._given.items():
            yield row_of({**start, "unit_path": path, "kind": kind, "year": year, "last": last})

    def _due(self, key: str, start: date) -> date:
        return due_in(self.norms[f"hazards.{key}"], self._school, start)

    def graded(self, item: str) -> Proposal:
        """What is proposed for a check item; asked once for all counties with the same criteria."""
        if (found := self._grades.get(item)) is None:
            found = self._grades[item] = propose(self._school, item)
        return found

    def late_from(self, due: date) -> Iterator[tuple[int, date]]:
        """(rung, day) on which a case that was due then climbs."""
        yield from enumerate((due + timedelta(days=days) for days in self.ladder), 1)


@lru_cache(maxsize=10_000)
def id_of(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def person_ids(name: str, author: Author) -> dict[str, Any]:
    """The columns that say who did a step."""
    return {
        f"{name}_by": author.name, f"{name}_by_id": id_of(author.person), f"{name}_post_id": id_of(author.post),
    }  # fmt: skip
