"""The month's report: the workbook and the printed page say the same, in Chinese."""

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from conftest import Cast
from xiaoan.board.tests.test_boards import in_force
from xiaoan.engines.typeset import fonts
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.tests.test_evidence import drill

pytestmark = pytest.mark.usefixtures("wednesday")


def report(cast: Cast, kind: str, role: str = "county_officer", month: str = "2026-11") -> Any:
    return cast.client(role).get(reverse(f"board:report_{kind}", args=[cast.home_of(role).id, month]))


def test_the_months_report_comes_as_workbook_and_pdf(cast: Cast) -> None:
    in_force(cast)
    drill(cast.actor("safety_director"), cast)
    book = openpyxl.load_workbook(io.BytesIO(report(cast, "xlsx").content))
    assert book.sheetnames == ["概况", "按文件", "按事项", "按下级单位", "未完成名单", "基层负担"]
    figures = {r[0]: r[1] for r in book["概况"].iter_rows(min_row=4, values_only=True)}
    assert figures["本月记录"] == "1 条"
    assert figures["已做"] == "2 件次"
    missing = [r[:2] for r in book["未完成名单"].iter_rows(min_row=4, values_only=True)]
    assert ("东镇初级中学", "合成事项3") in missing
    if not fonts.held().families():
        pytest.skip("no fonts on this machine")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(report(cast, "pdf").content)).pages)
    squeezed = text.replace("\n", "").replace(" ", "")
    assert "甲县2026年11月校园安全落实情况月报" in squeezed
    assert "东镇初级中学" in squeezed
    assert "合成事项3" in squeezed


def test_a_school_that_calls_itself_a_formula_is_written_as_words(cast: Cast) -> None:
    in_force(cast)
    Unit.objects.filter(id=cast.primary.id).update(name='=HYPERLINK("http://bad","点我")')
    for role in ("county_officer", "principal"):
        book = openpyxl.load_workbook(io.BytesIO(report(cast, "xlsx", role).content))
        assert not [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@pytest.mark.parametrize("role", ["province_officer", "township_officer", "principal"])
def test_every_rank_has_its_report(cast: Cast, role: str) -> None:
    in_force(cast)
    book = openpyxl.load_workbook(io.BytesIO(report(cast, "xlsx", role).content))
    assert cast.home_of(role).name in book["概况"]["A1"].value
    assert report(cast, "pdf", role).status_code == 200


def test_a_machine_without_chinese_fonts_is_told_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SONG", [])
    monkeypatch.setattr(fonts, "HEI", [])
    response = report(cast, "pdf")
    assert response.status_code == 503
    assert "没有中文字体" in response.content.decode()


def test_a_month_that_has_not_come_has_no_report(cast: Cast) -> None:
    assert report(cast, "xlsx", month="2026-12").status_code == 404
    assert report(cast, "xlsx", month="x").status_code == 404


def test_a_report_outside_the_scope_is_not_known(cast: Cast) -> None:
    address = reverse("board:report_xlsx", args=[cast.other_county.id, "2026-11"])
    assert cast.client("county_officer").get(address).status_code == 404
    assert cast.client("guard").get(reverse("board:report_xlsx", args=[cast.primary.id, "2026-11"])).status_code == 403
