"""The six lists (排查、督查、问题、反馈、整改、评价): views of the same cases, each a list of its own with its Excel."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from xiaoan.engines.resource.declare import Column, Resource
from xiaoan.engines.ui.dates import cn_day
from xiaoan.hazards.resource import COLUMNS, FILTERS, HAZARDS, KEYS, LIGHT, rows
from xiaoan.kernel.actor import Actor

BY = {c.key: c for c in COLUMNS}
FIRST = [BY[key] for key in ("words", "unit_name")]
WORKS = ["assigned", "fixing", "extending", "transferred", "received"]


def _column(key: str, label: str, width: int = 20) -> Column:
    return Column(key, label, lambda h: getattr(h, key), width=width, is_wrapped=True)


def _day(key: str, label: str) -> Column:
    return Column(key, label, lambda h: getattr(h, key), show=lambda h: cn_day(getattr(h, key)), width=12)


@dataclass(frozen=True)
class Kept:
    """One of the six: which cases, and what of them."""

    key: str
    name: str
    sentence: str
    which: Q
    columns: tuple[Column, ...]


KEPT = {
    kept.key: kept
    for kept in [
        Kept("found", "排查清单", "查到了什么：所有来源发现的隐患", Q(),
             (_column("place", "地点"), BY["category"], BY["source"], _day("found_on", "发现日期"), _column("reporter", "上报人", 12))),
        Kept("checked", "督查清单", "上级和第三方检查发现的、挂牌督办的", Q(source__in=["inspection", "third_party"]) | Q(is_supervised=True),
             (BY["source"], _day("found_on", "发现日期"), BY["state"], BY["holder"], BY["due"])),
        Kept("open", "问题清单", "还没有销号的", ~Q(state__in=["closed", "duplicate", "false"]),
             (BY["category"], BY["state"], BY["holder"], BY["due"], BY["source"])),
        Kept("told", "反馈清单", "整改完成，等验收、等摘牌的", Q(state__in=["handed_in", "verified"]),
             (_column("done", "整改情况", 30), _column("fixed_by", "整改人", 12), _day("fixed_at", "交验日期"), BY["holder"], BY["due"])),
        Kept("works", "整改清单", "正在整改的，含五落实", Q(state__in=WORKS),
             (_column("responsible", "责任", 12), _column("measures", "措施", 30), _column("funds", "资金", 16),
              _day("fix_by", "时限"), _column("plan", "预案", 24), BY["state"])),
        Kept("judged", "评价清单", "已销号的：验收意见、用了几天、是否按期", Q(state="closed"),
             (_column("decision", "意见", 24), _column("verified_by", "验收人", 12), _day("closed_on", "销号日期"),
              Column("days_open", "发现到销号天数", lambda h: h.days_open, type=int, width=10),
              Column("is_in_time", "按期", lambda h: h.is_in_time, type=bool, width=8))),
    ]
}  # fmt: skip
NAMES = ("place", "reporter", "done", "fixed_by", "fixed_at", "responsible", "measures", "funds", "fix_by", "plan", "decision",
         "verified_by", "closed_on", "days_open", "is_in_time")  # fmt: skip


def _resource(kept: Kept) -> Resource:
    def narrowed(actor: Actor) -> Any:
        return rows(actor).filter(kept.which)

    return replace(
        HAZARDS, key=f"hazards_{kept.key}", name=kept.name, rows=narrowed, columns=[*FIRST, *kept.columns, BY["number"]],
        filters=[f for f in FILTERS if f.key in ("level", "category", "source", "unit")], total=lambda actor, values: None,
        keys=KEYS[:2], light=(*LIGHT, *NAMES), by_scope=lambda actor: False, actions=lambda actor: (),
        empty=("没有", kept.sentence),
    )  # fmt: skip


SIX = {key: _resource(kept) for key, kept in KEPT.items()}
FOUND, CHECKED, OPEN, TOLD, WORKING, JUDGED = SIX.values()
