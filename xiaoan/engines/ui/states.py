"""The states that marks can show, each with its words, colour name and shape, in one place.

The key is also the CSS class, which carries ink, tint and fill. No page invents another.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A completion state. `label` is for clauses and duties, `done` for one unit's own work."""

    key: str
    label: str
    own: str
    shape: str


STATES: dict[str, State] = {
    state.key: state
    for state in (
        State("ok", "已落实", "已完成", "实心圆"),
        State("go", "推进中", "推进中", "圆环"),
        State("due", "将到期", "将到期", "半圆"),
        State("late", "逾期", "逾期", "方块"),
        State("na", "未到期", "未到期", "细环"),
    )
}

# Worst first: what a summary of several states is called.
BY_NEED = ("late", "due", "go", "na", "ok")


@dataclass(frozen=True)
class Level:
    """A grade of hazard; a solid square tag, never round."""

    number: int
    label: str


LEVELS: dict[str, Level] = {
    level.label: level for level in (Level(1, "重大"), Level(2, "较大"), Level(3, "一般"), Level(4, "低"))
}

# Who issued a document: hollow square tags.
TIERS = ("国", "省", "市", "区", "县", "旗", "镇", "乡", "街", "校", "部门")

# One square per school in the squares component.
SQUARES: dict[str, str] = {"ok": "已完成", "part": "部分", "none": "未开始", "free": "不适用"}

# In the tree-map of schools: only what needs someone is written in the square.
MAP_STATES: dict[str, str] = {"late": "有逾期", "due": "本周到期", "ok": "正常", "na": "不适用"}


def worst(keys: list[str]) -> str:
    """Return the state that needs someone most; 'na' when there is none."""
    return next((key for key in BY_NEED if key in keys), "na")
