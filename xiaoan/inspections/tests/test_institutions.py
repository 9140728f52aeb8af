"""Institutions of off-campus training: what is known, who sees them, checks by part, penalties."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import Cast
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.engines.sheets.services import file_record
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards.models import Hazard
from xiaoan.inspections import institutions, visits
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.tests.making import a_visit, head, issued, member, officer, planned, sent
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown
from xiaoan.obligations.models import Completion
from xiaoan.obligations.tests.making import make_document
from xiaoan.obligations.tests.making import publish as enforce

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def an_institution(cast: Cast, name: str = "合成艺术培训", parent: Unit | None = None, **told: Any) -> Unit:
    unit = create_unit(actor=SYSTEM, parent=parent or cast.county, rank="school", name=name, kind="training", pupils=80)
    given = {"licence": "教民3701号", "owner": "合成甲", "safety_owner": "合成乙", "remit": "culture"}
    institutions.describe(actor=SYSTEM, unit=unit, told={**given, **told})
    return unit


def rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    table = sheet_of(client.get(reverse("inspections:institutions_export") + query))
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def checked(cast: Cast, unit: Unit, *fails: str) -> Any:
    return issued(cast, a_visit(cast, unit, mode="special", line_set="institution", topics=["institution"]), *fails)


def test_the_list_shows_licence_safety_owner_checks_and_open_hazards(cast: Cast) -> None:
    """S0-2.7-23"""
    unit = an_institution(cast)
    checked(cast, unit, "IN-F2")
    row = rows(cast.client("county_officer"))[0]
    assert (row["机构"], row["许可证"], row["安全负责人"], row["未销号隐患"]) == (unit.name, "教民3701号", "合成乙", 1)
    assert row["上次检查"]
    assert "已过期" in _expired(cast, unit)


def _expired(cast: Cast, unit: Unit) -> str:
    institutions.describe(actor=officer(cast), unit=unit, told={"licence_until": clock.today() - timedelta(days=1)})
    return cast.client("county_officer").get(reverse("inspections:institutions")).content.decode()


def test_inspections_of_institutions_are_planned_and_visited_of_total_is_seen(cast: Cast) -> None:
    """S0-2.9-01"""
    one, _ = an_institution(cast), an_institution(cast, "合成棋类培训")
    member(cast)
    campaign = planned(
        cast, chosen=[], kinds=["training"], mode="special", line_set="institution", topics=["institution"], take=1
    )
    assert len(sent(cast, campaign).drawn["pool"]) == 2
    checked(cast, one, "IN-F2", "IN-E3")
    answer = cast.client("county_officer").get(reverse("inspections:institutions_below"))
    whole = answer.context["rows"][-1]
    assert (whole["all"], whole["visited"], whole["found"]) == (2, 1, 2)
    assert rows(cast.client("county_officer"), "?checks=unvisited")[0]["机构"] == "合成棋类培训"


def test_an_owner_sees_the_own_institution_only_with_checks_hazards_and_duties(cast: Cast) -> None:
    """S0-2.9-03"""
    unit, other = an_institution(cast), an_institution(cast, "合成棋类培训")
    duty = {"practice": "institution_patrol", "every": "monthly", "binds": {"ranks": ["school"], "kinds": ["training"]}}
    enforce(make_document("inst", duty, owner=cast.county), cast.county)
    checked(cast, unit, "IN-F2")
    owner = cast.client("principal", unit)
    assert [r["机构"] for r in rows(owner)] == [unit.name]
    shown = owner.get(reverse("inspections:institution", args=[unit.id])).content.decode()
    assert Hazard.objects.get().number in shown and "消防" in shown
    assert owner.get(reverse("inspections:institution", args=[other.id])).status_code == 404
    assert "合成事项" in owner.get("/duties/").content.decode() or owner.get("/duties/").status_code == 200


def test_the_institutions_own_check_proves_its_duty_and_the_county_sees_it(cast: Cast) -> None:
    """S0-2.9-05"""
    unit, other = an_institution(cast), an_institution(cast, "合成棋类培训")
    duty = {"practice": "institution_patrol", "every": "monthly", "binds": {"ranks": ["school"], "kinds": ["training"]}}
    document = make_document("inst", duty, owner=cast.county)
    enforce(document, cast.county)
    answers = {"kinds": ["patrol"], "exits": "ok", "extinguishers": "ok"}
    file_record(
        actor=cast.actor("safety_director", unit),
        unit=unit,
        sheet="institution_check",
        answers=answers,
        happened_at=clock.now(),
        source="phone",
    )
    assert Completion.objects.get(requirement=document.requirements.get().key).unit_id == unit.id
    assert (
        "培训机构安全工作"
        in cast.client("county_officer").get(reverse("inspections:institution", args=[unit.id])).content.decode()
    )
    assert not Completion.objects.filter(unit=other).exists()


def test_an_institution_answers_its_feedback_and_sees_the_countys_verification(cast: Cast) -> None:
    """S0-2.9-06"""
    unit = an_institution(cast)
    visit = checked(cast, unit, "IN-F2")
    owner = cast.actor("safety_director", unit)
    visits.fix(actor=owner, visit=visit, fix_words="通道已清空")
    visits.check(actor=head(cast, visit), visit=visit, check_words="现场核过")
    shown = cast.client("safety_director", unit).get(reverse("inspections:visit", args=[visit.id])).content.decode()
    assert "现场核过" in shown
    assert Hazard.objects.visible_to(officer(cast), "hazards.read").get().unit_id == unit.id


def test_a_department_sees_only_institutions_of_its_remit_and_records_a_check(cast: Cast) -> None:
    """S0-2.9-10"""
    unit, other = an_institution(cast), an_institution(cast, "合成体育培训", remit="sport")
    culture = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="合成文旅局", kind="culture")
    sport = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="合成体育局", kind="sport")
    member(cast, "partner_officer", culture, body="culture")
    theirs = cast.client("partner_officer", culture)
    assert [r["机构"] for r in rows(theirs)] == [unit.name]
    assert theirs.get(reverse("inspections:institution", args=[other.id])).status_code == 404
    assert theirs.get("/api/institutions/").json()["rows"][0]["id"] == str(unit.id)
    visit = a_visit(cast, unit, mode="special", line_set="institution", topics=["institution"])
    assert visit.head_name and head(cast, visit).role == "partner_officer"
    issued(cast, visit, "IN-F2")
    assert unit.name in theirs.get(reverse("inspections:findings")).content.decode()
    second = cast.client("partner_officer", sport)
    assert unit.name not in second.get(reverse("inspections:findings")).content.decode()
    assert second.get(reverse("inspections:visit", args=[visit.id])).status_code == 404
    assert second.get(reverse("inspections:visits")).status_code == 200


def test_the_city_sees_institutions_by_county(cast: Cast) -> None:
    """S2-2.14-09"""
    checked(cast, an_institution(cast), "IN-F2")
    an_institution(cast, "乙县合成培训", cast.other_county)
    found = {
        r["unit"].name: (r["all"], r["visited"], r["hazards"])
        for r in cast.client("city_officer").get(reverse("inspections:institutions_below")).context["rows"]
    }
    assert found == {"甲县": (1, 1, 1), "乙县": (1, 0, 0), "甲市": (2, 1, 1)}


def test_units_in_self_built_houses_show_the_appraisal_and_the_checks(cast: Cast) -> None:
    """S4-2.5-04"""
    an_institution(cast)
    built = an_institution(cast, "合成自建房培训", is_self_built=True)
    institutions.describe(
        actor=officer(cast),
        unit=cast.kindergarten,
        told={"is_self_built": True, "appraisal": "safe", "appraised_on": clock.today()},
    )
    told = {r["机构"]: r["房屋"] for r in rows(cast.client("county_officer"), "?house=built")}
    assert told == {built.name: "自建房，还没有鉴定", "县直幼儿园": "自建房，鉴定安全"}
    assert [r["机构"] for r in rows(cast.client("county_officer"), "?house=unsafe")] == [built.name]


def test_institutions_without_own_checks_are_seen(cast: Cast) -> None:
    """S4-2.5-27"""
    unit, other = an_institution(cast), an_institution(cast, "合成棋类培训")
    answers = {"kinds": ["rectify"], "found": 1, "fixed": 1}
    file_record(
        actor=cast.actor("safety_director", unit),
        unit=unit,
        sheet="institution_check",
        answers=answers,
        happened_at=clock.now(),
    )
    assert [r["机构"] for r in rows(cast.client("county_officer"), "?checks=silent")] == [other.name]


def test_the_four_part_checklist_shows_its_findings_by_part(cast: Cast) -> None:
    """S4-2.5-28"""
    unit = an_institution(cast)
    visit = a_visit(cast, unit, mode="special", line_set="institution", topics=["institution"])
    assert list(dict.fromkeys(line.category for line in lines_of_visit(visit).values())) == [
        "消防",
        "建筑（自建房）",
        "安防建设",
        "应急管理",
    ]
    issued(cast, visit, "IN-F2", "IN-B2", "IN-P1", "IN-E2")
    answer = cast.client("principal", unit).get(reverse("inspections:institution", args=[unit.id]))
    assert [(name, len(found)) for name, found in answer.context["by_part"]] == [
        ("应急管理", 1),
        ("安防建设", 1),
        ("建筑（自建房）", 1),
        ("消防", 1),
    ]


def test_a_penalty_is_recorded_and_stays_on_the_institutions_page(cast: Cast) -> None:
    """S4-2.5-29"""
    unit = an_institution(cast)
    given = {
        "kind": "fine",
        "number": "甲教罚〔2026〕1号",
        "words": "逾期不整改",
        "decided_on": clock.today(),
        "department": "甲县教育局",
    }
    with pytest.raises(Invalid, match="金额"):
        institutions.punish(actor=officer(cast), unit=unit, **given)
    institutions.punish(actor=officer(cast), unit=unit, amount=5000, **given)
    shown = cast.client("county_officer").get(reverse("inspections:institution", args=[unit.id])).content.decode()
    assert "甲教罚〔2026〕1号" in shown and "罚款" in shown
    assert rows(cast.client("county_officer"), "?checks=penalties")[0]["机构"] == unit.name
    with pytest.raises((NotAllowed, NotKnown)):
        institutions.punish(actor=cast.actor("principal", unit), unit=unit, amount=1, **given)
