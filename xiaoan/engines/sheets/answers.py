"""Checking answers against a sheet: what is wrong is said in Chinese by question; hidden answers are dropped."""

import math
import uuid
from datetime import date, time
from typing import Any

from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.kernel.errors import Invalid

NOTE = "_note"  # a check that failed carries a note under <key>_note
EMPTY = "还没有填写任何内容。检查后没有问题的，请选“正常”再提交。"  # a record that says nothing proves nothing
MOST_NOTE = 500
MOST_NUMBER = 1e12
MOST_ROWS = 200
MOST = {"text": 2000, "person": 60, "photo": 9, "file": 9, "signature": 1}  # letters or pieces, unless the sheet says


def clean(sheet: Sheet, raw: dict[str, Any]) -> dict[str, Any]:
    """The answers worth storing. Raises Invalid with one sentence per wrong question; nothing is guessed."""
    if not isinstance(raw, dict):
        raise Invalid("没有收到填写的内容，请重新填写。")
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
    if not answers:
        raise Invalid(EMPTY)
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
    """An option as answers hold it: YAML's yes and no arrive as booleans."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def most_of(field: Field) -> float | None:
    """The upper limit that holds for a question, in its own unit: the number, letters or pieces."""
    return field.max if field.max is not None else MOST.get(field.type)


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
    """A count as its column holds it; PostgreSQL's integer ends at 2^31 - 1."""
    return min(max(int(value), 0), 2**31 - 1) if isinstance(value, int | float) else None


def _words(value: Any, most: int = 40) -> str:
    """What came in, as text that every database stores: no NUL, no half of a surrogate pair."""
    try:
        text = str(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, a list of itself
        return ""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip()[:most]


def _clean_note(field: Field, value: Any) -> str:
    note = _words(value or "", MOST_NOTE)
    if not note:
        raise ValueError(f"“{field.label}”选了异常，请写一句发现了什么。")
    return note


def _clean_one(field: Field, value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    return _CLEANERS[field.type](field, value)


def _text(field: Field, value: Any) -> str:
    most = int(most_of(field) or MOST["text"])
    text = _words(value, 100_000)
    if len(text) > most:
        raise ValueError(f"“{field.label}”最多 {most} 个字，现在有 {len(text)} 个。")
    return text


def _number(field: Field, value: Any) -> int | float:
    try:
        number = float(_words(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or isinstance(value, bool):
        raise ValueError(f"“{field.label}”应填数字，现在是“{_words(value)}”。")
    if field.min is not None and number < field.min:
        raise ValueError(f"“{field.label}”不能小于 {plain(field.min)}。")
    if number > (most := field.max if field.max is not None else MOST_NUMBER):
        raise ValueError(f"“{field.label}”不能大于 {plain(most)}。")
    return int(number) if number == int(number) else number


def plain(number: float) -> str:
    """A number as people write it: 50000, not 5e+04."""
    return str(int(number)) if number == int(number) else str(number)


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(_words(value)[:10]).isoformat()
    except ValueError:
        raise ValueError(f"“{field.label}”不是正确的日期。") from None


def _time(field: Field, value: Any) -> str:
    try:
        return time.fromisoformat(_words(value)).strftime("%H:%M")
    except ValueError:
        raise ValueError(f"“{field.label}”不是正确的时间。") from None


def _choice(field: Field, value: Any) -> str:
    chosen = spelled(value) if isinstance(value, bool) else _words(value)
    if chosen not in dict(field.options):
        raise ValueError(f"“{field.label}”没有“{chosen}”这个选项。")
    return chosen


def _choices(field: Field, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [v for v in _words(value, 2000).split(",") if v]
    return sorted({_choice(field, v) for v in values}, key=[k for k, _ in field.options].index)


def _files(field: Field, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    most = int(most_of(field) or 1)
    if len(values) > most:
        raise ValueError(f"“{field.label}”最多 {most} 个文件。")
    try:
        return list(dict.fromkeys(str(uuid.UUID(_words(v))) for v in values))
    except ValueError:
        raise ValueError(f"“{field.label}”有文件没有传好，请重新选择。") from None


def _place(field: Field, value: Any) -> dict[str, float]:
    try:
        spot = {"lat": float(value["lat"]), "lon": float(value["lon"])}
    except (TypeError, KeyError, ValueError, OverflowError):
        raise ValueError(f"“{field.label}”没有取到位置。") from None
    if not (-90 <= spot["lat"] <= 90 and -180 <= spot["lon"] <= 180):
        raise ValueError(f"“{field.label}”的位置不对。")
    return spot


def _table(field: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise ValueError(f"“{field.label}”的表格不对，最多 {MOST_ROWS} 行。")
    return [{f.key: _clean_one(f, row.get(f.key)) for f in field.fields} for row in value if isinstance(row, dict)]


_CLEANERS = {
    "text": _text, "number": _number, "date": _date, "time": _time, "choice": _choice, "choices": _choices,
    "yesno": _choice, "check": _choice, "photo": _files, "file": _files, "place": _place, "person": _text,
    "signature": _files, "table": _table,
}  # fmt: skip
