"""The least that a sheet asks, made up so that given conditions hold: for proving requirements, not for the demo."""

from datetime import date
from typing import Any

from xiaoan.engines.sheets.answers import is_shown, spelled
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.obligations.fitting import conditions
from xiaoan.policies.book import Duty

A_FILE = "合成文件"  # where whoever files the record puts a stored file's id
Allowed = dict[str, list[list[str]]]  # field -> one list of allowed values for each condition


def answers_for(sheet: Sheet, duty: Duty, day: date) -> dict[str, Any]:
    """Answers that meet the duty's practice and its own counts."""
    wanted: Allowed = {}
    for one in (*duty.practice.where, *conditions(duty.counts)):
        wanted.setdefault(one["field"], []).append([spelled(v) for v in one["is"]])
    if duty.counts.get("topic"):
        wanted.setdefault(sheet.columns["topic"], []).append([spelled(v) for v in duty.counts["topic"]])
    least = {sheet.columns["headcount"]: duty.counts["headcount_min"]} if duty.counts.get("headcount_min") else {}
    return fill(sheet, wanted, least, day)


def fill(sheet: Sheet, wanted: Allowed, least: dict[str, float], day: date) -> dict[str, Any]:
    """Required questions and those that `wanted` and `least` speak of; the rest is left empty."""
    wanted = _with_shown(sheet, wanted)
    answers: dict[str, Any] = {}
    for field in sheet.fields:
        if not is_shown(field, answers):
            continue
        if field.key in wanted:
            answers[field.key] = _chosen(field, wanted[field.key])
            if field.type == "check" and answers[field.key] == "bad":
                answers[f"{field.key}_note"] = "合成"
        elif field.key in least:
            answers[field.key] = least[field.key]
        elif field.required:
            answers[field.key] = _plain(field, day)
    if not answers:  # nothing is asked for, but a record that says nothing is refused
        answers[sheet.fields[0].key] = _plain(sheet.fields[0], day)
    return answers


def _with_shown(sheet: Sheet, wanted: Allowed) -> Allowed:
    """A question that only another answer brings up asks for that answer too."""
    needed = dict(wanted)
    for key in wanted:
        show = sheet.field(key).show
        if show and show["field"] not in needed:
            needed[show["field"]] = [[spelled(v) for v in show["is"]]]
    return needed


def _chosen(field: Field, allowed: list[list[str]]) -> Any:
    """One answer that meets every condition; several answers where the question takes several."""
    common = [v for v in allowed[0] if all(v in one for one in allowed)]
    if field.type == "choices":
        return [common[0]] if common else list(dict.fromkeys(one[0] for one in allowed))
    assert common, f"{field.key}: no answer meets {allowed}"
    return common[0]


def _plain(field: Field, day: date) -> Any:
    if field.options:
        return [field.options[0][0]] if field.type == "choices" else field.options[0][0]
    made: dict[str, Any] = {
        "number": field.min or 1, "date": day.isoformat(), "time": "09:00", "place": {"lat": 36.0, "lon": 117.0},
        "file": [A_FILE], "photo": [A_FILE], "signature": [A_FILE], "table": [],
    }  # fmt: skip
    return made.get(field.type, "合成")
