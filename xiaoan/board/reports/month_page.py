"""The month's report as PDF: values go to typst as data, so that a name can never become markup."""

from pathlib import Path

from xiaoan.board.reports.month import Month
from xiaoan.board.reports.month_sheet import PARTS, note_of
from xiaoan.engines.typeset.pdf import make_pdf

TEMPLATE = Path(__file__).with_name("month.typ")
SHORT = {"matters": 40, "missing": 120, "below": 200}


def month_pdf(month: Month) -> bytes:
    """The printed report. Raises Refusal when the machine has no Chinese font."""
    parts = [_part(month, *part) for part in PARTS]
    return make_pdf(TEMPLATE, {"title": month.title, "note": note_of(month, "figures"), "parts": parts})


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
