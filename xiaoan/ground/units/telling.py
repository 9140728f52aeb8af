"""A unit's history in words."""

from typing import Any

from django.utils import timezone

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.kinds import FACILITIES, PartnerKind, SchoolKind

WORDS = {
    "name": "名称", "short": "简称", "kind": "类别", "division": "行政区划代码", "identifier": "学校标识码",
    "credit_code": "统一社会信用代码", "pupils": "学生数", "boarders": "寄宿生数", "staff": "教职工数",
    "classes": "班级数", "has": "设施", "parent": "上级单位", "from": "并入的单位", "on": "日期", "basis": "依据",
    "by": "方式", "review_number": "审图号", "outlines": "图形个数",
}  # fmt: skip
VALUES: dict[str, str] = {
    str(value): str(label) for value, label in [*SchoolKind.choices, *PartnerKind.choices]
} | FACILITIES


def timeline_of(entries: list[Entry]) -> list[dict[str, str]]:
    """What the component `timeline` takes."""
    return [{"bold": e.verb, "text": _changes(e), "line": f"{e.person_name} · {_moment(e)}"} for e in entries]


def _moment(entry: Entry) -> str:
    at = timezone.localtime(entry.at)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _changes(entry: Entry) -> str:
    told = [f"{WORDS[key]} {_change(key, value)}" for key, value in entry.changes.items() if key in WORDS]
    return " " + ";".join(told) if told else ""


def _change(key: str, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and key not in ("from", "has"):
        return f"{_plain(value[0])} 改为 {_plain(value[1])}"
    if key == "has" and isinstance(value, list) and all(isinstance(v, list) for v in value):
        return " 改为 ".join(_plain(v) for v in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "空"
    return VALUES.get(str(value), str(value)) if value not in ("", None) else "空"
