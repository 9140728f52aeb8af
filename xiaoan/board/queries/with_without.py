"""Schools that have, or have not, done what a clause asks: a page of names, bounded by the county."""

from dataclasses import dataclass

from xiaoan.board.queries.documents import Living
from xiaoan.board.queries.now import WORDS, Standing, newest, stand
from xiaoan.board.queries.places import schools_below, townships
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.policies.models import Clause

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One school on the list."""

    standing: Standing
    town: str

    @property
    def word(self) -> str:
        return WORDS[self.standing.state]


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    total: int
    after: str


def all_units(live: Living, clause: Clause, which: str) -> list[Row]:
    """Every school of the county with, or without, in the order of the tree."""
    duties = [d for d in live.duties if d.clause_key == clause.key]
    calendar = calendar_for(live.unit.path)
    periods = {d.key: p for d in duties if (p := newest(d, live.span.start, live.span.end, live.on, calendar))}
    wanted = {"with": {"ok"}, "without": {"part", "none"}}[which]
    standings = stand(live.unit, schools_below(live.unit), duties, periods)
    towns = townships(live.unit) if live.unit.rank == "county" else {live.unit.path: live.unit}
    return [
        Row(s, towns[s.school.path[:-4]].label if s.school.path[:-4] in towns else "区直")
        for s in standings
        if s.state in wanted
    ]


def list_units(live: Living, clause: Clause, which: str, after: str) -> Page:
    """One page, behind the school whose path is `after`."""
    rows = all_units(live, clause, which)
    rest = [r for r in rows if r.standing.school.path > after]
    return Page(rest[:PAGE], len(rows), rest[PAGE - 1].standing.school.path if len(rest) > PAGE else "")
