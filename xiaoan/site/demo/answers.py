"""Plausible answers for any sheet: from its declaration alone, so that new sheets need nothing here."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from xiaoan.engines.sheets.answers import NOTE, is_shown
from xiaoan.engines.sheets.catalogue import Field, Sheet

WORDS = ["已按要求开展", "情况正常", "发现的小问题当场改正", "已向师生讲清要点"]
OF_STAFF = {"training", "meeting"}
PUPILS_PER_TEACHER = 14


def answers_for(
    rng: random.Random, sheet: Sheet, wanted: list[dict[str, Any]], topics: list[str], day: date, headcount: int,
    upload: Callable[[], str] = lambda: "",
) -> dict[str, Any]:  # fmt: skip
    """Answers that meet the conditions `wanted` ([{field, is}]) and one of `topics`, where given.
    `upload` stores a file and gives its id, for sheets that demand one."""
    fixed = {c["field"]: c["is"] for c in wanted}
    topic = sheet.columns.get("topic")
    if topics and topic and topic not in fixed:
        fixed[topic] = [rng.choice(topics)]
    answers: dict[str, Any] = {}
    for field in sheet.fields:
        if not is_shown(field, answers):
            continue
        if field.type == "file" and field.required:
            value: Any = [upload()]
        elif field.key in fixed:
            value = _fixed(field, fixed[field.key])
        else:
            value = _answer(rng, field, sheet, day, headcount)
        if value is not None:
            answers[field.key] = value
            if field.type == "check" and value == "bad":
                answers[field.key + NOTE] = "发现问题，已通知处理（演示）"
    return answers


def _fixed(field: Field, allowed: list[Any]) -> Any:
    value = {True: "yes", False: "no"}.get(allowed[0], allowed[0]) if isinstance(allowed[0], bool) else str(allowed[0])
    return [value] if field.type == "choices" else value


def _answer(rng: random.Random, field: Field, sheet: Sheet, day: date, headcount: int) -> Any:
    if field.type == "check":
        return "bad" if rng.random() < 0.02 else "ok"
    if not field.required and rng.random() < 0.5 and field.key not in sheet.columns.values():
        return None
    return _MAKERS.get(field.type, lambda *_: None)(rng, field, sheet, day, headcount)


def _number(rng: random.Random, field: Field, sheet: Sheet, day: date, headcount: int) -> int:
    low, high = int(field.min or 0), int(field.max or 100)
    if sheet.key in OF_STAFF:
        headcount = max(5, headcount // PUPILS_PER_TEACHER)
    if field.label.startswith("应"):  # 应到、应参加: never fewer than came
        return max(low, min(high, low + 12 if "班" in field.label else headcount))
    if field.key == sheet.columns.get("headcount"):
        return max(low, min(high, int(headcount * rng.uniform(0.8, 1.0))))
    if field.key == sheet.columns.get("minutes"):
        return max(low, min(high, rng.choice([10, 15, 20, 30, 40])))
    return rng.randint(low, max(low, min(high, low + 12)))


def _choice(rng: random.Random, field: Field, *_: Any) -> str:
    return rng.choice(field.options)[0]


def _yes(rng: random.Random, *_: Any) -> str:
    return "yes" if rng.random() < 0.85 else "no"


_MAKERS: dict[str, Any] = {
    "number": _number,
    "choice": _choice,
    "choices": lambda rng, field, *_: [_choice(rng, field)],
    "yesno": _yes,
    "text": lambda rng, field, *_: rng.choice(WORDS)[: int(field.max or 200)],
    "person": lambda *_: "值班人员（演示）",
    "date": lambda rng, field, sheet, day, headcount: (day - timedelta(days=rng.randint(0, 20))).isoformat(),
    "time": lambda rng, *_: f"{rng.randint(7, 17):02d}:{rng.choice([0, 15, 30, 45]):02d}",
}
