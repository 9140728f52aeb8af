"""The workbook of a living document: a row per clause, and who is still without."""

import io
from typing import Any

import xlsxwriter

from xiaoan.board.queries.clauses import ClauseState
from xiaoan.board.queries.documents import Living, label_of
from xiaoan.board.queries.now import done_pairs, newest
from xiaoan.board.queries.places import schools_below
from xiaoan.board.reports.month_sheet import PLAIN
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.obligations.words import rhythm
from xiaoan.policies.models import Clause

HEAD = [
    "条款",
    "内容",
    "要求",
    "频次或期限",
    "状态",
    "完成比例",
    "应做（件次）",
    "已做（件次）",
    "逾期（件次）",
    "未完成单位",
    "未完成名单（最多列 30 个）",
]
WIDTHS = [14, 60, 26, 22, 10, 10, 12, 12, 12, 12, 60]
MOST_NAMES = 30
WEARS = {"free": "不适用", "soft": "原则或平台功能"}


def living_workbook(live: Living) -> io.BytesIO:
    """Write the workbook into memory; one more query than the page, for the names of one county."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {**PLAIN, "default_date_format": "yyyy-mm-dd"})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#E8F0FB", "border": 1, "text_wrap": True, "valign": "top"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "percent": book.add_format({"border": 1, "num_format": "0%", "valign": "top"}),
    }
    sheet = book.add_worksheet("落实情况")
    sheet.write(0, 0, live.document.title, styles["title"])
    sheet.write(
        1,
        0,
        f"{live.unit.name}；{live.span.label}；截至{live.on.year}年{live.on.month}月{live.on.day}日；落实情况对照件，非原文。",
    )
    for column, (name, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(3, column, name, styles["head"])
    without = _without(live)
    for row, clause in enumerate(live.clauses, 4):
        _write(sheet, row, live, clause, without.get(clause.key, []), styles)
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + len(live.clauses), len(HEAD) - 1)
    book.close()
    out.seek(0)
    return out


def _write(sheet: Any, row: int, live: Living, clause: Clause, names: list[str], styles: dict[str, Any]) -> None:
    state = live.states[clause.key]
    owed, done, late = (sum(getattr(f, k) for f in state.figures) for k in ("owed", "done", "late"))
    duties = list({f.duty.key: f.duty for f in state.figures}.values())
    values: list[Any] = [
        label_of(live.document, clause, live.clauses), clause.text, "；".join(d.duty for d in duties),
        "；".join(dict.fromkeys(rhythm(d) for d in duties)), _word(state),
    ]  # fmt: skip
    for column, value in enumerate(values):
        sheet.write(row, column, value, styles["cell"])
    shown = state.wears in ("live", "own") and state.percent is not None
    sheet.write(row, 5, (state.percent or 0) / 100 if shown else "", styles["percent"])
    for column, number in enumerate((owed, done, late, len(names)), 6):
        sheet.write(row, column, number if shown else "", styles["cell"])
    more = f" 等 {len(names)} 所" if len(names) > MOST_NAMES else ""
    sheet.write(row, 10, "、".join(names[:MOST_NAMES]) + more, styles["cell"])


def _word(state: ClauseState) -> str:
    return WEARS.get(state.wears, state.word)


def _without(live: Living) -> dict[str, list[str]]:
    """{clause key: names of schools without}, only within one county."""
    if live.unit.rank in ("province", "city"):
        return {}
    calendar = calendar_for(live.unit.path)
    periods = {d.key: p for d in live.duties if (p := newest(d, live.span.start, live.span.end, live.on, calendar))}
    schools = schools_below(live.unit)
    found: dict[str, list[str]] = {}
    for duty in live.duties:
        found.setdefault(duty.clause_key, [])
    rows = {key: [d for d in live.duties if d.clause_key == key] for key in found}
    held = done_pairs(live.unit, periods)
    for key, duties in rows.items():
        bound = [(s, d) for s in schools for d in duties if d.key in periods and d.binds_unit(s.path, s.facts())]
        found[key] = list(dict.fromkeys(s.name for s, d in bound if (s.path, d.key) not in held))
    return found
