"""The rectification order of a visit: one text, written as PDF and as .docx in the layout of official papers."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from xiaoan.engines.typeset.pdf import make_pdf
from xiaoan.ground.units.models import Unit
from xiaoan.inspections.models import Visit
from xiaoan.inspections.reports import body_of

TEMPLATE = Path(__file__).with_name("order.typ")
RED = RGBColor(0xC8, 0x16, 0x1D)
SONG, HEI, FANG = "宋体", "黑体", "仿宋"


@dataclass(frozen=True)
class Order:
    """What a rectification order says. `items` are (finding, what it breaks)."""

    number: str
    issuer: str
    title: str
    to: str
    lead: str
    items: list[tuple[str, str]]
    close: list[str]
    signs: list[tuple[str, str]]
    on: str
    is_synthetic: bool


def order_of(visit: Visit) -> Order:
    """The order of a visit whose findings were issued."""
    owner = Unit.objects.get(path=visit.by_path)
    rows = list(visit.findings.order_by("id"))
    day = visit.counted_on or visit.planned_on
    parts = visit.parts.order_by("-is_head", "id")
    people = "、".join(dict.fromkeys(p.person_name for p in parts if p.answers))
    due = f"请于{_day(visit.due)}前完成整改，并在平台上回复整改情况。" if rows and visit.due else ""
    return Order(
        number=visit.number, issuer=owner.name, title="安全检查整改通知书" if rows else "安全检查反馈书", to=visit.place.name,
        lead=f"{_day(day)}，{owner.name}对你单位进行了{visit.how.name}（{visit.campaign.name}），检查人员：{people or visit.head_name}。"
        + (f"发现以下 {len(rows)} 项问题：" if rows else "没有发现不合格项。"),
        items=[(_words(f), f"违反：{f.source}。{f.cited}") for f in rows],
        close=[w for w in (visit.opinion, due, "对检查结果有异议的，可以在收到之日起三个工作日内说明。") if w],
        signs=[("带队人员", visit.head_name), ("被检查单位", visit.place_signer or visit.why_unsigned)],
        on=_day(day), is_synthetic=owner.is_synthetic or visit.place.is_synthetic,
    )  # fmt: skip


def order_pdf(order: Order) -> bytes:
    """The order as PDF. Raises Refusal when the machine has no Chinese font."""
    return make_pdf(TEMPLATE, vars(order))


def order_docx(order: Order) -> bytes:
    """The same as a document that can be edited: A4, margins of GB/T 9704, 三号仿宋, 28 pt lines."""
    paper = Document()
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    _line(paper, order.issuer, SONG, 26, align="center", colour=RED, is_bold=True)
    _ruled(_line(paper, order.number, FANG, 16, align="center"))
    _line(paper, order.title, SONG, 22, align="center", is_bold=True)
    _line(paper, f"{order.to}：", FANG, 16)
    _line(paper, order.lead, FANG, 16, indent=True)
    for at, (found, cited) in enumerate(order.items, 1):
        _line(paper, f"{at}．{found}", HEI, 16, indent=True)
        _line(paper, cited, FANG, 16, indent=True)
    for words in order.close:
        _line(paper, words, FANG, 16, indent=True)
    for name, who in order.signs:
        _line(paper, f"{name}：{who}", FANG, 16, indent=True)
    _line(paper, order.issuer, FANG, 16, align="right")
    _line(paper, order.on, FANG, 16, align="right")
    if order.is_synthetic:
        _line(paper, "演示数据", FANG, 12)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _words(finding: Any) -> str:
    told = f"{finding.note}（{finding.text}）" if finding.note and finding.note != finding.text else finding.text
    return f"{told}〔{body_of(finding)}〕" if finding.body != "own" else str(told)


def _line(
    paper: Any, words: str, font: str, size: int, *, align: str = "", indent: bool = False, colour: Any = None,
    is_bold: bool = False,
) -> Any:  # fmt: skip
    line = paper.add_paragraph()
    line.alignment = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}.get(align)
    line.paragraph_format.line_spacing = Pt(28 if size <= 22 else 36)
    line.paragraph_format.space_after = Pt(0)
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * size)
    run = line.add_run(words)
    run.font.size, run.font.name, run.bold = Pt(size), font, is_bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour
    return line


def _ruled(line: Any) -> None:
    """The red line under the number."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", "C8161D")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    line._element.get_or_add_pPr().append(borders)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
