"""The month's report as PDF: values go to typst as data, so that a name can never become markup."""

import json
from functools import cache
from pathlib import Path

import typst

from xiaoan.board.reports import fonts
from xiaoan.board.reports.month import Month
from xiaoan.board.reports.month_sheet import PARTS, note_of

TEMPLATE = Path(__file__).with_name("month.typ")
SHORT = {"matters": 40, "missing": 120, "below": 200}


@cache
def compiler() -> typst.Compiler:
    return typst.Compiler(str(TEMPLATE), font_paths=[str(p) for p in fonts.folders()])


def month_pdf(month: Month) -> bytes:
    """The printed report. Raises Refusal when the machine has no Chinese font."""
    song, hei = fonts.families()
    data = {
        "title": month.title, "song": song, "hei": hei, "note": note_of(month, "figures"),
        "parts": [_part(month, *part) for part in PARTS],
    }  # fmt: skip
    made = compiler().compile(sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst made no single file")
    return made


def _part(month: Month, name: str, part: str, head: list[str], widths: list[int]) -> dict[str, object]:
    rows = getattr(month, part)
    most = SHORT.get(part, 200)
    note = note_of(month, part).partition("。")[2].removesuffix("演示数据。")
    if len(rows) > most:
        note += f"这里列前 {most} 行，全部见 Excel 版。"
    return {
        "name": name,
        "head": head,
        "widths": widths,
        "rows": [[str(v) for v in row] for row in rows[:most]],
        "note": note,
    }
