"""Peaks, grids, safety zones, campaigns, circulars, the seven prohibitions."""

from datetime import date, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast, client_of
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import withdraw_record
from xiaoan.engines.sync.sent import Sent
from xiaoan.engines.sync.services import receive
from xiaoan.engines.tally.models import Count
from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.tally.services import add, fold
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.calendar.services import TermGiven, set_term
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.matters.counting import SEEN
from xiaoan.matters.models import Breach, Cell, Circular, CircularLine, Matter, Peak, Sighting, Sweep
from xiaoan.matters.queries import around as queries
from xiaoan.matters.queries import joint as joined
from xiaoan.matters.services import around, cases, joint
from xiaoan.matters.services.moving import on_move
from xiaoan.matters.tests.making import a_body, of_body, tell
from xiaoan.matters.tests.test_cases import disagreements, solve
from xiaoan.obligations.models import Evidence
from xiaoan.obligations.tests.making import make_document
from xiaoan.obligations.tests.making import publish as in_force

pytestmark = pytest.mark.usefixtures("wednesday")
SEVEN = [f"合成不允许{n}" for n in range(1, 8)]


def page_of(actor: Actor, url: str) -> str:
    return client_of(actor).get(url).content.decode()


def publish(cast: Cast, *schools: Any, key: str = "morning", starts: int = 7) -> None:
    """By the police of the county; beyond it by the city."""
    is_own = all(s.path.startswith(cast.county.path) for s in schools)
    actor = of_body(cast, "police") if is_own else cast.actor("city_officer")
    units = schools or [cast.primary]
    around.publish_peak(actor=actor, units=units, key=key, starts=time(starts), ends=time(starts + 1))


def test_police_publish_peaks_and_see_which_schools_confirmed_each(cast: Cast) -> None:
    """S2-2.13-05"""
    police = of_body(cast, "police")
    told = {
        "key": "morning",
        "starts": "07:10",
        "ends": "07:50",
        "who": "合成中队",
        "schools": [str(cast.primary.id), str(cast.junior.id)],
    }
    assert client_of(police).post("/matters/peaks/", told).status_code == 302
    assert Peak.objects.filter(ended_on__isnull=True).count() == 2
    around.tick_peak(actor=cast.actor("safety_officer"), unit=cast.primary, key="morning", seen=["police", "car"])
    page = page_of(police, "/matters/peaks/")
    without = page.partition("今天没有见到警察的")[2].partition("本月见警率")[0]
    assert cast.junior.name in without and cast.primary.name not in without
    with pytest.raises(NotAllowed):
        around.publish_peak(
            actor=of_body(cast, "market"), units=[cast.primary], key="noon", starts=time(11), ends=time(12)
        )
    assert "07:10—07:50" in page_of(cast.actor("safety_officer"), "/matters/peaks/")


def test_county_and_police_see_schools_and_peaks_without_police(cast: Cast) -> None:
    """S1-2.4.13-01"""
    publish(cast)
    publish(cast, key="afternoon", starts=16)
    around.tick_peak(actor=cast.actor("guard"), unit=cast.primary, key="morning", seen=[])
    told = queries.peaks_without(cast.county, clock.today())
    assert [(p.key, said) for p, said in told] == [("morning", True)]  # it is ten o'clock: the afternoon is to come
    for who in (cast.actor("county_officer"), of_body(cast, "police")):
        assert "学校说没有" in page_of(who, "/matters/peaks/")
    around.tick_peak(actor=cast.actor("safety_officer"), unit=cast.primary, key="morning", seen=["police"])
    assert queries.peaks_without(cast.county, clock.today()) == []


def test_a_tick_is_the_record_of_the_guard_post_and_a_record_is_a_tick(cast: Cast) -> None:
    publish(cast)
    officer, key = cast.actor("safety_officer"), new_id()
    payload = {"unit": str(cast.primary.id), "peak": "morning", "seen": ["police", "light"]}
    sent = Sent(key, "peak.tick", "合成", "", clock.now(), clock.now(), payload)
    assert [receive(actor=officer, commands=[sent])[0]["state"] for _ in range(2)] == ["done", "done"]
    record, row = Record.objects.get(), Sighting.objects.get()
    assert (record.sheet, record.answers["police"]) == ("guard_post", ["police", "light"]) and row.seen == [
        "警察",
        "警灯",
    ]
    assert not disagreements()
    withdraw_record(actor=officer, record=record, why="合成:填错")
    assert not Sighting.objects.exists() and not disagreements()


def test_the_school_ticks_police_car_and_lights_and_the_city_sees_the_rate_by_school(cast: Cast) -> None:
    """S2-2.13-06"""
    publish(cast, cast.primary, cast.junior)
    with clock.held_at(clock.now() + timedelta(days=1)):
        for school, seen in ((cast.primary, ["police", "car", "light"]), (cast.junior, ["police"])):
            client = client_of(cast.actor("safety_officer", school))
            told = {"unit": str(school.id), "what": "tick", "key": "morning", "seen": seen}
            assert client.post("/matters/peaks/", told).status_code == 302
        rates = {
            r.unit.name: [s for _, s in r.told] for r in queries.seen_below([cast.primary, cast.junior], clock.today())
        }
        assert rates == {cast.primary.name: ["50%"] * 4, cast.junior.name: ["50%", "50%", "0%", "0%"]}
        page = page_of(cast.actor("city_officer"), f"/matters/peaks/?unit={cast.county.id}")
        assert cast.primary.name in page and cast.junior.name in page and "50%" in page


def test_a_peak_told_twice_on_a_day_counts_once_in_whatever_order_it_arrives(cast: Cast) -> None:
    publish(cast)
    guard, lead, month = cast.actor("guard"), cast.actor("safety_officer"), "2026-11"
    told = [
        around.tick_peak(
            actor=who, unit=cast.primary, key="morning", seen=seen, at=clock.now() - timedelta(minutes=ago)
        )
        for who, seen, ago in ((guard, [], 5), (lead, ["police"], 60), (guard, ["police", "car"], 30))
    ]
    around.tick_peak(actor=guard, unit=cast.primary, key="evening", seen=["police"])  # nobody published it

    def counted() -> dict[str, int]:
        return {
            subject: n for (subject, _), n in read_one(cast.county.path, SEEN, since=month, until=month).items() if n
        }

    assert counted() == {"ticked": 1, "police": 1, "car": 1}
    withdraw_record(actor=guard, record=told[2], why="合成:填错")
    assert counted() == {"ticked": 1, "police": 1} and not disagreements()
    for record in told[:2]:
        withdraw_record(actor=guard, record=record, why="合成:填错")
    assert counted() == {} and not disagreements()


def test_a_peak_published_after_it_was_ticked_counts_from_then_on_and_no_more_once_it_is_cancelled(cast: Cast) -> None:
    around.tick_peak(actor=cast.actor("guard"), unit=cast.primary, key="morning", seen=["police"])
    ticked = ("ticked", "2026-11")
    assert read_one(cast.primary.path, SEEN)[ticked] == 0
    for _ in range(2):  # published again it replaces itself
        publish(cast)
    assert read_one(cast.primary.path, SEEN)[ticked] == 1 and not disagreements()
    around.end_peak(actor=of_body(cast, "police"), peak=Peak.objects.get(ended_on__isnull=True))
    assert read_one(cast.primary.path, SEEN)[ticked] == 0 and not disagreements()


def test_what_there_should_have_been_is_reckoned_by_the_days_in_force_and_each_bureaus_terms(cast: Cast) -> None:
    publish(cast, cast.primary, cast.outside)
    monday = clock.now() + timedelta(days=5)
    with clock.held_at(monday):
        publish(cast, key="noon", starts=11)
        publish(cast)  # published anew in the month: what was before still counts
        term = TermGiven(2026, "1", date(2026, 9, 1), date(2026, 11, 20))
        set_term(actor=SYSTEM, unit=cast.other_county, given=term)
        rows = queries.seen_below([cast.city, cast.county, cast.other_county, cast.primary], clock.today())
        # Wednesday to Friday, and Monday with two; the other county's term ended on Friday
        assert {r.unit.name: (r.peaks, r.due) for r in rows} == {
            "甲市": (3, 8),
            "甲县": (2, 5),
            "乙县": (1, 3),
            "东镇中心小学": (2, 5),
        }
        around.end_peak(actor=of_body(cast, "police"), peak=Peak.objects.get(key="noon"))
        assert [(r.peaks, r.due) for r in queries.seen_below([cast.primary], clock.today())] == [(1, 4)]
    assert not disagreements()


def test_the_page_of_a_province_costs_the_same_whatever_lies_below_it(cast: Cast) -> None:
    officer = cast.actor("province_officer")
    client, url = client_of(officer), f"/matters/peaks/?unit={cast.province.id}"

    def asked() -> list[str]:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return [q["sql"] for q in queries]

    counts = []
    for schools in ([cast.primary], [cast.junior, cast.kindergarten, cast.outside]):
        publish(cast, *schools)
        for school in schools:
            around.tick_peak(actor=cast.actor("guard", school), unit=school, key="morning", seen=["police"])
        sql = asked()
        counts.append(len(sql))
        assert not [q for q in sql if "matters_peak" in q or "matters_sighting" in q]
    assert counts[0] == counts[1]
    assert cast.city.name in client.get(url).content.decode()
    around.lay_grid(actor=cast.actor("safety_director"), unit=cast.primary)
    url = f"/matters/grid/?unit={cast.province.id}"
    assert not [q for q in asked() if "matters_cell" in q] and cast.city.name in client.get(url).content.decode()


def test_a_migration_sets_right_what_was_counted_twice(cast: Cast) -> None:
    publish(cast)
    around.tick_peak(actor=cast.actor("guard"), unit=cast.primary, key="morning", seen=["police"])
    add([((cast.primary.path, SEEN, "ticked", "2026-11"), 1)])
    fold()
    Count.objects.filter(measure="peak").delete()
    assert disagreements()
    import_module("xiaoan.matters.migrations.0002_peaks").count_peaks(apps, None)
    assert not disagreements() and read_one(cast.province.path, SEEN)["ticked", "2026-11"] == 1


def test_patrols_are_recorded_by_square_and_squares_not_patrolled_are_shown(cast: Cast) -> None:
    """S1-2.4.13-03"""
    cells = around.lay_grid(actor=cast.actor("safety_director"), unit=cast.primary)
    police = of_body(cast, "police")
    told = {"unit": str(cast.primary.id), "what": "visit", "cells": [str(c.id) for c in cells[:3]]}
    assert client_of(police).post("/matters/grid/", told).status_code == 302
    payload = {"unit": str(cast.primary.id), "cells": [str(cells[4].id)]}
    sent = Sent(new_id(), "grid.visit", "合成", "", clock.now(), clock.now(), payload)
    assert [receive(actor=cast.actor("guard"), commands=[sent])[0]["state"] for _ in range(2)] == ["done", "done"]
    assert cells[4].visits.count() == 1
    over = [s.cell.name for row in queries.squares_of(police, cast.primary) for s in row if s.is_overdue]
    assert over == ["正西", "正东", "西南", "正南", "东南"]
    assert queries.grids_below(cast.county) == [(cast.primary, 9, 5)]
    assert page_of(police, f"/matters/grid/?unit={cast.primary.id}").count("没有巡到") == 5
    with clock.held_at(clock.now() + timedelta(days=8)):
        assert queries.grids_below(cast.county)[0][2] == 9
    with pytest.raises(Stale):
        around.lay_grid(actor=cast.actor("principal"), unit=cast.primary)


def test_a_patrol_of_the_grid_is_the_record_of_it_and_proves_the_duty_once(cast: Cast) -> None:
    """S1-2.4.13-03"""
    in_force(make_document("G", {"practice": "grid_patrol", "every": "monthly"}), cast.city)
    cells = around.lay_grid(actor=cast.actor("safety_director"), unit=cast.primary)
    guard = cast.actor("guard")

    def is_done() -> bool:
        return Evidence.objects.filter(unit_path=cast.primary.path, requirement="G-1").exists()

    around.visit_cells(actor=of_body(cast, "police"), unit=cast.primary, cells=[str(cells[0].id)])
    assert not Record.objects.exists() and not is_done()  # a partner body files no records for a school
    cases.report_matter(actor=guard, unit=cast.primary, kind_key="stalls", words="合成:摊点", cell=cells[4])
    payload = {"unit": str(cast.primary.id), "cells": [str(cells[4].id)], "words": "合成:巡了一圈"}
    sent = Sent(new_id(), "grid.visit", "合成", "", clock.now(), clock.now(), payload)
    assert [receive(actor=guard, commands=[sent])[0]["state"] for _ in range(2)] == ["done", "done"]
    around.visit_cells(actor=guard, unit=cast.primary, cells=[str(cells[4].id)], command=sent.id)
    record = Record.objects.get()
    assert (record.sheet, record.unit_id, record.source) == ("surroundings", cast.primary.id, "phone")
    assert (record.answers["kind"], record.answers["found"], record.answers["solved"]) == ("patrol", 1, 0)
    assert "巡了校门口" in record.answers["note"] and is_done()
    around.visit_cells(actor=cast.actor("county_officer"), unit=cast.primary, cells=[str(cells[1].id)])
    assert set(Record.objects.values_list("unit_path", flat=True)) == {cast.primary.path, cast.county.path}


def test_the_county_draws_the_zone_and_sees_problems_and_shops_in_it(cast: Cast) -> None:
    """S2-2.13-04"""
    officer = cast.actor("county_officer")
    cells = around.lay_grid(actor=officer, unit=cast.primary)
    url, east = "/matters/grid/", Cell.objects.get(name="正东")
    told = {"unit": str(cast.primary.id), "what": "draw", f"name-{east.id}": "菜市街", "zone": [str(east.id)]}
    assert client_of(officer).post(url, told).status_code == 302
    east.refresh_from_db()
    assert east.in_zone and east.name == "菜市街" and Cell.objects.filter(in_zone=True).count() == 1
    spot = {
        "unit": str(cast.primary.id),
        "what": "spot",
        "name": "合成小卖部",
        "kind": "shop",
        "cell": str(east.id),
        "licensed": "no",
    }
    assert client_of(cast.actor("safety_officer")).post(url, spot).status_code == 302
    tell(cast, "stalls", words="合成:摊点堵路", cell=east)
    tell(cast, "stalls", words="合成:区外的事", cell=cells[0])
    spots, inside = queries.in_zone(officer, cast.primary)
    assert [s.name for s in spots] == ["合成小卖部"] and [m.words for m in inside] == ["合成:摊点堵路"]
    page = page_of(officer, f"{url}?unit={cast.primary.id}")
    assert "合成小卖部" in page and "合成:摊点堵路" in page and "合成:区外的事" not in page


def test_a_joint_campaign_shows_problems_found_and_solved_per_school(cast: Cast) -> None:
    """S1-2.4.14-01"""
    officer, urban = cast.actor("county_officer"), a_body(cast.county, "urban")
    told = {"name": "合成开学整治", "starts": "2026-11-01", "ends": "2026-12-01", "partners": [str(urban.id)],
            "schools": [str(cast.primary.id), str(cast.junior.id)]}  # fmt: skip
    assert client_of(officer).post("/matters/sweeps/", told).status_code == 302
    sweep = Sweep.objects.get()
    matter = {"kind": "stalls", "words": "合成:摊点", "sweep": str(sweep.id), "partner": str(urban.id)}
    assert client_of(cast.actor("safety_officer")).post("/matters/new/", matter).status_code == 302
    solved = Matter.objects.get()
    assert solved.sweep_id == sweep.id
    solve(cast, solved, "urban")
    cases.confirm(actor=cast.actor("safety_officer"), matter=solved)
    tell(cast, "stalls", cast.junior, sweep=sweep)
    assert [(r.unit.name, r.found, r.solved) for r in joined.by_school(officer, sweep)] == [
        (cast.primary.name, 1, 1), (cast.junior.name, 1, 0),
    ]  # fmt: skip
    page = page_of(officer, f"/matters/sweeps/{sweep.id}/")
    assert "发现 2 件，解决 1 件" in page and urban.name in page
    assert client_of(cast.actor("principal")).get(f"/matters/sweeps/{sweep.id}/").status_code == 200
    assert client_of(of_body(cast, "market")).get(f"/matters/sweeps/{sweep.id}/").status_code == 404


def test_a_circular_lists_what_is_unsolved_and_each_department_signs_with_dates(cast: Cast) -> None:
    """S1-2.4.14-02"""
    officer, police, urban = cast.actor("county_officer"), of_body(cast, "police"), a_body(cast.county, "urban")
    first, second = tell(cast, "stalls", words="合成:摊点"), tell(cast, partner=a_body(cast.county, "police"))
    told = {"title": "合成通报", "matters": [str(first.id), str(second.id)], f"partner-{first.id}": str(urban.id)}
    assert client_of(officer).post("/matters/circulars/", told).status_code == 302
    row = Circular.objects.get()
    assert {w.words for w in waiting(police)} >= {"周边问题通报待签收"}
    line = CircularLine.objects.get(partner_path=police.unit_path)
    late = client_of(police).post(f"/matters/circulars/{row.id}/", {f"day-{line.id}": "2026-11-01"})
    assert late.status_code == 422
    assert client_of(police).post(f"/matters/circulars/{row.id}/", {f"day-{line.id}": "2026-11-30"}).status_code == 302
    page = page_of(officer, f"/matters/circulars/{row.id}/")
    assert "11月30日" in page and police.name in page and "还没有签收" in page and urban.name in page
    assert first.words not in page_of(police, f"/matters/circulars/{row.id}/") and first.words in page
    with pytest.raises(NotAllowed):
        joint.acknowledge(actor=of_body(cast, "market"), circular=row, dates={})
    assert client_of(of_body(cast, "market")).get(f"/matters/circulars/{row.id}/").status_code == 404


def test_only_what_is_open_stands_in_a_circular(cast: Cast) -> None:
    closed = tell(cast, partner=a_body(cast.county))
    solve(cast, closed)
    cases.confirm(actor=cast.actor("safety_officer"), matter=closed)
    with pytest.raises(Invalid):
        joint.issue_circular(
            actor=cast.actor("county_officer"), unit=cast.county, title="合成", lines=[(closed, a_body(cast.county))]
        )


def test_the_city_words_the_seven_items_and_sees_breaches_by_county(cast: Cast) -> None:
    """S2-2.14-01"""
    city, county = cast.actor("city_officer"), cast.actor("county_officer")
    url = "/matters/prohibitions/"
    assert client_of(city).post(url, {"what": "word", "items": "\n".join(SEVEN)}).status_code == 302
    assert len(joint.prohibitions_at(cast.county.path)) == 7
    page = page_of(city, url)
    assert "发生 0 次，目标 0 次" in page and cast.county.name in page and all(w in page for w in SEVEN)
    item = joint.prohibitions_at(cast.county.path)[2]
    told = {"item": str(item.id), "at": str(cast.primary.id), "on": "2026-11-17", "words": "合成:发生一次"}
    assert client_of(county).post(url, told).status_code == 302
    rows = joined.breaches_below(cast.city, joint.prohibitions_at(cast.city.path))
    assert {u.name: sum(n) for u, n in rows} == {
        cast.county.name: 1,
        cast.other_county.name: 0,
    } and Breach.objects.count() == 1
    assert "发生 1 次" in page_of(city, url) and not disagreements()
    assert client_of(county).post(url, {"what": "word", "items": "合成"}).status_code == 403


def test_who_stands_on_the_way_of_a_matter_moves_with_the_unit(cast: Cast) -> None:
    matter = tell(cast)
    on_move(cast.township.path, cast.county.path + "0099")
    matter.refresh_from_db()
    assert matter.holder_path == cast.primary.path.replace(cast.township.path, cast.county.path + "0099")
