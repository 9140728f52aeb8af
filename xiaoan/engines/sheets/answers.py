"""Checking answers against a sheet: what is wrong is said in Chinese by question; hidden answers are dropped."""

import math
from datetime import date, time
from typing import Any

from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.kernel.errors import Invalid

NOTE = "_note"  # a check that failed carries a note under <key>_note


def clean(sheet: Sheet, raw: dict[str, Any]) -> dict[str, Any]:
    """The answers worth storing. Raises Invalid with one sentence per wrong question; nothing is guessed."""
    answers: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in sheet.fields:
        if not is_shown(field, answers):
            continue
        try:
            value = _clean_one(field, raw.get(field.key))
            if field.type == "check" and value == "bad":
                answers[field.key + NOTE] = _clean_note(field, raw.get(field.key + NOTE))
        except ValueError as why:
            wrong[field.key] = str(why)
            continue
        if value not in (None, "", []):
            answers[field.key] = value
        elif field.required:
            wrong[field.key] = f"“{field.label}”没有填写。"
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)
    return answers


def is_shown(field: Field, answers: dict[str, Any]) -> bool:
    """Whether the question is asked, given the answers before it."""
    return field.show is None or matches(answers.get(field.show["field"]), field.show["is"])


def matches(value: Any, allowed: list[Any]) -> bool:
    """Whether an answer (one or several) is among the allowed ones; YAML's yes/no come as booleans."""
    wanted = {spelled(a) for a in allowed}
    values = value if isinstance(value, list) else [value]
    return any(spelled(v) in wanted for v in values if v is not None)


def spelled(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def columns_of(sheet: Sheet, answers: dict[str, Any]) -> dict[str, Any]:
    """The typed columns of a record."""
    topic = answers.get(sheet.columns.get("topic", ""), [])
    return {
        "topics": [str(t) for t in (topic if isinstance(topic, list) else [topic])],
        "headcount": _whole(answers.get(sheet.columns.get("headcount", ""))),
        "minutes": _whole(answers.get(sheet.columns.get("minutes", ""))),
        "failed": sum(answers.get(f.key) == "bad" for f in sheet.checks),
        "summary": summary_of(sheet, answers),
    }


def summary_of(sheet: Sheet, answers: dict[str, Any]) -> str:
    """One line for lists, from the sheet's pattern; missing answers leave no hole."""
    words = {f.key: f.label_of(answers[f.key]) if f.key in answers else "" for f in sheet.fields}
    try:
        text = sheet.summary.format(**words)
    except (KeyError, IndexError):
        text = sheet.name
    for empty in ("，，", "：，"):
        text = text.replace(empty, "，")
    return text.strip("，：；、 ")[:200]


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _clean_note(field: Field, value: Any) -> str:
    note = str(value or "").strip()
    if not note:
        raise ValueError(f"“{field.label}”选了异常,请写一句发现了什么。")
    return note[:500]


def _clean_one(field: Field, value: Any) -> Any:
    if value in (None, "", []):
        return None
    return _CLEANERS[field.type](field, value)


def _text(field: Field, value: Any) -> str:
    text = str(value).strip()
    most = int(field.max or 2000)
    if len(text) > most:
        raise ValueError(f"“{field.label}”最多 {most} 个字,现在有 {len(text)} 个。")
    return text


def _number(field: Field, value: Any) -> int | float:
    try:
        number = float(str(value).strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"“{field.label}”应填数字,现在是“{value}”。")
    if field.min is not None and number < field.min:
        raise ValueError(f"“{field.label}”不能小于 {field.min:g}。")
    if field.max is not None and number > field.max:
        raise ValueError(f"“{field.label}”不能大于 {field.max:g}。")
    return int(number) if number == int(number) else number


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise ValueError(f"“{field.label}”不是正确的日期。") from None


def _time(field: Field, value: Any) -> str:
    try:
        return time.fromisoformat(str(value)).strftime("%H:%M")
    except ValueError:
        raise ValueError(f"“{field.label}”不是正确的时间。") from None


def _choice(field: Field, value: Any) -> str:
    chosen = spelled(value)
    if chosen not in dict(field.options):
        raise ValueError(f"“{field.label}”没有“{chosen}”这个选项。")
    return chosen


def _choices(field: Field, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [v for v in str(value).split(",") if v]
    return sorted({_choice(field, v) for v in values}, key=[k for k, _ in field.options].index)


def _files(field: Field, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    most = int(field.max or 9)
    if len(values) > most:
        raise ValueError(f"“{field.label}”最多 {most} 个文件。")
    return [str(v) for v in values]


def _place(field: Field, value: Any) -> dict[str, float]:
    try:
        spot = {"lat": float(value["lat"]), "lon": float(value["lon"])}
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"“{field.label}”没有取到位置。") from None
    if not (-90 <= spot["lat"] <= 90 and -180 <= spot["lon"] <= 180):
        raise ValueError(f"“{field.label}”的位置不对。")
    return spot


def _table(field: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > 200:
        raise ValueError(f"“{field.label}”的表格不对,最多 200 行。")
    return [{f.key: _clean_one(f, row.get(f.key)) for f in field.fields} for row in value if isinstance(row, dict)]


_CLEANERS = {
    "text": _text, "number": _number, "date": _date, "time": _time, "choice": _choice, "choices": _choices,
    "yesno": _choice, "check": _choice, "photo": _files, "file": _files, "place": _place, "person": _text,
    "signature": _text, "table": _table,
}  # fmt: skip
