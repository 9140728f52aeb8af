"""Answers in words: for the record's page, for lists, for Excel. What is confidential is masked here and nowhere else."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.engines.sheets.answers import NOTE
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.engines.ui.dates import cn_date
from xiaoan.kernel.actor import Actor

CONFIDENTIAL = "records.confidential"
MASK = "保密内容，您的岗位不能查看"
ATTACHED = ("photo", "file", "signature")


@dataclass(frozen=True)
class Said:
    """One question and its answer in words. `files` are ids for pictures and attachments."""

    field: Field
    words: str
    note: str = ""
    files: tuple[str, ...] = ()
    is_masked: bool = False

    @property
    def is_bad(self) -> bool:
        return bool(self.note)


def said(sheet: Sheet, answers: dict[str, Any], actor: Actor) -> list[Said]:
    """What was answered, in the sheet's order; unanswered questions are left out."""
    return [_said(sheet, f, answers, actor) for f in sheet.fields if f.key in answers]


def words_of(field: Field, value: Any) -> str:
    """An answer as people write it: 3 人, 11月18日 周三, 消防疏散、防震疏散."""
    if value is None:
        return ""
    if field.type in ATTACHED:
        return f"{len(value)} 个"
    if field.type == "date":
        return cn_date(date.fromisoformat(value))
    if field.type == "place":
        return f"北纬 {value['lat']:.5f}，东经 {value['lon']:.5f}"
    if field.type == "table":
        return "；".join(
            "，".join(words_of(f, row.get(f.key)) for f in field.fields if row.get(f.key)) for row in value
        )
    words = field.label_of(value)
    return f"{words} {field.unit}" if field.unit and words else words


def value_of(sheet: Sheet, field: Field, answers: dict[str, Any], actor: Actor) -> Any:
    """An answer for a cell of a workbook: numbers and dates stay what they are."""
    value = answers.get(field.key)
    if value is None:
        return None
    if is_masked(sheet, field, actor):
        return MASK
    if field.type == "number":
        return value
    if field.type == "date":
        return date.fromisoformat(value)
    words = words_of(field, value)
    note = answers.get(field.key + NOTE)
    return f"{words}：{note}" if note else words


def is_masked(sheet: Sheet, field: Field, actor: Actor) -> bool:
    return field.key in sheet.confidential and not actor.holds(CONFIDENTIAL)


def open_answers(sheet: Sheet, answers: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The answers as they are stored, without those that the actor may not see."""
    hidden = {f.key for f in sheet.fields if is_masked(sheet, f, actor)}
    return {key: value for key, value in answers.items() if key.removesuffix(NOTE) not in hidden}


def _said(sheet: Sheet, field: Field, answers: dict[str, Any], actor: Actor) -> Said:
    if is_masked(sheet, field, actor):
        return Said(field, MASK, is_masked=True)
    value = answers[field.key]
    files = tuple(value) if field.type in ATTACHED else ()
    return Said(field, words_of(field, value), answers.get(field.key + NOTE, ""), files)
