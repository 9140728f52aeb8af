"""The burden: what records cost in minutes, by week, sheet, document and asking office; from tallies alone."""

import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.tally.queries import read, read_one
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.costs import OWN
from xiaoan.policies.models import Document

WEEKS = 12
LADDER = (Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP, Rank.SCHOOL)
MOST_CHILDREN = 200


@dataclass(frozen=True)
class Share:
    """Seconds of one sheet, document or office; `forms` where forms can be counted."""

    key: str
    name: str
    seconds: int
    forms: int = 0
    office: str = ""
    tier: str = ""

    @property
    def minutes(self) -> float:
        return round(self.seconds / 60, 1)


@dataclass(frozen=True)
class Burden:
    """What a unit and all below it spent from `start` on, `weeks` weeks long, and what was spared."""

    unit: Unit
    schools: int
    weeks: list[str]
    by_week: dict[str, int]
    by_sheet: list[Share]
    by_document: list[Share]
    saved: int
    saved_seconds: int
    ceiling: int
    by_office: list[Share] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        return sum(self.by_week.values())

    def per_school_week(self, seconds: int, weeks: int = 1) -> float | None:
        """Minutes that one school spent a week; None where there is no school."""
        return round(seconds / 60 / self.schools / weeks, 1) if self.schools else None

    @property
    def this_week(self) -> float | None:
        return self.per_school_week(self.by_week[self.weeks[-1]])

    @property
    def average(self) -> float | None:
        return self.per_school_week(self.seconds, len(self.weeks))

    @property
    def base(self) -> str:
        return f"{self.schools} 所学校"

    @property
    def ceiling_words(self) -> str:
        return f"上限 {self.ceiling} 分钟"

    @property
    def saved_minutes(self) -> int:
        return round(self.saved_seconds / 60)

    @property
    def sentence(self) -> str:
        """What the chart says."""
        return f"近 {len(self.weeks)} 周每校每周平均 {self.average or 0:g} 分钟，本周 {self.this_week or 0:g} 分钟，上限 {self.ceiling} 分钟"

    @property
    def trend(self) -> list[float]:
        return [self.per_school_week(self.by_week[w]) or 0 for w in self.weeks]


def burden_of(unit: Unit, on: date, weeks: int = WEEKS) -> Burden:
    """The burden of a unit and all below it in the weeks up to the one of `on`. Cost: six queries of tallies."""
    keys = [iso_week(on - timedelta(weeks=n)) for n in range(weeks - 1, -1, -1)]
    window = (keys[0], keys[-1])
    spent = read_one(unit.path, "seconds", None, *window)
    forms = read_one(unit.path, "forms", None, *window)
    cost = read_one(unit.path, "cost", None, *window)
    asked = read_one(unit.path, "task_seconds", None, *window)
    saved = read_one(unit.path, "saved", None, *window)
    by_week, by_sheet = Counter[str](), Counter[str]()
    for (sheet, week), n in spent.items():
        by_week[week] += n
        by_sheet[sheet] += n
    for (_, week), n in asked.items():
        by_week[week] += n
        by_sheet["task"] += n
    number: Counter[str] = Counter()
    for (sheet, _), n in forms.items():
        number[sheet] += n
    documents: Counter[str] = Counter()
    for (subject, _), n in [*cost.items(), *asked.items()]:
        documents[subject] += n
    spared: Counter[str] = Counter()
    for (sheet, _), n in saved.items():
        spared[sheet] += n
    shares = _document_shares(documents)
    return Burden(
        unit=unit, schools=schools_of(unit), weeks=keys, by_week={w: by_week[w] for w in keys},
        by_sheet=_sheet_shares(by_sheet, number), by_document=shares, by_office=_offices(shares),
        saved=sum(spared.values()),
        saved_seconds=sum(n * by_sheet[s] // number[s] for s, n in spared.items() if number[s]),
        ceiling=norm("burden.minutes_week", unit.path),
    )  # fmt: skip


def children_of(unit: Unit, on: date, weeks: int = 4) -> list[tuple[Unit, float | None]]:
    """(unit, minutes per school and week) of the units directly below, over the last weeks; most first."""
    children = list(Unit.objects.filter(parent=unit).active().filter(rank__in=LADDER).order_by("path")[:MOST_CHILDREN])
    paths = [c.path for c in children]
    window = (iso_week(on - timedelta(weeks=weeks - 1)), iso_week(on))
    spent = read(paths, "seconds", None, *window)
    asked = read(paths, "task_seconds", None, *window)
    held = read(paths, "units")
    rows: list[tuple[Unit, float | None]] = []
    for child in children:
        seconds = sum(spent[child.path].values()) + sum(asked[child.path].values())
        schools = 1 if child.is_school else sum(held[child.path].values())
        rows.append((child, round(seconds / 60 / schools / weeks, 1) if schools else None))
    return sorted(rows, key=lambda row: (-(row[1] or 0), row[0].path))


def schools_of(unit: Unit) -> int:
    """How many schools the figures are shared among: one for a school itself."""
    return 1 if unit.is_school else sum(read_one(unit.path, "units").values())


def _sheet_shares(seconds: Counter[str], forms: Counter[str]) -> list[Share]:
    names = {key: s.name for key, s in sheets().items()} | {"task": "派发的任务"}
    rows = [
        Share(key, names.get(key, "已停用的记录表"), n, forms[key]) for key, n in seconds.items() if n or forms[key]
    ]
    return sorted(rows, key=lambda r: (-r.seconds, r.name))


def _document_shares(seconds: Counter[str]) -> list[Share]:
    documents = _documents([key for key in seconds if key != OWN])
    rows = []
    for key, n in seconds.items():
        document = documents.get(key)
        if document:
            rows.append(Share(key, document.short, n, office=document.issuer, tier=document.tier))
        elif n:
            rows.append(Share(key, "学校自己的记录" if key == OWN else "已删除的文件", n, office="学校自己"))
    return sorted((r for r in rows if r.seconds), key=lambda r: (-r.seconds, r.name))


def _documents(keys: Collection[str]) -> dict[str, Document]:
    rows = Document.objects.filter(id__in=[uuid.UUID(k) for k in keys]).only("id", "short", "issuer", "tier")
    return {d.id.hex: d for d in rows}


def _offices(shares: list[Share]) -> list[Share]:
    sums: dict[str, list[Share]] = {}
    for share in shares:
        sums.setdefault(share.office, []).append(share)
    rows = [Share(name, name, sum(s.seconds for s in of), tier=of[0].tier) for name, of in sums.items()]
    return sorted(rows, key=lambda r: (-r.seconds, r.name))
