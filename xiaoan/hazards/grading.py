"""What check items and criteria of major hazards say of a danger: a proposal, and what the unit may not go below."""

from collections.abc import Collection
from dataclasses import dataclass

from xiaoan.checks import criteria
from xiaoan.checks.catalogue import Item, category_names, items
from xiaoan.hazards.states import worst


@dataclass(frozen=True)
class Proposal:
    """`level` is proposed; below `least` the unit alone may not go (empty: anything with a reason); `why` says both."""

    level: str = ""
    least: str = ""
    why: str = ""


def item_of(key: str) -> Item | None:
    """The starter item of this key; a line of a bureau's own list is known to whoever reports by it."""
    return items().get(key)


def propose(path: str, item_key: str = "", hits: Collection[str] = ()) -> Proposal:
    """What the item of a failed check, and the criteria that were ticked, come to at a unit. Rows whose wording nobody has
    verified only propose; what a bureau set itself or the ministry's verified rows say holds."""
    verdict = criteria.judge(path, hits) if hits else criteria.Verdict(False)
    by_hits = "major" if verdict.is_major else ""
    by_item, is_sure = _of_item(path, item_key)
    firm = (by_hits if verdict.is_verified else "", by_item if is_sure else "")
    why = verdict.why if verdict.is_major else _why(item_key)
    return Proposal(worst(by_hits, by_item), worst(*(each for each in firm if each in ("major", "larger"))), why)


def _of_item(path: str, item_key: str) -> tuple[str, bool]:
    item = item_of(item_key)
    if item is None:
        return "", False
    level = criteria.levels_at(path)(item)
    if level != "major":
        return level, item.is_verified
    return level, any(c.is_direct and c.is_verified for c in criteria.suggested(path, item_key))


def _why(item_key: str) -> str:
    item = item_of(item_key)
    return f"检查项：{item.text}" if item else ""


def category_of(code: str) -> str:
    return category_names().get(code, "")
