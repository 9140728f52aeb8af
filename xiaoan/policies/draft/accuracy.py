"""How well drafts agree with a reference reading: recall and precision of rhythms and dates.

A reference is a folder with seeds/*.txt and mission/clauses.csv. A stated rhythm or date counts as
found when a requirement in the same sentence has it; a drafted one counts as right when the
reference has it in the same sentence. Rows whose date is only implied by the plan's year, and rows
of an annexe that repeats the plan (ids with -A), are not asked for.
"""

import csv
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .documents import draft_text
from .mentions import RHYTHMS
from .model import Requirement
from .text import read_file

KEYS = ("every", "deadline")
STOP = re.compile(r"[。；;！？!?]")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WORD = re.compile(r"[a-z_]+")
LEAST_RECALL, LEAST_PRECISION = 0.95, 0.90


@dataclass(frozen=True)
class Wanted:
    """What the reference says of one sentence [start, end): any of values will do."""

    start: int
    end: int
    values: frozenset[str]
    row: str
    is_asked: bool


@dataclass
class Score:
    """Counts for one key, with the rows missed and the drafts that the reference does not have."""

    key: str
    asked: int = 0
    found: int = 0
    drafted: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / max(self.asked, 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.drafted, 1)

    @property
    def is_enough(self) -> bool:
        return self.recall >= LEAST_RECALL and self.precision >= LEAST_PRECISION


def measure_accuracy(reference: str | Path) -> dict[str, Score]:
    """Scores by key over every seed of a reference folder. Raises OSError where it is not one."""
    folder = Path(reference)
    with (folder / "mission" / "clauses.csv").open(encoding="utf-8") as rows_file:
        rows = list(csv.DictReader(rows_file))
    scores = {key: Score(key) for key in KEYS}
    for seed in sorted({row["seed"] for row in rows}):
        text = read_file(folder / "seeds" / seed)
        count_document(scores, text, [row for row in rows if row["seed"] == seed], seed)
    return scores


def count_document(scores: dict[str, Score], raw: str, rows: Iterable[Mapping[str, str]], name: str) -> None:
    """Draft one document and add its counts to the scores."""
    text = re.sub(r"\s+", "", raw)
    drafted = [r for clause in draft_text(raw).clauses for r in clause.requirements]
    wanted: dict[str, list[Wanted]] = {key: [] for key in KEYS}
    for row in rows:
        for key, item in _read_row(text, row):
            wanted[key].append(item)
    for key in KEYS:
        _count(scores[key], wanted[key], drafted, name)


def _read_row(text: str, row: Mapping[str, str]) -> Iterable[tuple[str, Wanted]]:
    anchor = re.sub(r"\s+", "", row["anchor"])
    at = text.find(anchor)
    if at < 0 or "-A." in row["id"]:
        return
    start, end = sentence_around(text, at, at + len(anchor))
    stated = set(WORD.findall(row["cadence"].split("(")[0])) & set(RHYTHMS)
    if row["kind"] == "recurring" and stated:
        yield "every", Wanted(start, end, frozenset(stated), row["id"], True)
    for rhythm in set(WORD.findall(row["cadence"])) & set(RHYTHMS):
        yield "every", Wanted(start, end, frozenset({rhythm}), row["id"], False)
    if row["deadline"] and "implied" not in row["measure"]:
        yield "deadline", Wanted(start, end, frozenset({row["deadline"]}), row["id"], True)
    for day in ISO_DAY.findall(row["measure"] + " " + row["deadline"]):
        yield "deadline", Wanted(start, end, frozenset({day}), row["id"], False)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between the stops before start and after end."""
    before = [stop.end() for stop in STOP.finditer(text, max(0, start - 4000), start)]
    after = STOP.search(text, end)
    return (before[-1] if before else max(0, start - 4000)), (after.start() if after else len(text))


def _count(score: Score, wanted: list[Wanted], drafted: list[Requirement], name: str) -> None:
    values = [(r, _value(r, score.key)) for r in drafted]
    for item in (w for w in wanted if w.is_asked):
        hit = any(_overlaps(r, item) and value in item.values for r, value in values)
        score.asked += 1
        score.found += hit
        if not hit:
            score.misses.append(f"{item.row} {'|'.join(sorted(item.values))}")
    for requirement, value in values:
        if value is None:
            continue
        right = any(_overlaps(requirement, w) and value in w.values for w in wanted)
        score.drafted += 1
        score.right += right
        if not right:
            score.wrong.append(f"{name}[{requirement.start}:{requirement.end}] {value} {requirement.quote[:60]}")


def _value(requirement: Requirement, key: str) -> str | None:
    if key == "every":
        return requirement.every
    return requirement.deadline.isoformat() if requirement.deadline else None


def _overlaps(requirement: Requirement, wanted: Wanted) -> bool:
    return requirement.start < wanted.end and requirement.end > wanted.start


def main(arguments: list[str]) -> int:
    """Print the scores of the reference folder named; 1 when they are below what we promise."""
    scores = measure_accuracy(arguments[0])
    for score in scores.values():
        for title, lines in (("漏", score.misses), ("误", score.wrong)):
            for line in lines:
                print(f"{title}\t{score.key}\t{line}")
    for score in scores.values():
        print(
            f"{score.key}: recall {score.found}/{score.asked} = {score.recall:.3f}, "
            f"precision {score.right}/{score.drafted} = {score.precision:.3f}"
        )
    return 0 if all(score.is_enough for score in scores.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("用法：python -m xiaoan.policies.draft.accuracy 参考资料文件夹")
    sys.exit(main(sys.argv[1:]))
