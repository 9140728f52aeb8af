"""The shape of hazards: how grave, found by whom, of which kind, how long each step takes. Shares, as far as not said."""

import random
from dataclasses import dataclass
from functools import cache

from xiaoan.checks.catalogue import Item, categories

LEVELS = {"low": 0.34, "general": 0.61, "larger": 0.046, "major": 0.004}
SOURCES = {
    "self_check": 0.40, "patrol": 0.22, "inspection": 0.15, "staff": 0.12, "third_party": 0.05, "student_officer": 0.02,
    "parent": 0.015, "warning": 0.012, "passer_by": 0.006, "video": 0.005, "partner": 0.002,
}  # fmt: skip
STEEP = 1.5  # of categories, from the first to the twentieth: the last are rare
AT_ONCE = 0.75  # of what a school finds itself and may close on the spot
FALSE, DUPLICATE = 0.008, 0.004
RETURNED, EXTENDED = 0.06, 0.05
STUCK = 0.035  # nobody goes on with it: these are late
WITHOUT_ITEM = 0.25
SURROUNDINGS = 0.02
SENT_LATE = 0.04
POINTED = 0.2  # schools that list their risk points
POINTS = (
    ("宿舍配电间", "dormitory", "C02"), ("食堂操作间", "canteen", "C03"), ("校门口", "gate", "C05"),
    ("教学楼楼梯", "corridor", "C01"), ("实验室药品柜", "laboratory", "C08"),
)  # fmt: skip
AT_POINT = 0.3
PLACES = (
    "教学楼 1 层楼梯口", "教学楼 2 层走廊", "教学楼 3 层", "综合楼配电室", "宿舍 1 号楼 2 层", "宿舍 2 号楼 3 层", "食堂后厨", "食堂库房",
    "操场看台", "体育器材室", "实验楼药品室", "图书馆", "校门口", "东围墙", "地下室", "锅炉房", "校车停靠点", "厕所", "楼顶", "",
)  # fmt: skip
HOUR, DAY = 3600, 86_400


@dataclass(frozen=True)
class Span:
    """How long a step takes: a median in hours, and how widely it scatters."""

    hours: float
    spread: float = 0.8

    def drawn(self, rng: random.Random) -> int:
        return 60 + int(rng.lognormvariate(0, self.spread) * self.hours * HOUR)


JUDGING, ASSIGNING = Span(4), Span(6)
FIXING = {"low": Span(20), "general": Span(60), "larger": Span(150), "major": Span(420)}
VERIFYING, ASKING, ANSWERING, STRIKING = Span(20), Span(30), Span(16), Span(60)


def drawn(rng: random.Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


@cache
def items_at(kind: str, has: tuple[str, ...]) -> tuple[tuple[Item, ...], tuple[float, ...]]:
    """The check items that concern such a school, and how often each is found wrong. What no plain text may hold (see
    `cells`) is left out."""
    found, often = list[Item](), list[float]()
    for n, category in enumerate(categories().values()):
        near = [i for i in category.items if i.concerns(kind, has) and not {'"', "\\", "\t"} & set(i.text)]
        found += near
        often += [_often(i) / (n + 1) ** STEEP / len(near) for i in near]
    return tuple(found), tuple(often)


def _often(item: Item) -> float:
    """How often it is found beside others of its category: what would be grave is looked after."""
    return 0.03 if item.criteria else {"major": 0.1, "larger": 0.3}.get(item.level, 1.0)
