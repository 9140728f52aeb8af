"""Whatever is thrown at what reads: no crash, no hang. Refusals are sentences; anything else is a bug of ours.

The same examples each time, so that a red run means a change. To look further: `FUZZ_EXAMPLES=5000 pytest tests/test_fuzz.py`.
What was found stands below as tests of its own.
"""

import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import Cast
from tests.hostile import line, workbook
from xiaoan.engines.sheets.answers import NOTE, clean
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.workbook import columns_for, read_workbook, write_bad
from xiaoan.ground.calendar import reading
from xiaoan.ground.people import imports
from xiaoan.ground.units import schools
from xiaoan.ground.units import workbook as tables
from xiaoan.kernel import cells as cells_of
from xiaoan.kernel.errors import Invalid, Refusal
from xiaoan.policies.draft import draft_text
from xiaoan.policies.wording import read_wording

SECONDS = 2
FURTHER = os.environ.get("FUZZ_EXAMPLES")


def fuzz(examples: int) -> settings:
    return settings(
        max_examples=int(FURTHER or examples), derandomize=not FURTHER, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@contextmanager
def soon() -> Iterator[None]:
    """Measured on the processor: what else the machine does is no matter."""
    before = time.process_time()
    yield
    spent = time.process_time() - before
    assert spent < SECONDS, f"{spent:.1f} s"


# Documents

WORDS = st.sampled_from((
    "关于印发", "的通知", "各中小学校", "幼儿园", "教育局", "校长", "安全", "隐患排查", "应急演练", "每月", "每学期", "每周一次", "至少", "不少于", "两次", "三次",
    "开学前", "放假前后", "2026年", "9月1日", "底前", "30日前", "之前完成", "至", "—", "责任单位：", "完成时限：", "牵头", "配合", "《办法》", "第一条", "第一百二十三条",
    "一、", "二、", "（一）", "（二）", "1.", "1.1.1.1.", "①", "⑩", "附件：", "。", "，", "；", "：", "、", "“", "”", "（", "）", "《", "》", "\n", "\n\n", "\t", "　",
    "100%", "98.5％", "１２", "〇", "廿", "卅", "\u200b", "\ufeff", "\x00", "\x1b[0m", "\u202e", "䶮", "𠮷", "😀", "a", "Ω", "\ud83d".encode("utf-8", "replace").decode(),
))  # fmt: skip
SOUP = st.lists(WORDS | st.characters(codec="utf-8"), max_size=120).map("".join)
LONG = st.builds(lambda piece, n: (piece or "检")[:40] * n, SOUP, st.integers(1, 1200))


@fuzz(150)
@given(text=SOUP | LONG)
@example(text="每月开展一次应急演练，" * 6_000)  # 200 kB in one line
@example(text="".join(f"{'（' * (n % 9)}{n}{'.' * (n % 7 + 1)}" for n in range(8_000)))
@example(text="1." * 40_000)
@example(text="一、" * 20_000 + "。")
@example(text="《" * 30_000)
@example(text="2026年" * 15_000)
@example(text="至" * 60_000)
@example(text="第" + "一百" * 20_000 + "条")
@example(text="9" * 60_000 + "月" + "9" * 60_000 + "日前")
@example(text="\n".join("\t".join(["责任单位：甲科"] * 20) for _ in range(400)))
def test_any_text_gives_a_draft(text: str) -> None:
    with soon():
        draft = draft_text(text)
        read_wording(text, draft)
    ends = [(c.start, c.end) for c in draft.clauses]
    assert all(0 <= a <= b <= len(text) for a, b in ends)


# Tables

MOMENT = st.datetimes() | st.dates() | st.times() | st.timedeltas()
CELL = st.none() | st.booleans() | st.floats() | st.integers(-(2**53), 2**53).map(float) | MOMENT | SOUP
ODD = st.sampled_from(
    ("", " ", "=1+1", "2026-02-30", "1e999", "０９：３０", "25:61", "9999-12-31", "0001-01-01", "１２", "٣", "²", "x" * 5000, "𠮷", "\u202e", "-", "/", "NaN", "inf", float("inf"), float("nan"), date.max, date.min, datetime.max, datetime.min, clock_time.max, timedelta.max)
)  # fmt: skip
READERS: dict[str, tuple[list[str], Any]] = {
    "people": ([*imports.REQUIRED, "手机", "开始日期", "结束日期"], None),
    "days": ([c.heading for c in reading.DAY_COLUMNS], reading.read_days),
    "terms": ([c.heading for c in reading.TERM_COLUMNS], lambda file: reading.read_terms("校历.xlsx", file)),
}


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Tables as the helper process hands them over, put straight in."""
    given_in: list[Any] = []

    def handed(content: bytes) -> list[Any]:
        rows = [(n, row) for n, row in enumerate(given_in[-1], 1) if any(c not in ("", None) for c in row)]
        told = json.loads(json.dumps([(n, [cells_of._sent(c) for c in row]) for n, row in rows]))
        return [(n, [cells_of._revived(c) for c in row]) for n, row in told]

    monkeypatch.setattr(tables, "read_table", handed)
    monkeypatch.setattr("xiaoan.engines.sheets.workbook.read_table", handed)
    return given_in


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["people", "schools", "days", "terms"])
@fuzz(60)
@given(data=st.data())
def test_any_table_is_read_or_refused(kind: str, data: Any, cast: Cast, unread: list[Any], wednesday: Any) -> None:
    actor = cast.actor("county_officer")
    headings = [c.heading for c in schools.INTAKE.columns(actor)] if kind == "schools" else READERS[kind][0]
    row = st.lists(
        CELL | ODD | st.sampled_from([cast.primary.name, "保安员", "wang", "上班", "第一学期", "小学"]),
        max_size=len(headings) + 2,
    )
    head = st.permutations(headings) | st.just(headings) | st.lists(CELL, max_size=8)
    unread.append([*data.draw(st.lists(row, max_size=2)), data.draw(head), *data.draw(st.lists(row, max_size=6))])
    with soon():
        try:
            if kind in ("days", "terms"):
                READERS[kind][1](io.BytesIO(b"PK"))
            else:
                rows = tables.read_rows(
                    io.BytesIO(b"PK"), imports.REQUIRED if kind == "people" else schools.INTAKE.required(actor)
                )
                if kind == "people":
                    plan = imports.plan_people(actor=cast.actor("system_administrator", cast.county), rows=rows)
                    tables.faults_workbook((p.row.values, "".join(p.reasons)) for p in plan.bad)
                else:
                    told = schools.INTAKE.check(actor, rows)
                    tables.faults_workbook((f.values, f.reason) for f in told.faults)
        except Refusal as why:
            assert any("一" <= c <= "鿿" for c in why.sentence)


@fuzz(60)
@given(data=st.data())
def test_any_table_of_records_is_read_or_refused(data: Any, unread: list[Any]) -> None:
    sheet = data.draw(st.sampled_from(list(sheets().values())))
    names = [name for name, _ in columns_for(sheet)]
    row = st.lists(CELL | ODD, max_size=len(names) + 1)
    unread.append([names, names, *data.draw(st.lists(row, max_size=5))])
    with soon():
        try:
            rows = read_workbook(sheet, b"")
            write_bad(sheet, rows).close()
        except Refusal as why:
            assert any("一" <= c <= "鿿" for c in why.sentence)


@fuzz(25)
@given(rows=st.lists(st.lists(CELL, max_size=6), max_size=8), data=st.data())
def test_what_excel_writes_is_read_back_cell_by_cell(rows: list[list[Any]], data: Any) -> None:
    """Merged cells, formats, numbers and days, through a real file and the real parser."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "nan_inf_to_errors": True, "remove_timezone": True}
    )
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell[:1000])
            elif isinstance(cell, float | bool | None):
                page.write(at, column, cell)
    if data.draw(st.booleans()):
        page.merge_range(20, 0, 22, 3, "合并")
    book.close()
    with soon():
        try:
            told = cells_of.cells(out.getvalue())
        except ValueError as why:
            assert str(why)
            return
    assert json.loads(json.dumps(told)) is not None


# Answers

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | SOUP | st.sampled_from(["yes", "no", "bad", "ok", "2026-11-18", "09:30", 10**400, -0.0]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@fuzz(200)
@given(data=st.data())
def test_answers_of_any_shape_are_kept_or_refused(data: Any) -> None:
    sheet = data.draw(st.sampled_from(list(sheets().values())))
    keys = [f.key for f in sheet.fields] + [f.key + NOTE for f in sheet.checks]
    raw = data.draw(st.dictionaries(st.sampled_from(keys) | st.text(max_size=8), JSON, max_size=10) | JSON)
    with soon():
        try:
            kept = clean(sheet, raw)
        except Invalid as why:
            assert any("一" <= c <= "鿿" for c in why.sentence)
            return
    assert "\0" not in json.dumps(kept, allow_nan=False)


# What was found


def test_a_number_beyond_all_numbers_in_a_record_table_is_a_sentence(unread: list[Any]) -> None:
    """1e999 in a cell is infinity to the parser, and infinity has no whole number."""
    assert cells_of.cells(workbook(line(1, "数") + '<row r="2"><c r="A2"><v>1e999</v></c></row>'))[1][1] == [
        float("inf")
    ]
    sheet = sheets()["drill"]
    names = [name for name, _ in columns_for(sheet)]
    unread.append([names, names, [float("inf")] * len(names)])
    assert read_workbook(sheet, b"")[0].wrong


def test_the_longest_span_of_time_comes_out_of_the_helper_as_it_went_in() -> None:
    assert cells_of._revived(cells_of._sent(timedelta.max)) == timedelta.max
