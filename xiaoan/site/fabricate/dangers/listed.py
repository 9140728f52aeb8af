"""A major hazard under supervision: its listing, how far it was told to be each week, and its striking off."""

import random
from typing import Any

from xiaoan.hazards.models import Listing, Progress
from xiaoan.hazards.services.listings import BASIS
from xiaoan.hazards.states import CONTENTS
from xiaoan.kernel.ids import read_id
from xiaoan.site.fabricate.cells import blank, row_of
from xiaoan.site.fabricate.dangers.county import County, id_of
from xiaoan.site.fabricate.dangers.life import Life
from xiaoan.site.fabricate.dangers.shape import DAY
from xiaoan.site.fabricate.entries import Author
from xiaoan.site.fabricate.ids import minted
from xiaoan.site.fabricate.rows import Buffers
from xiaoan.site.fabricate.written import day_at, moment

WEEK, MOST_TOLD = 7 * DAY, 12
SUPERVISOR = "分管局领导（合成）"
TOLD = "按方案推进，现场防护到位"


class Listed:
    """The listing of one case, begun by the county's officer."""

    def __init__(self, county: County, life: Life, rng: random.Random, where: dict[str, Any], after: int) -> None:
        self.county, self.life, self.rng, self.where = county, life, rng, where
        self.at, values = life.at + after, life.values
        self.due = county.due("fix_days.major", day_at(self.at))
        self.number = county.number("隐患督", "hazard_listing", day_at(self.at).year)
        values["is_supervised"] = True
        self.values: dict[str, Any] = {
            **blank(Listing), **where, "id": read_id(minted(rng, self.at)), "hazard_id": values["id"], "number": self.number,
            "bureau_path": county.path, "supervisor": SUPERVISOR, "due": self.due,
            "contents": {key: f"{word}（合成）" for key, word in CONTENTS.items()}, "basis": BASIS,
            "listed_at": moment(self.at), "listed_by": county.officer.name, "listed_by_id": id_of(county.officer.person),
            "told_on": day_at(self.at),
        }  # fmt: skip
        told = {"number": self.number, "supervisor": SUPERVISOR, "due": self.due.isoformat()}
        life.told(county.officer, "挂牌督办", told, self.at)

    def tell(self, author: Author, buffers: Buffers) -> None:
        """A word every week from the listing until the case was struck off or the last day."""
        until = int(self.values["struck_at"].timestamp()) if self.values["struck_at"] else self.county.last
        for n in range(1, MOST_TOLD + 1):
            at = self.at + n * WEEK
            if at > until:
                return
            percent = min(95, n * 20)
            buffers.rows[Progress].append(row_of({
                **blank(Progress), **self.where, "id": read_id(minted(self.rng, at)), "listing_id": self.values["id"],
                "words": TOLD, "percent": percent, "at": moment(at), "by": author.name,
            }))  # fmt: skip
            self.values["told_on"] = day_at(at)
            self.life.told(author, "督办进展", {"words": TOLD, "percent": percent}, at)

    def strike(self, decision: str) -> None:
        """Struck off in the second in which the case was closed."""
        at, officer = self.life.at, self.county.officer
        number = self.county.number("隐患销", "hazard_struck", day_at(at).year)
        self.values.update(struck_number=number, struck_at=moment(at), struck_by=officer.name, struck_why=decision)
        self.life.values["is_supervised"] = False
        self.life.told(officer, "摘牌", {"number": number, "decision": decision})

    def write(self, buffers: Buffers) -> None:
        buffers.rows[Listing].append(row_of(self.values))
