"""Importing schools: every bad row by line and reason, all good ones in one transaction, history kept."""

import csv
from pathlib import Path

import pytest

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.kinds import IDENTIFIER_CATEGORIES
from xiaoan.ground.units.models import Former, Unit
from xiaoan.ground.units.schools import INTAKE, check_schools, import_schools
from xiaoan.ground.units.services import close_unit, wrong_identifier
from xiaoan.ground.units.workbook import Row, read_rows, template_workbook
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import NotAllowed

SHARED = Path(__file__).resolve().parents[5] / "shared"


def row(line: int, name: str, kind: str = "小学", parent: str = "东镇", **more: str) -> Row:
    return Row(line, {"学校名称": name, "类别": kind, "上级单位": parent, **more})


def reasons(cast: Cast, *rows: Row) -> dict[int, str]:
    return {f.line: f.reason for f in check_schools(cast.actor("county_officer"), rows).faults}


def test_new_changed_and_same_rows_are_told_apart_and_written(cast: Cast) -> None:
    rows = [
        row(2, "东镇新村小学", 学生数="320", 寄宿生数="40", 设施="食堂，校车"),
        row(3, "东镇中心小学", 学生数="810"),
        row(4, "东镇初级中学", "初中"),
    ]
    checked = check_schools(cast.actor("county_officer"), rows)
    assert (checked.new, checked.changed, checked.same, checked.faults) == (1, 1, 1, [])
    told = import_schools(actor=cast.actor("county_officer"), rows=rows)
    assert told == "新增 1 所，修改 1 所，没有变化 1 所，未导入 0 行"
    new = Unit.objects.get(name="东镇新村小学")
    assert (new.path, new.pupils, new.has) == (cast.township.path + "0003", 320, ["boarding", "bus", "canteen"])
    cast.primary.refresh_from_db()
    assert (cast.primary.pupils, cast.primary.has) == (810, ["canteen"])
    entries = Entry.objects.filter(person_id=cast.actor("county_officer").person_id).order_by("id")
    assert [(e.verb, e.changes.get("pupils")) for e in entries] == [("创建单位", None), ("修改单位", [800, 810])]


def test_every_bad_row_is_named_with_its_reason(cast: Cast) -> None:
    found = reasons(
        cast,
        row(2, ""),
        row(3, "甲小学", "大学堂"),
        row(4, "乙小学", parent="西镇"),
        row(5, "丙小学", 学校标识码="113700000"),
        row(6, "丁小学", 学校标识码="1137000001"),
        row(7, "戊小学", 学生数="三百"),
        row(8, "己小学", 学生数="10", 寄宿生数="20"),
        row(9, "庚小学", 统一社会信用代码="12370102T0000001X1"),
        row(10, "辛小学", 行政区划代码="410102"),
        row(11, "壬小学", 设施="飞机场"),
        row(12, "癸小学"),
        row(13, "癸小学"),
    )
    words = [
        "没有填写",
        "不认识",
        "不在您的管理范围",
        "10 位",
        "类别不符",
        "整数",
        "多于学生",
        "校验不通过",
        "不在上级",
        "飞机场",
        "第 12 行",
    ]
    assert list(found) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13]
    for why, word in zip(found.values(), words, strict=True):
        assert word in why


def test_a_place_with_a_common_name_must_be_said_with_its_county(cast: Cast) -> None:
    Unit.objects.create(parent=cast.other_county, path=cast.other_county.path + "000A", rank="township", name="东镇")
    officer = cast.actor("city_officer")
    assert "甲县/东镇" in check_schools(officer, [row(2, "子小学")]).faults[0].reason
    assert check_schools(officer, [row(2, "子小学", parent="乙县/东镇"), row(3, "丑小学", parent="甲县东镇")]).new == 2


def test_the_identifier_finds_a_renamed_school_and_its_former_name_is_kept(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.primary.pk).update(identifier="2137000001")
    import_schools(actor=cast.actor("county_officer"), rows=[row(2, "东镇实验小学", 学校标识码="2137000001")])
    cast.primary.refresh_from_db()
    assert cast.primary.name == "东镇实验小学"
    assert Former.objects.get(unit=cast.primary).name == "东镇中心小学"


def test_schools_of_others_and_closed_ones_are_out_of_reach(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.outside.pk).update(identifier="2137000001")
    Unit.objects.filter(pk=cast.primary.pk).update(identifier="2137000002")
    Unit.objects.filter(pk=cast.junior.pk).update(identifier="3137000003")
    close_unit(actor=SYSTEM, unit=Unit.objects.get(pk=cast.primary.pk), on=clock.today())
    found = reasons(
        cast,
        row(2, "子小学", 学校标识码="2137000001"),
        row(3, "丑小学", 学校标识码="2137000002"),
        row(4, "寅中学", "初中", "甲县", 学校标识码="3137000003"),
    )
    assert ["已被别的学校使用" in found[2], "已经撤销" in found[3], "调整隶属" in found[4]] == [True, True, True]


def test_only_those_who_manage_units_may_import(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_schools(actor=cast.actor("principal"), rows=[row(2, "子小学")])


def test_the_template_can_be_read_back(cast: Cast) -> None:
    import io

    actor = cast.actor("county_officer")
    made = template_workbook("学校", INTAKE.columns(actor), [["东镇新小学", "", "小学", "东镇"]])
    [again] = read_rows(io.BytesIO(made), INTAKE.required(actor))
    assert check_schools(actor, [again]).new == 1


def test_queries_do_not_grow_with_the_rows(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer = cast.actor("county_officer")
    counts = []
    for size in (1, 3):
        with CaptureQueriesContext(connection) as seen:
            import_schools(actor=officer, rows=[row(n, f"第{size}{n}小学") for n in range(size)])
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_real_school_identifiers_pass_and_a_wrong_digit_of_kind_does_not() -> None:
    path = SHARED / "data" / "shenzhen_2016_school_ids_sample.csv"
    if not path.exists():
        pytest.skip("no ../shared/data/shenzhen_2016_school_ids_sample.csv here: real identifiers were NOT checked")
    with path.open(encoding="utf-8") as file:
        codes = [r["school_identifier"] for r in csv.DictReader(file)]
    kind_of = {category: kind for kind, found in IDENTIFIER_CATEGORIES.items() for category in found}
    assert len(codes) == 37
    assert [c for c in codes if wrong_identifier({"identifier": c, "kind": kind_of[c[:2]]})] == []
    assert all(wrong_identifier({"identifier": "9" + c[1:], "kind": kind_of[c[:2]]}) for c in codes)
