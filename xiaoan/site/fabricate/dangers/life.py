"""One case: what happens to it and when, by the flow's own moves, as far as the last day."""

import random
from datetime import date, timedelta
from typing import Any

from xiaoan.hazards.figures import closing
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.placing import PLACES, POSTS
from xiaoan.hazards.states import ENDS
from xiaoan.site.fabricate.cells import Row
from xiaoan.site.fabricate.dangers.county import County, person_ids
from xiaoan.site.fabricate.entries import PLATFORM, Author, Subject, entry_row
from xiaoan.site.fabricate.written import day_at, midnight, moment, told_all

NIGHT = 2 * 3600  # when the worker lets late cases climb


class Life:
    """A case and its entries. `at` is the second of its last move; what would happen after the county's last second has
    not happened."""

    def __init__(self, county: County, rng: random.Random, values: dict[str, Any], at: int) -> None:
        self.county, self.rng, self.values, self.at = county, rng, values, at
        self.entries: list[Row] = []
        number, words = values["number"], values["words"]
        self.path: str = values["unit_path"]
        self.subject = Subject(HAZARD.key, str(values["id"]), f"{number} {words[:40]}"[:120], self.path)

    @property
    def is_open(self) -> bool:
        return self.values["state"] not in ENDS

    def told(self, author: Author, verb: str, changes: dict[str, Any], at: int = 0) -> None:
        """A line of the history."""
        row = entry_row(self.rng, at or self.at, self.county.unsealed, author, verb, self.subject, told_all(changes))
        self.entries.append(row)

    def move(
        self, key: str, author: Author, after: int, filled: dict[str, Any], due: date | None = None, **sets: Any
    ) -> bool:
        """Run a move of the flow `after` so many seconds. False: that moment has not come."""
        if self.at + after > self.county.last:
            return False
        move, values, before = HAZARD.move(key), self.values, self.values["state"]
        self._climb(self.at + after)
        self.at += after
        values.update(filled, **sets)
        if move.leaves:
            values.update(person_ids(move.leaves, author))
            values[f"{move.leaves}_at"] = moment(self.at)
        values["state"], values["step"] = move.to, values["step"] + 1
        self.place(due)
        plain = {k: v if isinstance(v, str | list) else str(v) for k, v in filled.items() if v not in (None, "")}
        self.told(author, move.verb, {"from": before, "to": move.to, **plain})
        return True

    def place(self, due: date | None = None) -> None:
        """Who holds it now and until when, as hazards.placing says."""
        values, state, county = self.values, self.values["state"], self.county
        verify = county.verifier(self.path, values["level"])
        values.update(verify_path=verify, escalated=0, escalated_to="")
        if state in ENDS:
            values.update(holder_path="", holder_id=None, holder="", due=None)
        elif state in PLACES:
            place, key = PLACES[state]
            path = {"unit_path": self.path, "upper_path": self._upper(), "verify_path": verify}[place]
            due = due or county.due(key.removeprefix("hazards."), day_at(self.at))
            values.update(holder_path=path, holder_id=None, holder=self._words(path), due=due)
        else:
            by, name = values["responsible_by_id"], values["responsible"]
            values.update(holder_path=self.path, holder_id=by, holder=name, due=due or values["fix_by"])

    def close(self, author: Author, after: int, decision: str, model: Hazard) -> bool:
        """Close it with what the whole case took, as figures.closing tells."""
        if self.at + after > self.county.last:
            return False
        model.__dict__.update(self.values)
        return self.move("close", author, after, {"decision": decision}, **closing(model, moment(self.at + after)))

    def end(self) -> None:
        """The last day is over: who was late until then has climbed."""
        self._climb(self.county.last)

    def _climb(self, until: int) -> None:
        due, rungs = self.values["due"], self.county.rungs(self.path)
        if due is None or midnight(due + timedelta(days=1)) > until:
            return
        for rung, day in self.county.late_from(due):
            at = max(midnight(day) + NIGHT, self.at)
            if at > until or rung > len(rungs):
                return
            path, name = rungs[rung - 1]
            self.values.update(escalated=rung, escalated_to=path)
            self.told(PLATFORM, "超期升级", {"unit": name, "late": (day - due).days}, at)

    def _upper(self) -> str:
        """As Hazard.upper_path."""
        verify = self.values["verify_path"]
        return verify if self.values["level"] == "major" and len(verify) < len(self.path) else self.path[:-4]

    def _words(self, path: str) -> str:
        if path == self.path:
            return POSTS["school"]  # type: ignore[index]
        rank = "township" if len(path) == len(self.path) - 4 else "county"
        return f"{self.county.names[path]} {POSTS[rank]}"  # type: ignore[index]
