"""Reading an uploaded checklist into lines: what is good, and a sentence for each row that is not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xiaoan.checks.catalogue import EVERY, LEVELS, Item, categories, items
from xiaoan.checks.models import own_key
from xiaoan.kernel.apart import Broke, Said, read_apart
from xiaoan.kernel.errors import Invalid

CONTENT = ("检查内容", "检查项目", "排查内容", "内容", "项目")
HEADINGS = {
    "category": ("类别", "分类", "大类"), "part": ("小类", "子类", "部位"), "every": ("频次", "周期", "检查频次"),
    "post": ("责任岗位", "岗位", "责任人"), "basis": ("依据", "检查依据"), "level": ("隐患等级", "等级"),
    "score": ("分值", "分数"), "key": ("编号", "项目编号"),
}  # fmt: skip
GROUP = re.compile(r"begin[ _]group|begin[ _]repeat")
END = re.compile(r"end[ _]group|end[ _]repeat")
ASKED = ("select_one", "select_multiple", "acknowledge", "integer", "decimal", "text", "range")
OTHER = "C01"  # where nothing says the category


@dataclass
class Read:
    """What came of a workbook."""

    lines: list[Item] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_xlsform: bool = False


def read_checklist(content: bytes) -> Read:
    """The lines of a workbook. Raises Invalid where it is none, or holds no line at all."""
    try:
        told = read_apart("xiaoan.checks.xlsform:sheets", content)
    except Said as why:
        raise Invalid(str(why), {"file": str(why)}) from why
    except Broke:
        sentence = "这个表格读不出来。请把清单复制到一个新的工作簿里再传。"
        raise Invalid(sentence, {"file": sentence}) from None
    read = _form(told["survey"]) if "survey" in told else _table(told[""])
    if not read.lines:
        sentence = read.faults[0] if read.faults else "表格里没有检查内容。要有一列叫“检查内容”。"
        raise Invalid(sentence, {"file": sentence})
    return read


def _table(rows: Sequence[Sequence[str]]) -> Read:
    """A plain table: one row a line, headings within the first ten rows."""
    at = next((n for n, row in enumerate(rows[:10]) if set(row) & set(CONTENT)), None)
    if at is None:
        return Read(faults=["表格里没有“检查内容”这一列。请用模板，或把列名改成“检查内容”。"])
    heads, read, last = list(rows[at]), Read(), ""
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = dict(zip(heads, row, strict=False))
        text = next((cells[c] for c in CONTENT if cells.get(c)), "")
        told = {key: next((cells[n] for n in names if cells.get(n)), "") for key, names in HEADINGS.items()}
        last = told["category"] or last
        if text:
            _take(read, number, text, {**told, "category": last})
        elif any(cells.values()):
            read.faults.append(f"第 {number} 行没有写检查内容，没有收。")
    return read


def _form(rows: Sequence[Sequence[str]]) -> Read:
    """An XLSForm: its groups are categories and parts, its questions lines; notes, pictures and sums are left out."""
    read, heads = Read(is_xlsform=True), [h.lower() for h in (rows[0] if rows else [])]
    if "type" not in heads or not any(h.startswith("label") for h in heads):
        return Read(faults=["这张 XLSForm 的 survey 页没有 type 和 label 两列。"], is_xlsform=True)
    label = next(
        (h for h in heads if h.startswith("label") and "zh" in h), next(h for h in heads if h.startswith("label"))
    )
    groups: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(heads, row, strict=False))
        kind, text = cells.get("type", "").lower(), cells.get(label, "")
        if GROUP.fullmatch(kind):
            groups.append(text)
        elif END.fullmatch(kind):
            groups = groups[:-1]
        elif kind.split(" ")[0] in ASKED and text:
            told = {
                "category": groups[0] if groups else "",
                "part": groups[-1] if groups else "",
                "key": cells.get("name", ""),
            }
            _take(read, number, text, told)
    return read


def _take(read: Read, number: int, text: str, told: dict[str, str]) -> None:
    known = items().get(told.get("key", "").upper().replace("_", "-"))
    score = told.get("score", "")
    if score and not (score.isdecimal() and int(score) <= 100):
        read.faults.append(f"第 {number} 行的分值“{score[:10]}”应是 0 到 100 的整数，按 1 分收。")
        score = ""
    level = next((k for k, w in LEVELS.items() if w == told.get("level", "").removesuffix("隐患")), "general")
    if known:
        read.lines.append(Item(**{**vars(known), "score": int(score or 1)}))
        return
    if len(text) > 200:
        read.faults.append(f"第 {number} 行超过 200 个字，只收了前 200 个。")
    frequency = next((k for k, w in EVERY.items() if w == told.get("every")), "")
    read.lines.append(
        Item(
            own_key(), _category(told.get("category", ""), text), told.get("part", "")[:20] or "其他", text[:200],
            frequency, told.get("post", "")[:40], told.get("basis", "")[:120], level, True, score=int(score or 1),
        )
    )  # fmt: skip


def _category(name: str, text: str) -> str:
    """The category of that name, of a like one, or where most of its words are."""
    named = categories()
    for code, each in named.items():
        if name and (name == code or name in each.name or each.name in name):
            return code
    return max(named, key=lambda code: sum(part in f"{name}{text}" for part in _words(code)), default=OTHER)


def _words(code: str) -> Iterator[str]:
    each = categories()[code]
    yield from (each.name[:2], *each.parts)
