"""Figures of hazards for pages, all from tallies: one statement for each measure, whatever the size of the subtree."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from xiaoan.checks.catalogue import category_names, items
from xiaoan.engines.tally.queries import read, read_one, totals
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.hazards import figures
from xiaoan.hazards.models import STOCK_UNTIL, Hazard
from xiaoan.hazards.states import ENDS, LEVELS, SELF_FOUND, SOURCES, STEPS
from xiaoan.kernel import clock

MOST_PLACES = 400
FEW = 100


@dataclass
class Counted:
    """Cases found in a span, and how many of them are closed by now."""

    name: str
    key: str = ""
    found: int = 0
    done: int = 0

    @property
    def open(self) -> int:
        return self.found - self.done

    @property
    def rate(self) -> int | None:
        """Per cent that is closed, cut; None without any."""
        return 100 * self.done // self.found if self.found else None


@dataclass
class Place:
    """How a school, or a bureau below, stands over a span."""

    unit: Unit
    found: int = 0
    shut: int = 0
    in_time: int = 0
    days: int = 0
    again: int = 0
    open: int = 0

    @property
    def net(self) -> int:
        return self.found - self.shut

    @property
    def mean_days(self) -> float | None:
        return round(self.days / self.shut, 1) if self.shut else None

    @property
    def repeat_rate(self) -> int | None:
        return 100 * self.again // self.found if self.found else None


@dataclass
class Growth:
    """New and closed cases month by month, with last year's new ones."""

    labels: list[str] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    shut: list[int] = field(default_factory=list)
    last_year: list[int] = field(default_factory=list)

    @property
    def net(self) -> int:
        return sum(self.found) - sum(self.shut)

    @property
    def months(self) -> list[tuple[str, int, int, int, int]]:
        """(month, new, closed, net, new a year before), the latest first."""
        rows = zip(self.labels, self.found, self.shut, self.last_year, strict=True)
        return [(label, new, shut, new - shut, last) for label, new, shut, last in rows][::-1]


@dataclass
class Summary:
    """What one line of figures says of a span."""

    found: int = 0
    shut: int = 0
    in_time: int = 0
    days: int = 0
    spot: int = 0
    again: int = 0
    open: int = 0
    hours: list[int] = field(default_factory=lambda: [0] * len(STEPS))

    @property
    def mean_days(self) -> float | None:
        return round(self.days / self.shut, 1) if self.shut else None

    @property
    def in_time_rate(self) -> int | None:
        return 100 * self.in_time // self.shut if self.shut else None

    @property
    def repeat_rate(self) -> int | None:
        return 100 * self.again // self.found if self.found else None

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The mean time spent in each of the five steps, in words."""
        return [(name, _span(hours, self.shut)) for name, hours in zip(STEPS, self.hours, strict=True)]


def summary(path: str, since: str, until: str) -> Summary:
    """A unit's figures from one month to another, both in (2026-01)."""
    told = Summary(hours=[0] * len(STEPS))
    told.found = sum(read_one(path, figures.FOUND, None, since, until).values())
    for (subject, _), n in read_one(path, figures.SHUT, None, since, until).items():
        told.shut += n
        told.in_time += n if subject.endswith(".in_time") else 0
    told.days = sum(read_one(path, figures.DAYS, None, since, until).values())
    told.spot = sum(read_one(path, figures.SPOT, None, since, until).values())
    told.again = sum(read_one(path, figures.AGAIN, None, since, until).values())
    for (step, _), n in read_one(path, figures.HOURS, None, since, until).items():
        told.hours[int(step)] += n
    told.open = sum(open_now(path).values())
    return told


def open_now(path: str) -> Counter[str]:
    """Open cases now, by level."""
    counted = Counter[str]()
    for (subject, _), n in read_one(path, figures.NOW).items():
        state, level, _category = subject.split(".")
        counted[level] += n if state not in ENDS else 0
    return counted


def by_source(path: str, since: str, until: str) -> list[Counted]:
    """The pool of hazards by where they came from."""
    return _grouped(path, since, until, 0, SOURCES)


def by_category(path: str, since: str, until: str) -> list[Counted]:
    return _grouped(path, since, until, 2, category_names())


def by_level(path: str, since: str, until: str) -> list[Counted]:
    return _grouped(path, since, until, 1, LEVELS)


def self_found(path: str, since: str, until: str, level: str = "") -> Counted:
    """What schools found themselves, and how much of it they have put right."""
    return _one("自查发现", path, since, until, lambda s, g: s in SELF_FOUND and level in ("", g))


def found_by_others(path: str, since: str, until: str, level: str = "") -> Counted:
    return _one("上级和其他方面发现", path, since, until, lambda s, g: s not in SELF_FOUND and level in ("", g))


def growth(path: str, year: int, level: str = "") -> Growth:
    """The months of a year up to now: new, closed, and new a year before."""
    last = clock.today().month if year == clock.today().year else 12
    new = _monthly(path, figures.FOUND, f"{year - 1}-01", f"{year}-12", 1, level)
    shut = _monthly(path, figures.SHUT, f"{year}-01", f"{year}-12", 0, level)
    told = Growth()
    for month in range(1, last + 1):
        told.labels.append(f"{month}月")
        told.found.append(new[f"{year}-{month:02d}"])
        told.shut.append(shut[f"{year}-{month:02d}"])
        told.last_year.append(new[f"{year - 1}-{month:02d}"])
    return told


def places(unit: Unit, since: str, until: str) -> list[Place]:
    """The schools below a county or township, or the bureaux directly below a city or province."""
    below = Unit.objects.under(unit.path).active().exclude(path=unit.path)
    if unit.rank in (Rank.CITY, Rank.PROVINCE):
        below = below.filter(parent=unit).exclude(rank__in=[Rank.DEPARTMENT, Rank.PARTNER])
    else:
        below = below.schools()
    found = {u.path: Place(u) for u in below.only("id", "name", "short", "path").order_by("path")[:MOST_PLACES]}
    _fill(found, since, until)
    return list(found.values())


def by_item(path: str) -> list[tuple[str, str, int]]:
    """Open cases under one coded description, across schools: (key, words, n), most first."""
    held = [(key, n) for (key, _), n in read_one(path, figures.ITEM).items() if n > 0]
    known = items()
    named = [(key, known[key].text if key in known else key, n) for key, n in held]
    return sorted(named, key=lambda row: (-row[2], row[0]))[:FEW]


def stock(path: str) -> tuple[int, list[Hazard]]:
    """Major hazards found up to 2023: how many there ever were, and those that remain."""
    ever = _monthly(path, figures.FOUND, "", f"{STOCK_UNTIL:%Y-%m}", 1, "major")
    rows = Hazard.objects.under(path).filter(level="major", found_on__lte=STOCK_UNTIL).still_open()
    return sum(ever.values()), list(rows.select_related("unit").order_by("-id")[:FEW])


def open_majors(path: str) -> list[Hazard]:
    """Every open major hazard, the oldest first, with its age and deadline: dynamic zero means none of them is late."""
    rows = Hazard.objects.under(path).filter(level="major").still_open().select_related("unit")
    return sorted(rows.order_by("-id")[: 5 * FEW], key=lambda h: (h.found_on, h.id))


def majors_closed(path: str, since: str, until: str) -> Counted:
    return _one("重大隐患", path, since, until, lambda source, level: level == "major")


def mean_days_of_majors(path: str) -> float | None:
    """Mean days from finding to closing over all closed majors."""
    days = sum(n for (level, _), n in read_one(path, figures.DAYS, ["major"]).items())
    shut = sum(read_one(path, figures.SHUT, ["major.in_time", "major.late"]).values())
    return round(days / shut, 1) if shut else None


def _grouped(path: str, since: str, until: str, part: int, names: dict[str, str]) -> list[Counted]:
    rows = {key: Counted(name, key) for key, name in names.items()}
    rows[""] = Counted("待研判定类")
    for measure in (figures.FOUND, figures.DONE):
        for (subject, _), n in read_one(path, measure, None, since, until).items():
            row = rows.get(subject.split(".")[part], rows[""])
            setattr(row, "found" if measure == figures.FOUND else "done", _now(row, measure) + n)
    return [row for row in rows.values() if row.found]


def _now(row: Counted, measure: str) -> int:
    return row.found if measure == figures.FOUND else row.done


def _one(name: str, path: str, since: str, until: str, fits: Callable[[str, str], bool]) -> Counted:
    row = Counted(name)
    for measure in (figures.FOUND, figures.DONE):
        told = read_one(path, measure, None, since, until).items()
        n = sum(n for (subject, _), n in told if fits(*subject.split(".")[:2]))
        row.found, row.done = (n, row.done) if measure == figures.FOUND else (row.found, n)
    return row


def _monthly(path: str, measure: str, since: str, until: str, part: int, level: str) -> Counter[str]:
    """{month: n} of one level (of all without one); `part` is where the level stands in the subject."""
    counted = Counter[str]()
    for (subject, month), n in read_one(path, measure, None, since, until).items():
        counted[month] += n if level in ("", subject.split(".")[part]) else 0
    return counted


def _fill(found: dict[str, Place], since: str, until: str) -> None:
    paths = list(found)
    for measure, name in ((figures.FOUND, "found"), (figures.DAYS, "days"), (figures.AGAIN, "again")):
        for path, n in totals(paths, measure, since, until).items():
            setattr(found[path], name, n)
    for path, told in read(paths, figures.SHUT, None, since, until).items():
        found[path].shut = sum(told.values())
        found[path].in_time = sum(n for (subject, _), n in told.items() if subject.endswith(".in_time"))
    for path, told in read(paths, figures.NOW).items():
        found[path].open = _still_open(told.items())


def _still_open(told: Iterable[tuple[tuple[str, str], int]]) -> int:
    return sum(n for (subject, _), n in told if subject.partition(".")[0] not in ENDS)


def _span(hours: int, cases: int) -> str:
    if not cases:
        return "—"
    mean = hours / cases
    return f"{mean:.0f} 小时" if mean < 48 else f"{mean / 24:.1f} 天"
