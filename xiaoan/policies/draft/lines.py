"""From raw text to one run of characters: white space and page debris out, places kept."""

import re
from dataclasses import dataclass
from functools import cached_property

# One character for one, so that a place in the evened text is a place in the text.
EVEN = str.maketrans(
    "０１２３４５６７８９％,;:()?!－–-~～―─○．﹒",
    "0123456789%，；：（）？！———————〇..",
)
# Typed by an ASCII keyboard: a full stop between Chinese words.
ASCII_STOP = re.compile(r"(?<=[\u4e00-\u9fff”）\"])\.(?=[\u4e00-\u9fff“（（]|\d{1,2}[.、])")
CRAWLED = (
    r"作者|来源|信息来源|稿件来源|文章来源|点击|点击量|点击数|浏览|浏览量|浏览次数|阅读|阅读量|阅读次数|访问量|访问次数|时间|日期"
    r"|发布时间|发布日期|发稿时间|更新时间|发布人|发布者|发布单位|字号|字体|字体大小|打印|分享|分享到|责任编辑|编辑|审核|校对"
    r"|索引号|主题分类|主题词|公开方式|公开类别|信息类别|信息名称|生成日期|成文日期|有效性|是否有效|信息分类|当前位置|您现在的位置|您当前的位置"
)
DEBRIS = re.compile(
    "|".join(
        f"(?:{p})"
        for p in (
            r"[—·\-.]{0,6}\d{1,4}[—·\-.]{0,6}$",
            r"第\d{1,4}页[，/（]?(?:共\d{1,4}页)?）?$",
            r"\d{1,4}/\d{1,4}$",
            r"[Pp]age\d{1,4}(?:of\d{1,4})?$",
            rf"[•·*●◆—>\[【]{{0,3}}(?:{CRAWLED})[：】].{{0,40}}$",
            r"(?:打印本页|关闭窗口|打印关闭|返回顶部|上一篇|下一篇|上一页|下一页|扫一扫在手机打开当前页)",
            r"[（【\[]?(?:大中小|字体大中小|打印)[）】\]]?$",
        )
    )
)


@dataclass(frozen=True)
class Line:
    """One line or table cell: its place in Reading.text, and whether a tab came before it."""

    start: int
    end: int
    is_cell: bool


@dataclass(frozen=True)
class Reading:
    """A document ready to parse.

    squeezed is the raw text without white space: the basis of every offset handed out.
    text is squeezed without debris and with evened punctuation; text[i] stood at
    squeezed[origin[i]]. debris holds the lines left out, for what the crawler wrote there.
    """

    squeezed: str
    text: str
    origin: tuple[int, ...]
    lines: tuple[Line, ...]
    debris: tuple[str, ...]

    @cached_property
    def row_starts(self) -> tuple[int, ...]:
        """Where each line begins that is not a later cell of a table row."""
        return tuple(line.start for line in self.lines if not line.is_cell)

    def quote(self, start: int, end: int) -> str:
        """The words as written between two places of text, page debris left out."""
        if start >= end:
            return ""
        first, last = self.origin[start], self.origin[end - 1]
        if last - first == end - 1 - start:  # nothing was left out between them
            return self.squeezed[first : last + 1]
        return "".join(map(self.squeezed.__getitem__, self.origin[start:end]))


def read_lines(raw: str) -> Reading:
    """Squeeze a raw text; never raises."""
    squeezed: list[str] = []
    kept: list[str] = []
    origin: list[int] = []
    lines: list[Line] = []
    debris: list[str] = []
    here = 0
    for line in raw.splitlines():
        whole = even_text("".join(line.split()))
        is_debris = _is_debris(whole)
        if is_debris:
            debris.append(whole)
        for place, cell in enumerate(line.split("\t")):
            piece = "".join(cell.split())
            squeezed.append(piece)
            if piece and not is_debris:
                lines.append(Line(len(origin), len(origin) + len(piece), place > 0))
                kept.append(even_text(piece))
                origin.extend(range(here, here + len(piece)))
            here += len(piece)
    return Reading("".join(squeezed), ASCII_STOP.sub("。", "".join(kept)), tuple(origin), tuple(lines), tuple(debris))


def even_text(text: str) -> str:
    """Full-width digits to ASCII, ASCII punctuation to Chinese; the length stays."""
    return text.translate(EVEN)


def _is_debris(line: str) -> bool:
    return len(line) <= 60 and bool(DEBRIS.match(line))
