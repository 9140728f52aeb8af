"""The tree: ranks, kinds, codes, divisions."""

import csv
from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units import divisions
from xiaoan.ground.units.divisions import DivisionsMissing, children, find, parents, search, wrong_division
from xiaoan.ground.units.kinds import PARENTS, PartnerKind, Rank, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import change_unit, close_unit, create_unit, wrong_credit_code
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown

SHARED = Path(__file__).resolve().parents[5] / "shared"
pytestmark = pytest.mark.usefixtures("wednesday")
needs_table = pytest.mark.skipif(
    not (Path(__file__).resolve().parents[4] / "build" / "divisions.json").exists(),
    reason="build/divisions.json is not built: run make; names of divisions were NOT tested",
)


def test_the_tree_has_every_rank_and_kind(cast: Cast) -> None:
    for kind in SchoolKind.values:
        create_unit(actor=SYSTEM, parent=cast.township, rank="school", name=f"合成{kind}", kind=kind)
    for parent in (cast.province, cast.city, cast.county, cast.township):
        create_unit(actor=SYSTEM, parent=parent, rank="department", name="安全科")
        for kind in PartnerKind.values:
            create_unit(actor=SYSTEM, parent=parent, rank="partner", name=f"合成{kind}", kind=kind)
    assert set(Unit.objects.values_list("rank", flat=True)) == set(Rank.values) == set(PARENTS)
    assert set(Unit.objects.schools().values_list("kind", flat=True)) == set(SchoolKind.values)
    for unit in Unit.objects.exclude(parent=None).select_related("parent"):
        assert unit.path.startswith(unit.parent.path)
        assert len(unit.path) == len(unit.parent.path) + 4


@pytest.mark.parametrize(
    ("rank", "home"), [("province", "city"), ("county", "township"), ("city", "county"), ("school", "primary")]
)
def test_a_rank_stands_only_where_the_law_puts_it(cast: Cast, rank: str, home: str) -> None:
    with pytest.raises(Invalid, match="不能设在") as refused:
        create_unit(actor=SYSTEM, parent=getattr(cast, home), rank=rank, name="合成", kind="primary")
    assert "parent" in refused.value.fields


def wrong(cast: Cast, **facts: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        create_unit(
            actor=SYSTEM, parent=cast.township, rank="school", **{"name": "合成小学", "kind": "primary", **facts}
        )
    return refused.value.fields


def test_wrong_facts_are_named_field_by_field(cast: Cast) -> None:
    assert set(wrong(cast, name=" ", kind="")) == {"name", "kind"}
    assert "10 位" in wrong(cast, identifier="21370000")["identifier"]
    assert "10 位" in wrong(cast, identifier="21370000０1")["identifier"]
    assert "类别" in wrong(cast, identifier="3137000001")["identifier"]
    assert "校验" in wrong(cast, credit_code="12370102T0000001X1")["credit_code"]
    create_unit(
        actor=SYSTEM, parent=cast.township, rank="school", name="合成二小", kind="primary", identifier="2137000001"
    )
    assert "已被" in wrong(cast, identifier="2137000001")["identifier"]


def test_credit_codes_agree_with_the_known_vectors() -> None:
    path = SHARED / "standards" / "id_checksum_vectors.csv"
    if not path.exists():
        pytest.skip("no ../shared/standards/id_checksum_vectors.csv here: real credit codes were NOT checked")
    with path.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] == "USCC"]
    assert len(rows) == 9
    assert [
        r["value"] for r in rows if bool(wrong_credit_code({"credit_code": r["value"]})) == (r["valid"] == "1")
    ] == []


@pytest.mark.parametrize("code", ["12370102T0000001XX", "52370102T00000028R", "12110105T00000036X"])
def test_right_credit_codes_pass_and_any_changed_digit_does_not(code: str) -> None:
    assert wrong_credit_code({"credit_code": code}) == {}
    for n in range(8, 17):
        changed = code[:n] + ("1" if code[n] != "1" else "2") + code[n + 1 :]
        assert wrong_credit_code({"credit_code": changed}), changed
    assert wrong_credit_code({"credit_code": code[:17]})
    assert wrong_credit_code({"credit_code": code + "0"})


@pytest.mark.parametrize(
    ("code", "rank", "parent", "word"),
    [
        ("370202", "county", "370200", ""),
        ("3702", "city", "37", ""),
        ("370203", "county", "370100", "不在上级单位"),
        ("410000", "city", "370000", "不是一个市"),
        ("370202", "province", "", "不是一个省"),
        ("370102001", "township", "370102", ""),
        ("370103001", "township", "370102", "不在上级单位"),
        pytest.param("441900", "county", "440000", "", marks=needs_table),
        pytest.param("370100", "county", "370000", "不是一个区县", marks=needs_table),
        ("441900003", "township", "441900", ""),
        ("110101", "county", "110000", ""),
        ("37010", "county", "370100", "2、4、6 或 9 位"),
        ("370199", "county", "370100", ""),  # not in the table: divisions change every year
    ],
)
def test_a_division_fits_its_rank_and_its_parent(code: str, rank: str, parent: str, word: str) -> None:
    said = wrong_division(code, rank, parent)
    assert (word in said) if word else said == ""


def test_a_county_of_another_city_is_refused_when_it_is_made(cast: Cast) -> None:
    with pytest.raises(Invalid, match="不在上级单位所在的 370100") as refused:
        create_unit(actor=SYSTEM, parent=cast.city, rank="county", name="合成县", division="370202")
    assert "division" in refused.value.fields


def test_a_school_is_judged_by_the_nearest_code_above(cast: Cast) -> None:
    assert "370101" in wrong(cast, division="370102")["division"]
    change_unit(actor=SYSTEM, unit=cast.primary, division="370101001")


@needs_table
def test_divisions_are_known_by_code_name_and_parents() -> None:
    assert find("370000").name == "山东省"  # type: ignore[union-attr]
    assert find("370102").full_name == "山东省济南市历下区"  # type: ignore[union-attr]
    assert [d.name for d in parents("370102001")] == ["山东省", "济南市", "历下区"]
    assert find("441900").full_name == "广东省东莞市"  # type: ignore[union-attr]
    assert find("110101").full_name == "北京市东城区"  # type: ignore[union-attr]
    assert find("990000") is None
    assert len(children("")) == 31
    assert "历下区" in [d.name for d in children("370100")]
    assert [d.code for d in children("441900")][:1] == ["441900003"]
    assert search("历下区")[0].code == "370102"
    assert search(" ") == []


def test_without_the_table_the_error_names_the_command(settings: Any, tmp_path: Path) -> None:
    settings.XIAOAN_DIVISIONS = tmp_path / "divisions.json"
    divisions.table.cache_clear()
    try:
        with pytest.raises(DivisionsMissing, match="make"):
            find("370000")
        assert "不在上级单位" in wrong_division("370202", "county", "370100")
    finally:
        divisions.table.cache_clear()


def test_every_change_is_in_the_journal_with_before_and_after(cast: Cast) -> None:
    change_unit(actor=SYSTEM, unit=cast.primary, pupils=900, short="中心小学")
    entry = Entry.objects.filter(subject_id=str(cast.primary.pk)).latest("id")
    assert entry.changes == {"pupils": [800, 900], "short": ["", "中心小学"]}


def test_insider_colleague_and_outsider_of_a_change(cast: Cast) -> None:
    change_unit(actor=cast.actor("county_officer"), unit=cast.primary, pupils=900)
    with pytest.raises(NotAllowed):
        change_unit(actor=cast.actor("principal"), unit=cast.primary, pupils=1)
    with pytest.raises(NotKnown):
        change_unit(actor=cast.actor("county_officer", cast.other_county), unit=cast.primary, pupils=1)
    cast.primary.refresh_from_db()
    assert cast.primary.pupils == 900


def test_a_unit_with_units_below_or_closed_already_is_not_closed(cast: Cast) -> None:
    today = Entry.objects.latest("id").at.date()
    with pytest.raises(Invalid, match="还有单位"):
        close_unit(actor=SYSTEM, unit=cast.township, on=today)
    close_unit(actor=SYSTEM, unit=cast.primary, on=today)
    with pytest.raises(Invalid, match="不能再次撤销"):
        close_unit(actor=SYSTEM, unit=cast.primary, on=today)
    with pytest.raises(Invalid, match="不能晚于今天"):
        close_unit(actor=SYSTEM, unit=cast.junior, on=today.replace(year=2030))
