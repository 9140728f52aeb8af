"""Supervision of major hazards, second looks at closed ones, and figures."""

import hashlib
from datetime import date, timedelta

import pytest
from django.test import Client

from conftest import WEDNESDAY, Cast
from xiaoan.checks.catalogue import items
from xiaoan.ground.journal.queries import history
from xiaoan.hazards import figure_queries as figures
from xiaoan.hazards import services
from xiaoan.hazards.jobs import remind
from xiaoan.hazards.models import Hazard, Listing
from xiaoan.hazards.recheck_queries import rates, repeats_draw
from xiaoan.hazards.services.listings import BASIS
from xiaoan.hazards.services.rechecks import Asked
from xiaoan.hazards.states import CONTENTS
from xiaoan.hazards.tests.making import a_hazard, a_photo, disagreements, verifier_of, walked
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.risks.exchange import tables_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
UNTIL = date(2026, 12, 10)


def listed(cast: Cast, hazard: Hazard) -> Listing:
    contents = dict.fromkeys(CONTENTS, "写明")
    return services.supervise(
        actor=cast.actor("county_officer"), hazard=hazard, supervisor="周明远（演示）", due=UNTIL, contents=contents
    )


def test_a_listing_has_a_number_a_supervisor_a_date_and_the_whole_plan(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "judged", "major")
    with pytest.raises(Invalid) as refused:
        services.supervise(actor=cast.actor("county_officer"), hazard=hazard, supervisor="", due=None, contents={})
    assert set(refused.value.fields) == {"supervisor", "due", *CONTENTS}
    listing = listed(cast, hazard)
    assert listing.number == "隐患督〔2026〕1号" and listing.basis == BASIS
    shown = cast.client("principal").get(f"/hazards/{hazard.id}/").content.decode()
    assert all(
        words in shown for words in (listing.number, "周明远（演示）", "22 天", "安全生产事故隐患排查治理暂行规定")
    )
    assert all(name in shown for name in CONTENTS.values())


def test_a_school_does_not_list_itself(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "judged", "major")
    with pytest.raises(NotAllowed):
        services.supervise(actor=cast.actor("principal"), hazard=hazard, supervisor="自己", due=UNTIL, contents={})


def test_a_major_hazard_is_struck_off_by_the_county_after_verification_and_no_other_way(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "major")
    officer = cast.actor("county_officer")
    listed(cast, hazard)
    with pytest.raises(NotAllowed):
        services.strike(actor=officer, hazard=hazard, decision="可以")
    services.verify(actor=cast.actor("inspector"), hazard=hazard, decision="已改好")
    assert hazard.state == "verified"
    services.return_it(actor=officer, hazard=hazard, decision="材料不全，回去补检测报告")
    assert (hazard.state, hazard.holder_path) == ("fixing", cast.primary.path)
    guard = cast.actor("guard")
    services.hand_in(actor=guard, hazard=hazard, done="已补", photos=[a_photo(guard, cast.primary)])
    services.verify(actor=cast.actor("inspector"), hazard=hazard, decision="已改好")
    services.strike(actor=officer, hazard=hazard, decision="同意摘牌")
    listing = hazard.listings.get()
    assert (hazard.state, hazard.is_supervised, listing.struck_number) == ("closed", False, "隐患销〔2026〕1号")
    assert disagreements() == []


def test_an_unlisted_major_hazard_cannot_be_struck_off(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "major")
    services.verify(actor=cast.actor("inspector"), hazard=hazard, decision="已改好")
    with pytest.raises(Invalid, match="先挂牌督办"):
        services.strike(actor=cast.actor("county_officer"), hazard=hazard, decision="可以")


def test_any_hazard_may_be_supervised_with_progress_and_reminders_when_there_is_none(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned")
    listing = services.supervise(
        actor=cast.actor("county_officer"), hazard=hazard, supervisor="周明远", due=UNTIL, contents={}
    )
    listing.hazard.unit = cast.primary
    services.tell_progress(actor=cast.actor("guard"), listing=listing, words="配件已到", percent=40)
    for days, told in ((6, "提醒 0 件"), (7, "提醒 1 件"), (8, "提醒 0 件"), (14, "提醒 1 件")):
        with clock.held_at(WEDNESDAY + timedelta(days=days)):
            assert remind({}, lambda done, total: None) == told, days
    verbs = [e.verb for e in history("hazard", hazard.id)]
    assert verbs.count("督办提醒") == 2 and "督办进展" in verbs
    assert "配件已到" in cast.client("county_leader").get(f"/hazards/{hazard.id}/").content.decode()


def closed(cast: Cast, n: int) -> list[Hazard]:
    return [walked(cast, a_hazard(cast, place=f"{k} 楼"), "closed") for k in range(n)]


def test_a_sample_can_be_drawn_again_by_its_seed(cast: Cast) -> None:
    made = closed(cast, 5)
    asked = Asked(2, date(2026, 11, 1), date(2026, 11, 30))
    row = services.draw(actor=cast.actor("inspector"), unit=cast.county, asked=asked, seed="2026")
    by_hand = sorted(made, key=lambda h: hashlib.sha256(f"2026:{h.id}".encode()).hexdigest())[:2]
    assert set(row.rechecks.values_list("hazard_id", flat=True)) == {h.id for h in by_hand} and row.of == 5
    assert repeats_draw(row)
    shown = cast.client("county_officer").get(f"/hazards/rechecks/{row.id}/").content.decode()
    assert "2026" in shown and "结果一致" in shown


def test_a_second_look_that_fails_reopens_the_case_and_counts_for_the_school(cast: Cast) -> None:
    first, second = closed(cast, 2)
    inspector = cast.actor("inspector")
    services.draw(actor=inspector, unit=cast.county, asked=Asked(2, date(2026, 11, 1), date(2026, 11, 30)))
    services.look_again(actor=inspector, hazard=first, found="false", words="探测器没换", recheck=first.rechecks.get())
    services.look_again(actor=inspector, hazard=second, found="holds", words="已换", recheck=second.rechecks.get())
    assert first.state == "fixing" and second.state == "closed"
    told = rates(cast.county.path)[0]
    assert (told.unit, told.looked, told.false_closing, told.recurrence) == (cast.primary, 2, 50, 0)
    assert [r.looked for r in rates(cast.county.path, "C02")] == [2] and rates(cast.county.path, "C05") == []
    shown = cast.client("county_officer").get("/hazards/rechecks/?category=C02").content.decode()
    assert "50%" in shown and disagreements() == []


def test_who_fixed_or_verified_it_does_not_look_again(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "closed", "larger")
    with pytest.raises(NotAllowed):
        services.look_again(actor=verifier_of(cast, hazard), hazard=hazard, found="holds", words="好")


def test_a_doubt_is_settled_by_looking_again(cast: Cast) -> None:
    old = walked(cast, a_hazard(cast), "closed")
    walked(cast, a_hazard(cast), "judged")
    old.refresh_from_db()
    services.look_again(actor=cast.actor("inspector"), hazard=old, found="holds", words="是另一只探测器")
    old.refresh_from_db()
    assert old.questioned_on is None and old.state == "closed"


def test_the_year_s_figures_come_from_the_tallies_and_agree_with_the_cases(cast: Cast) -> None:
    inspector = cast.actor("inspector")
    with clock.held_at(WEDNESDAY - timedelta(days=400)):
        a_hazard(cast)
    hazard = a_hazard(cast)
    with clock.held_at(WEDNESDAY + timedelta(days=2)):
        walked(cast, hazard, "closed")
    a_hazard(cast, cast.junior, actor=inspector, source="inspection")
    photos = [a_photo(inspector, cast.county) for _ in range(2)]
    fixed = {"by": "张师傅", "photos": photos[1:]}
    a_hazard(cast, cast.junior, actor=inspector, source="inspection", photos=photos[:1], fixed=fixed)
    told = figures.summary(cast.county.path, "2026-01", "2026-12")
    assert (told.found, told.shut, told.in_time, told.spot, told.open) == (3, 2, 2, 1, 2)
    assert told.mean_days == 1.0 and [name for name, _ in told.steps] == ["上报", "研判", "整改", "验收", "销号"]
    assert told.hours[1] == 48
    grown = figures.growth(cast.county.path, 2026)
    assert (grown.found[10], grown.shut[10], grown.net) == (3, 2, 1)
    assert sum(figures.growth(cast.county.path, 2026).last_year) == 1
    by_source = {c.key: (c.found, c.done) for c in figures.by_source(cast.county.path, "2026-01", "2026-12")}
    assert by_source == {"staff": (1, 1), "inspection": (2, 1)}
    rows = {p.unit: (p.found, p.shut, p.net, p.mean_days) for p in figures.places(cast.county, "2026-01", "2026-12")}
    assert rows[cast.primary] == (1, 1, 0, 2.0) and rows[cast.junior][:3] == (2, 1, 1)
    assert disagreements() == []
    shown = cast.client("county_leader").get("/hazards/figures/").content.decode()
    assert "东镇初级中学" in shown and "五个环节平均用时" in shown


def test_schools_with_more_new_than_closed_are_named(cast: Cast) -> None:
    closed(cast, 1)
    a_hazard(cast, cast.junior)
    page = cast.client("county_leader").get("/hazards/figures/")
    assert [p.unit for p in page.context["growing"]] == [cast.junior]


def test_the_stock_of_2023_falls_to_nothing_and_each_that_remains_is_listed(cast: Cast) -> None:
    old = WEDNESDAY.replace(year=2023, month=5)
    with clock.held_at(old):
        done, left = (a_hazard(cast, level="major", place=f"{k} 楼") for k in range(2))
    walked(cast, done, "handed_in", "major")
    listed(cast, done)
    services.verify(actor=cast.actor("inspector"), hazard=done, decision="好")
    services.strike(actor=cast.actor("county_officer"), hazard=done, decision="好")
    page = cast.client("county_leader").get("/hazards/majors/")
    assert page.context["ever"] == 2 and [h.id for h in page.context["remaining"]] == [left.id]
    assert str(left.id) in page.content.decode() and str(done.id) not in page.content.decode()


def test_dynamic_zero_names_each_open_major_with_age_and_deadline(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned", "major")
    leader: Client = cast.client("county_leader")
    page = leader.get("/hazards/majors/")
    assert page.context["late"] == 0 and page.context["self_found"].found == 1
    with clock.held_at(WEDNESDAY + timedelta(days=60)):
        page = cast.client("county_leader").get("/hazards/majors/")
    assert page.context["late"] == 1 and page.context["rows"][0][1] == 60
    assert hazard.is_major and page.context["closed"].rate == 0


def test_the_same_description_is_grouped_across_schools(cast: Cast) -> None:
    item = next(i for i in items().values() if i.is_verified and i.level == "general")
    for unit in (cast.primary, cast.junior):
        a_hazard(cast, unit, item=item.key)
    office = cast.client("county_officer")
    assert office.get("/hazards/items/").context["rows"] == [(item.key, item.text, 2)]
    assert len(office.get(f"/hazards/?item={item.key}&state=open").context["found"].rows) == 2


def test_repeats_count_in_the_unit_s_repeat_rate(cast: Cast) -> None:
    walked(cast, a_hazard(cast), "closed")
    walked(cast, a_hazard(cast), "judged")
    assert figures.summary(cast.primary.path, "2026-01", "2026-12").repeat_rate == 50


def test_new_majors_stand_beside_last_year_and_the_city_sees_what_is_put_right(cast: Cast) -> None:
    with clock.held_at(WEDNESDAY - timedelta(days=365)):
        a_hazard(cast, actor=cast.actor("inspector"), source="inspection", level="major")
    a_hazard(cast, cast.junior, actor=cast.actor("inspector"), source="inspection", level="major")
    walked(cast, a_hazard(cast, place="食堂"), "closed")
    city = cast.client("city_officer")
    grown = city.get("/hazards/figures/?level=major").context["growth"]
    assert grown.months[0] == ("11月", 1, 0, 1, 1)
    page = city.get("/hazards/figures/")
    assert (page.context["self_found"].rate, page.context["others"].rate) == (100, 0)
    assert [(p.unit, p.found, p.shut) for p in page.context["rows"]] == [(cast.county, 2, 1)]


def test_the_exchange_carries_each_hazard_under_its_field_names(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "closed")
    tables = {table: (fields, rows) for table, fields, rows in tables_of(cast.primary)}
    fields, rows = tables["hidden_danger_info"]
    assert len(fields) == 31 and set(rows[0]) == set(fields)
    told = rows[0]
    assert (told["id"], told["dangerLevel"], told["dangerState"], told["dangerManageType"]) == (
        str(hazard.id),
        "1",
        "9",
        "1",
    )
    assert told["liablePerson"] == hazard.responsible and told["checkAcceptPerson"] == hazard.verified_by
