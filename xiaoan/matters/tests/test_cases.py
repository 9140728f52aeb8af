"""Problems around a school: told, passed to a department, signed for, answered, confirmed; seen by both sides."""

from datetime import date, timedelta
from typing import Any

import pytest

from conftest import Cast, client_of
from xiaoan.engines.flow.escalation import escalate
from xiaoan.engines.tally.recount import compare
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.journal.models import Entry
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.matters.flows import MATTER
from xiaoan.matters.models import Matter, Spot
from xiaoan.matters.queries import overview
from xiaoan.matters.recount import recount
from xiaoan.matters.seeing import find_matter, listed_for
from xiaoan.matters.services import around, cases
from xiaoan.matters.services.keepers import name_keeper
from xiaoan.matters.tests.making import a_body, of_body, tell

pytestmark = pytest.mark.usefixtures("wednesday")
WORDS = "合成:门口双排停车"


def disagreements() -> list[Any]:
    return [found for leaves in recount() for found in compare(leaves)]


def solve(cast: Cast, matter: Matter, kind: str = "traffic", **how: Any) -> None:
    police = of_body(cast, kind)
    cases.receive(actor=police, matter=matter)
    cases.answer(actor=police, matter=matter, words="合成:已设岗疏导", **how)


def test_the_school_reports_traffic_and_the_police_answer_and_both_see_the_state(cast: Cast) -> None:
    """S1-2.3.9-05"""
    matter = tell(cast, partner=a_body(cast.county))
    school, police = cast.actor("safety_officer"), of_body(cast)
    assert (matter.state, matter.due) == ("passed", date(2026, 11, 19)) and matter.number == "周边〔2026〕1号"
    solve(cast, matter)
    for who in (school, police, cast.actor("county_officer")):
        page = client_of(who).get(f"/matters/{matter.id}/").content.decode()
        assert WORDS in page and "待确认" in page and "合成:已设岗疏导" in page
    cases.confirm(actor=school, matter=matter, content=1)
    assert matter.state == "closed"
    assert "已办结" in client_of(police).get(f"/matters/{matter.id}/").content.decode()
    assert not disagreements()


def test_a_department_sees_only_what_was_given_to_it(cast: Cast) -> None:
    given, other = tell(cast, partner=a_body(cast.county)), tell(cast, "stalls")
    police, market = of_body(cast), of_body(cast, "market")
    assert [m.id for m in listed_for(police)] == [given.id] and not listed_for(market).exists()
    with pytest.raises(NotKnown):
        find_matter(market, given.id)
    assert client_of(police).get(f"/matters/{other.id}/").status_code == 404
    with pytest.raises(NotAllowed):
        cases.receive(actor=market, matter=given)


def test_no_text_of_a_matter_stands_in_the_journal(cast: Cast) -> None:
    matter = tell(cast, partner=a_body(cast.county))
    solve(cast, matter)
    cases.redo(actor=cast.actor("safety_officer"), matter=matter, words="合成:还在停")
    told = str(list(Entry.objects.filter(subject_type="matter").values_list("subject_name", "changes")))
    assert "合成:" not in told
    assert {s.words for s in matter.said.all()} == {"合成:已设岗疏导", "合成:还在停"}


def test_a_department_sends_back_and_the_school_is_chased_by_the_norm(cast: Cast) -> None:
    matter, school = tell(cast, partner=a_body(cast.county)), cast.actor("safety_officer")
    with pytest.raises(Invalid):
        cases.send_back(actor=of_body(cast), matter=matter, words=" ")
    cases.send_back(actor=of_body(cast), matter=matter, words="合成:归城管")
    assert (matter.state, matter.returned, matter.partner_path) == ("reported", 1, "")
    urban = a_body(cast.county, "urban")
    cases.pass_on(actor=school, matter=matter, partner=urban)
    cases.chase(actor=school, matter=matter)
    with pytest.raises(Stale, match="已经催过"):
        cases.chase(actor=school, matter=matter)
    assert matter.chased == 1 and not disagreements()


def test_who_answers_does_not_confirm(cast: Cast) -> None:
    matter, officer = tell(cast, "other"), cast.actor("safety_officer")
    cases.handle(actor=officer, matter=matter)
    cases.answer(actor=officer, matter=matter, words="合成:已清理")
    with pytest.raises(NotAllowed, match="不能自己确认"):
        cases.confirm(actor=officer, matter=matter)
    cases.confirm(actor=cast.actor("principal"), matter=matter, content=2)
    assert matter.state == "closed" and matter.in_time and not disagreements()


def test_a_stale_click_does_nothing(cast: Cast) -> None:
    matter = tell(cast, partner=a_body(cast.county))
    cases.receive(actor=of_body(cast), matter=matter, seen=1)
    old = Matter.objects.get(id=matter.id)
    cases.answer(actor=of_body(cast), matter=matter, words="合成", seen=2)
    with pytest.raises(Stale):
        cases.answer(actor=of_body(cast), matter=old, words="合成", seen=2)


def test_the_school_asks_its_county_to_coordinate(cast: Cast) -> None:
    matter, school, county = tell(cast, "municipal"), cast.actor("safety_officer"), cast.actor("county_officer")
    cases.send_up(actor=school, matter=matter, words="合成:多次反映")
    assert matter.holder_path == cast.county.path
    with pytest.raises(NotAllowed):
        cases.pass_on(actor=school, matter=matter, partner=a_body(cast.county, "urban"))
    cases.pass_on(actor=county, matter=matter, partner=a_body(cast.county, "urban"))
    assert matter.state == "passed" and not disagreements()


def test_a_municipal_fault_is_reported_and_its_handling_is_seen(cast: Cast) -> None:
    """S1-2.4.14-03"""
    matter = tell(cast, "municipal", words="合成:路灯不亮", partner=a_body(cast.county, "urban"))
    solve(cast, matter, "urban")
    page = client_of(cast.actor("safety_officer")).get(f"/matters/{matter.id}/").content.decode()
    assert "合成:路灯不亮" in page and "合成:已设岗疏导" in page and a_body(cast.county, "urban").name in page


def test_an_unlicensed_place_is_closed_in_the_register_by_the_outcome(cast: Cast) -> None:
    """S1-2.4.14-04"""
    director = cast.actor("safety_director")
    spot = around.add_spot(actor=director, unit=cast.primary, name="合成无名旅店", kind="inn", is_licensed=False)
    matter = tell(cast, "unlicensed", spot=spot, partner=a_body(cast.county, "market"))
    market = of_body(cast, "market")
    cases.receive(actor=market, matter=matter)
    with pytest.raises(Invalid, match="处理结论"):
        cases.answer(actor=market, matter=matter, words="合成:已查处")
    cases.answer(actor=market, matter=matter, words="合成:已查处", outcome="closed")
    spot = Spot.objects.get(id=spot.id)
    assert spot.closed_on == clock.today() and spot.closed_why == "已取缔"
    assert "已取缔" in client_of(director).get(f"/matters/{matter.id}/").content.decode()


def test_illegal_publications_are_tracked_to_the_responsible_department(cast: Cast) -> None:
    """S1-2.4.14-05"""
    matter = tell(cast, "illegal_print", partner=a_body(cast.county, "culture"))
    solve(cast, matter, "culture")
    verbs = set(Entry.objects.filter(subject_id=matter.id).values_list("verb", flat=True))
    assert {"报告事项", "转交部门", "签收", "答复"} == verbs and matter.answered_at


def test_a_restricted_clue_is_seen_by_the_police_and_the_named_officer_alone(cast: Cast) -> None:
    """S1-2.4.14-06"""

    with pytest.raises(Invalid, match="公安"):
        tell(cast, "clue", partner=a_body(cast.county, "market"))
    clue = tell(cast, "clue", words="合成线索内容", partner=a_body(cast.county, "police"))
    name_keeper(actor=SYSTEM, unit=cast.county, post=cast.post("county_officer", cast.county), duty="clues")
    named, police = cast.actor("county_officer"), of_body(cast, "police")
    for who in (named, police):
        assert "合成线索内容" in client_of(who).get(f"/matters/{clue.id}/").content.decode()
        assert clue.number in client_of(who).get("/matters/clues/").content.decode()
    others = [cast.actor(r) for r in ("safety_officer", "principal", "county_leader", "city_officer")]
    for who in [*others, of_body(cast, "market")]:
        assert client_of(who).get(f"/matters/{clue.id}/").status_code == 404
        assert clue.number not in client_of(who).get("/matters/clues/").content.decode()
    assert all(clue not in listed_for(who) for who in (named, police, *others))
    assert "合成线索内容" not in str(list(Entry.objects.values_list("subject_name", "changes")))
    assert not Matter.objects.filter(id=clue.id, is_restricted=False).exists() and not disagreements()


def test_problems_are_reported_by_type_and_counted_and_seen_solved(cast: Cast) -> None:
    """S2-2.13-03"""
    cells = around.lay_grid(actor=cast.actor("safety_director"), unit=cast.primary)
    client = client_of(cast.actor("safety_officer"))
    form = client.get("/matters/new/").content.decode()
    assert "校门口" in form and all(n in form for n in ("交通秩序乱", "人员杂乱滞留", "低俗书刊音像"))
    told = {
        "kind": "vulgar",
        "words": "合成:书摊",
        "cell": str(cells[4].id),
        "partner": str(a_body(cast.county, "culture").id),
    }
    assert client.post("/matters/new/", told).status_code == 302
    matter = Matter.objects.get(kind="vulgar")
    assert matter.cell_id == cells[4].id
    solve(cast, matter, "culture")
    cases.confirm(actor=cast.actor("safety_officer"), matter=matter)
    tell(cast, "stalls")
    counted = {
        row.kind.key: (row.open, row.solved) for row in overview.by_kind(cast.actor("county_officer"), cast.county)
    }
    assert counted["vulgar"] == (0, 1) and counted["stalls"] == (1, 0)
    assert sum(k.listed for k in (row.kind for row in overview.by_kind(cast.actor("county_officer"), cast.county))) == 7


def test_the_county_sees_open_problems_by_type_department_and_school(cast: Cast) -> None:
    """S2-2.13-01"""
    tell(cast, partner=a_body(cast.county))
    tell(cast, "stalls", cast.junior)
    officer = cast.actor("county_officer")
    assert [(u.name, n) for u, n in overview.by_department(cast.county)] == [(a_body(cast.county).name, 1)]
    assert {(r.unit.name, r.open) for r in overview.by_unit(officer, cast.county, "surroundings")} == {
        (cast.primary.name, 1), (cast.junior.name, 1),
    }  # fmt: skip
    page = client_of(officer).get("/matters/overview/").content.decode()
    assert all(w in page for w in ("无照流动摊点", cast.primary.name, cast.junior.name, a_body(cast.county).name))


def test_road_problems_are_seen_by_state(cast: Cast) -> None:
    """S4-2.5-20"""
    tell(cast, "road_works")
    tell(cast, partner=a_body(cast.county))
    closed = tell(cast, "occupying", partner=a_body(cast.county))
    solve(cast, closed)
    cases.confirm(actor=cast.actor("safety_officer"), matter=closed)
    told = dict(overview.by_state_of_roads(cast.actor("county_officer"), cast.county))
    assert (told["待受理"], told["待部门签收"], told["已办结"]) == (1, 1, 1)
    assert "道路交通问题" in client_of(cast.actor("county_officer")).get("/matters/overview/").content.decode()


def test_what_is_late_is_told_to_the_bureaux_above(cast: Cast) -> None:
    matter = tell(cast, partner=a_body(cast.county))
    with clock.held_at(clock.now() + timedelta(days=4)):
        assert escalate(MATTER) == 1
        matter.refresh_from_db()
        assert matter.escalated_to == cast.township.path and matter.is_late
        told = {w.words: (w.count, w.late) for w in waiting(of_body(cast))}
        assert told["学校转来的事项待办"] == (1, 1)


def test_a_phone_reports_once_however_often_it_sends(cast: Cast) -> None:
    key = new_id()
    first, second = (tell(cast, matter_id=key) for _ in range(2))
    assert first.id == second.id and Matter.objects.count() == 1


def test_a_matter_told_by_mistake_is_void_and_counted_nowhere(cast: Cast) -> None:
    matter = tell(cast)
    cases.void(actor=cast.actor("principal"), matter=matter, words="合成:重复")
    assert matter.state == "void" and not disagreements()
    assert all(row.open == 0 for row in overview.by_kind(cast.actor("county_officer"), cast.county))
