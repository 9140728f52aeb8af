"""Tell a new paragraph from a line that was only wrapped."""

import re
from dataclasses import dataclass

from .headings import MARKER
from .lines import Line, Reading

TERMINAL = "。；！？：!?"
OPEN_END = "，、（“《—及和与或的"
# A date or a figure broken by the end of a line: 5月 / 20日, 20 / 日前.
BROKEN = re.compile(r"[年月]\d{1,2}[月日]|\d[年月日%]")
CLOSING = "，。、；：）”》！？"
# A line shorter than this that ends without a stop is a title, a name or a table cell.
WRAP_WIDTH = 24
# A line without comma or stop that ends so is a title, however long.
TITLE_END = re.compile(
    r"^[^，。；]{4,90}(?:通知|方案|意见|要点|办法|计划|规定|细则|通告|公告|实施表|任务表|清单|一览表)(?:（[^（）]{1,24}）)?$"
)
WHOLE_DATE = re.compile(r"(?:20\d\d|二〇[〇一二三四五六七八九]{2})年.{1,3}月.{1,3}日$")


@dataclass(frozen=True)
class Paragraph:
    """A stretch of Reading.text; is_cell when a tab came before it."""

    start: int
    end: int
    is_cell: bool


def split_paragraphs(reading: Reading) -> tuple[Paragraph, ...]:
    """The paragraphs of a document, wrapped lines joined again."""
    width = _wrap_width(reading.lines)
    groups: list[list[Line]] = []
    for line in reading.lines:
        if groups and _continues(reading.text, groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(Paragraph(g[0].start, g[-1].end, g[0].is_cell) for g in groups)


def _wrap_width(lines: tuple[Line, ...]) -> int:
    """The shortest length at which a line may be a wrapped one.

    Hard-wrapped texts have many lines of one length; others have none, and the default holds.
    """
    lengths = sorted(line.end - line.start for line in lines)
    if len(lengths) < 12:
        return WRAP_WIDTH
    common = lengths[int(len(lengths) * 0.8)]
    near = sum(common - 3 <= length <= common + 3 for length in lengths)
    return common - 4 if 12 <= common < 60 and near > len(lengths) // 3 else WRAP_WIDTH


def _continues(text: str, last: Line, line: Line, width: int) -> bool:
    tail, head = text[last.end - 1], text[line.start]
    if line.is_cell or MARKER.match(text, line.start, line.end):
        return False
    if tail in TERMINAL:
        return False
    if BROKEN.match(tail + text[line.start : line.start + 4]):
        return True
    if _is_open(text, last):
        return True
    if tail in OPEN_END or head in CLOSING:
        return True
    if WHOLE_DATE.match(text[line.start : line.end]):
        return False
    if TITLE_END.search(text[last.start : last.end]):
        return False
    return last.end - last.start >= width and not _is_heading(text, last)


def _is_open(text: str, line: Line) -> bool:
    """A name begun with 《 on this line is not yet ended."""
    words = text[line.start : line.end]
    return len(words) < 120 and words.rfind("《") > words.rfind("》")


def _is_heading(text: str, line: Line) -> bool:
    # A numbered line without any comma or stop is a heading even when it is long.
    words = text[line.start : line.end]
    return bool(MARKER.match(words)) and len(words) < 36 and not any(c in words for c in "，。；")
