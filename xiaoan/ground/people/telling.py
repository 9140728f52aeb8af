"""Journal entries in words, for timelines."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.roles import ROLES

WORDS = {
    "role": "岗位", "starts": "开始", "ends": "最后一天", "name": "名称", "kind": "类别", "rank": "层级", "on": "日期",
    "value": "值", "from": "起", "basis": "依据", "successor": "并入", "pupils": "学生", "boarders": "寄宿生",
    "staff": "教职工", "classes": "班级", "identifier": "标识码", "division": "行政区划", "phone": "手机",
    "title": "职务", "count": "数量", "reason": "原因", "parent": "上级单位", "has": "设施", "short": "简称",
}  # fmt: skip


def timeline_of(entries: list[Entry]) -> list[dict[str, str]]:
    """What the component `timeline` takes: verb, what changed, who and when."""
    return [
        {"bold": entry.verb, "text": _about(entry), "line": f"{entry.person_name} · {moment(entry)}"}
        for entry in entries
    ]


def moment(entry: Entry) -> str:
    """When it happened, as pages write it."""
    at = timezone.localtime(entry.at)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def changes_in_words(changes: Mapping[str, Any]) -> str:
    """What changed, of the things that have a word: pairs are before and after."""
    told = [
        f"{WORDS[key]} {_value(value)}" for key, value in changes.items() if key in WORDS and value not in ("", None)
    ]
    return "，".join(told)


def _about(entry: Entry) -> str:
    changes = changes_in_words(entry.changes)
    return f" {entry.subject_name}" + (f"（{changes}）" if changes else "")


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"由 {_value(value[0])} 改为 {_value(value[1])}"
    if isinstance(value, str) and value in ROLES:
        return ROLES[value].name
    if isinstance(value, str) and (day := _day(value)):
        return f"{day.year}年{day.month}月{day.day}日"
    return str(value) if value not in ("", None) else "空"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
