"""The tables of the boards as workbooks."""

from django.http import FileResponse

from xiaoan.board.queries.boards import Board, Matter
from xiaoan.board.queries.clauses import Total
from xiaoan.board.queries.county import Thing
from xiaoan.engines.ui.states import STATES
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.excel import Col, Table, sheet


def _per_cent(total: Total) -> float | None:
    return None if total.tenths is None else total.tenths / 10


SUMS = (
    Col("落实（%）", lambda row: _per_cent(row.total)), Col("此时应达（%）", lambda row: row.total.pace),
    Col("要求（条）", lambda row: row.total.owed), Col("情况", lambda row: STATES[row.total.state].label),
)  # fmt: skip
MATTERS = (Col("事项", lambda row: row.practice.name, 30), *SUMS)
PAPERS = (Col("文件", lambda row: row.document.title, 50), *SUMS, Col("说明", lambda row: row.words, 18))
BELOW = (
    Col("单位", lambda row: row.unit.name, 26), *SUMS, Col("逾期要求", lambda row: row.late),
    Col("学校", lambda row: row.schools), Col("学生", lambda row: row.pupils),
)  # fmt: skip
GAPS = (
    Col("事项", lambda row: row[0].name, 30), Col("学校", lambda row: row[1].name, 28), Col("类别", lambda row: row[1].get_kind_display()),
    Col("学生", lambda row: row[1].pupils), Col("最早到期", lambda row: row[0].due),
    Col("最长超期（天）", lambda row: max((clock.today() - row[0].due).days, 0)), Col("出自", lambda row: row[0].source, 40),
)  # fmt: skip


def board_sheet(board: Board) -> FileResponse:
    """What a board above the school lists: units below, matters, documents."""
    below = [Table("下级单位", BELOW, board.behind)] if board.below else []
    tables = [*below, Table("按事项", MATTERS, board.matters), Table("按文件", PAPERS, board.papers)]
    return sheet(f"{board.unit.name}看板", *tables)


def matters_sheet(unit: Unit, matters: list[Matter]) -> FileResponse:
    return sheet(f"{unit.name}按事项", Table("按事项", MATTERS, matters))


def gaps_sheet(unit: Unit, things: list[Thing], state: str) -> FileResponse:
    """A line for each school of each matter."""
    name = "本周到期" if state == "due" else "逾期未完成"
    return sheet(
        f"{unit.name}{name}", Table(name, GAPS, [(thing, school) for thing in things for school in thing.schools])
    )
