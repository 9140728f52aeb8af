"""Paths: four base-36 characters a level, so that a subtree is one range of a sorted column."""

from django.db.models import Q

STEP = 4
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Columns that hold a row's ancestor at each depth; `unit_path` itself answers for anything deeper.
COLUMNS = {1: "province_path", 2: "city_path", 3: "county_path", 4: "township_path"}


def step(number: int) -> str:
    """The four characters of the `number`-th child (1-based, at most 36^4 - 1)."""
    text = ""
    for _ in range(STEP):
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def number(path: str) -> int:
    """The number of the last step of a path."""
    return int(path[-STEP:], 36)


def depth(path: str) -> int:
    return len(path) // STEP


def ancestors(path: str) -> list[str]:
    """Paths of all ancestors and the unit itself, from the root down."""
    return [path[:n] for n in range(STEP, len(path) + 1, STEP)]


def county_of(path: str) -> str:
    """The path of the third level, or the path itself above it."""
    return path[: 3 * STEP]


def below(path: str, column: str = "path") -> Q:
    """A range over a path column: the unit and all below it. Empty path means everything."""
    return Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"}) if path else Q()


def scope(path: str) -> Q:
    """The rows of a scoped table that belong to the unit at `path` or below: one indexed column."""
    if not path:
        return Q()
    column = COLUMNS.get(depth(path))
    return Q(**{column: path}) if column else below(path, "unit_path")
