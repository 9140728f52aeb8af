"""Checklists on their pages: made, filled from a workbook, published, taken away; the criteria of a county."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import Cast
from xiaoan.checks.catalogue import items
from xiaoan.checks.importing import read_checklist
from xiaoan.checks.models import Checklist
from xiaoan.checks.queries import checklists_for
from xiaoan.checks.resource import CHECKLISTS
from xiaoan.checks.tests.making import a_checklist
from xiaoan.engines.resource.testing import ResourceTests, sheet_of
from xiaoan.kernel.errors import Invalid


def book(**pages: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in pages.items():
        sheet = made.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    made.close()
    return out.getvalue()


PLAIN = book(清单=[
    ["食堂检查表（合成）"],
    ["类别", "检查内容", "隐患等级", "分值", "编号"],
    ["食品与饮水", "冷库温度记录齐全", "较大", 5, ""],
    ["", "地面防滑", "一般", "很多", ""],
    ["消防安全", "随便写", "", 3, "C02-04"],
    ["消防安全", "", "", "", "X"],
])  # fmt: skip
FORM = book(
    survey=[
        ["type", "name", "label::中文(zh)", "required"],
        ["start", "start", "", ""],
        ["begin group", "fire", "消防安全", ""],
        ["select_one ok", "hydrant", "消火栓有水", "yes"],
        ["note", "n1", "看完再填", ""],
        ["select_one ok", "c02_06", "灭火器", ""],
        ["end group", "", "", ""],
        ["image", "photo", "拍照", ""],
    ],
    choices=[["list_name", "name", "label"], ["ok", "1", "合格"]],
)


def test_a_plain_table_is_read_with_its_categories_levels_and_weights() -> None:
    read = read_checklist(PLAIN)
    told = [(i.category, i.text, i.level, i.score) for i in read.lines]
    assert told == [
        ("C04", "冷库温度记录齐全", "larger", 5), ("C04", "地面防滑", "general", 1),
        ("C02", items()["C02-04"].text, "major", 3),
    ]  # fmt: skip
    assert len(read.faults) == 2 and "很多" in read.faults[0] and "第 6 行" in read.faults[1]


def test_an_xlsform_gives_its_questions_and_leaves_notes_and_pictures_out() -> None:
    read = read_checklist(FORM)
    assert read.is_xlsform
    assert [(i.category, i.key.startswith("L-") or i.key, i.text) for i in read.lines] == [
        ("C02", True, "消火栓有水"), ("C02", "C02-06", items()["C02-06"].text),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04broken", book(一=[["甲", "乙"], ["1", "2"]])])
def test_what_is_no_checklist_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as why:
        read_checklist(content)
    assert why.value.sentence.endswith("。")


@pytest.mark.django_db
def test_a_county_makes_fills_and_publishes_a_checklist_and_schools_see_it(cast: Cast, wednesday: Any) -> None:
    """S0-2.3-07 on the page."""
    county = cast.client("county_officer")
    told = {"title": "食堂自查", "purpose": "self", "place": "食堂", "topic": "食品安全", "take": ["C04"]}
    county.post("/checks/new/", told)
    row = Checklist.objects.get()
    assert len(row.lines) == 17 and "食品与饮水" in county.get(f"/checks/{row.id}/").content.decode()
    upload = SimpleUploadedFile("清单.xlsx", PLAIN)
    assert county.post(f"/checks/{row.id}/import/", {"file": upload, "step": row.step}).status_code == 302
    row.refresh_from_db()
    assert len(row.lines) == 20
    line = {"category": "C04", "text": "", "level": "general", "score": "1", "step": row.step}
    assert county.post(f"/checks/{row.id}/line/", line).status_code == 422
    county.post(f"/checks/{row.id}/line/", {**line, "text": "油烟机每周清洗"})
    row.refresh_from_db()
    weigh = {"key": row.lines[0]["key"], "score": "9", "level": "major", "step": row.step}
    county.post(f"/checks/{row.id}/weigh/", weigh)
    school = cast.client("safety_director")
    assert school.get(f"/checks/{row.id}/").status_code == 404
    assert county.post(f"/checks/{row.id}/publish/", {"step": row.step + 1}).status_code == 302
    assert "食堂自查" in school.get("/checks/").content.decode() and checklists_for(cast.primary, "self") == [row]
    table = sheet_of(school.get(f"/checks/{row.id}/", {"as": "xlsx"}))
    assert len(table) == 22 and table[1][table[0].index("分值")] == 9
    assert school.post(f"/checks/{row.id}/version/").status_code == 403
    county.post(f"/checks/{row.id}/version/")
    assert Checklist.objects.filter(state="draft", version=2).count() == 1


@pytest.mark.django_db
def test_a_county_publishes_its_judgement_standard_and_the_item_shows_the_level(cast: Cast, wednesday: Any) -> None:
    """S0-2.3-06 on the page: rows that were not seen are marked, the county's own row sets the level of the item."""
    county, school = cast.client("county_officer"), cast.client("safety_director")
    page = county.get("/checks/criteria/").content.decode()
    assert "未核实" in page and "直接判定" in page and "综合判定（同组满足 3 条）" in page
    told = {"key": "JX-01", "category": "食品安全", "mode": "direct", "words": "留样缺失", "items": "C04-08",
            "basis": "甲县教〔2026〕1号", "valid_from": "2026-11-01"}  # fmt: skip
    assert school.post("/checks/criteria/", told).status_code == 403
    assert county.post("/checks/criteria/", {**told, "basis": ""}).status_code == 422
    assert county.post("/checks/criteria/", told).status_code == 302
    assert "留样缺失" in school.get("/checks/criteria/").content.decode()
    listed = school.get("/checks/items/", {"category": "C04"}).context["groups"][0][1]
    assert {i.key: grade for i, grade in listed}["C04-08"] == "重大"
    told_by_api = school.get("/api/check-items/").json()
    assert {i["key"]: i["level"] for i in told_by_api}["C04-08"] == "major" and len(told_by_api) == 153
    assert "JX-01" in {c["key"] for c in school.get("/api/criteria/").json()}


class TestChecklists(ResourceTests):
    resource, url, api = CHECKLISTS, "/checks/", "/api/checklists/"
    samples = {"words": "食堂", "state": "published", "purpose": "any"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [a_checklist(cast.county, f"食堂{k}", keys=["C04-01"]) for k in range(n)]
