"""What Word counts and what a PDF repeats: numbers come back, headers go."""

import io
from typing import Any

import pytest

from xiaoan.policies.draft import draft_text, read_bytes
from xiaoan.policies.draft.numbering import write_number
from xiaoan.policies.draft.pages import join_pages

LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "●"))


def _listed(*lines: tuple[int, str]) -> bytes:
    docx = pytest.importorskip("docx")
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document: Any = docx.Document()
    lists = document.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{words}"/></w:lvl>'
        for depth, (style, words) in enumerate(LEVELS)
    )
    lists.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inside}</w:abstractNum>'))
    lists.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, words in lines:
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def test_the_numbers_that_word_counts_make_headings() -> None:
    text = read_bytes(
        _listed(
            (0, "总体要求"),
            (0, "重点任务"),
            (1, "隐患排查"),
            (2, "每月开展检查。"),
            (2, "每季度开展督导。"),
            (1, "应急演练"),
            (2, "每学期组织演练。"),
            (3, "做好记录。"),
        )
    )
    assert text.split("\n") == [
        "一、总体要求",
        "二、重点任务",
        "（一）隐患排查",
        "1.每月开展检查。",
        "2.每季度开展督导。",
        "（二）应急演练",
        "1.每学期组织演练。",
        "做好记录。",
    ]
    levels = [(c.level, [r.every for r in c.requirements if r.every]) for c in draft_text(text).clauses]
    assert levels == [(1, []), (1, []), (2, []), (3, ["monthly"]), (3, ["quarterly"]), (2, []), (3, ["per_term"])]


def test_an_empty_paragraph_of_a_list_counts_nothing() -> None:
    assert read_bytes(_listed((0, "任务"), (0, " "), (0, "要求"))).split("\n")[-1] == "二、要求"


@pytest.mark.parametrize(
    ("number", "style", "words"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCountingThousand", "十"),
        (12, "chineseCounting", "十二"),
        (20, "chineseCounting", "二十"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "lowerLetter", "b"),
        (7, "decimal", "7"),
        (130, "chineseCounting", "130"),
    ],
)
def test_numbers_are_written_as_word_names_them(number: int, style: str, words: str) -> None:
    assert write_number(number, style) == words


def test_what_each_page_repeats_is_left_out() -> None:
    pages = [f"某县校园安全方案\n第{at}段开展排查。\n每月检查。\n再检查。\n第 {at} 页 共 4 页" for at in range(1, 5)]
    joined = join_pages(pages)
    assert "某县校园安全方案" not in joined and "共 4 页" not in joined
    assert joined.count("每月检查。") == 4


def test_a_line_that_one_page_has_stays() -> None:
    assert join_pages(["标题\n正文一。", "正文二。"]) == "标题\n正文一。\n正文二。"
