"""The draw: the same seed gives the same, strata get their share, nobody inspects their own."""

import pytest

from conftest import Cast
from xiaoan.ground.units.models import scope_of
from xiaoan.inspections import campaigns
from xiaoan.inspections.draw import Candidate, Person, draw, draw_units, may_inspect, pair_counties, shares
from xiaoan.inspections.models import Campaign
from xiaoan.inspections.tests.making import a_visit, issued, member, officer, planned
from xiaoan.risks.models import Standing

POOL = [
    Candidate(
        f"u{n}", "小学·问题多" if n < 40 else "幼儿园·两年未查", f"00010001000{n % 3}{n:04d}", f"00010001000{n % 3}"
    )
    for n in range(60)
]
PEOPLE = [Person(f"p{n}", f"00010001000{n % 3}", f"00010001000{n % 3}") for n in range(9)]


def test_the_same_seed_repeats_the_draw_in_whatever_order_it_is_told() -> None:
    once = draw("合成种子", POOL, PEOPLE, take=12, team=2, is_cross=False)
    again = draw("合成种子", list(reversed(POOL)), list(reversed(PEOPLE)), take=12, team=2, is_cross=False)
    assert once == again
    assert once != draw("另一个种子", POOL, PEOPLE, take=12, team=2, is_cross=False)


def test_each_stratum_gets_its_share() -> None:
    assert shares({"a": 40, "b": 20}, 12) == {"a": 8, "b": 4}
    assert sum(shares({"a": 7, "b": 7, "c": 7}, 10).values()) == 10
    assert shares({"a": 2, "b": 1}, 0) == {"a": 2, "b": 1}
    chosen = draw_units("合成种子", POOL, 12)
    assert [sum(u.stratum == s for u in chosen) for s in ("小学·问题多", "幼儿园·两年未查")] == [8, 4]


def test_nobody_inspects_where_they_belong() -> None:
    school = Candidate("s", "x", "0001000100010001", "000100010001")
    assert not may_inspect(Person("p", school.path, school.county), school)
    assert may_inspect(Person("p", "0001000100010002", school.county), school)
    assert not may_inspect(Person("p", "", "", only=("other",)), school)


def test_crossing_counties_never_inspect_themselves() -> None:
    counties = sorted({u.county for u in POOL})
    pairs = pair_counties("合成种子", counties)
    assert sorted(pairs) == sorted(pairs.values()) == counties
    assert all(a != b for a, b in pairs.items())
    drawn = draw("合成种子", POOL, PEOPLE, take=30, team=2, is_cross=True)
    county = {p.id: p.county for p in PEOPLE} | {u.id: u.county for u in POOL}
    assert drawn.teams and not drawn.without
    for unit, team in drawn.teams.items():
        assert team and all(county[p] == drawn.pairs[county[unit]] != county[unit] for p in team)


def test_a_unit_that_nobody_may_inspect_is_told() -> None:
    only = [Person("p", POOL[0].path, POOL[0].county)]
    assert draw("x", POOL[:1], only, take=1, team=2, is_cross=False).without == ["u0"]


@pytest.mark.usefixtures("wednesday")
def test_strata_are_of_kind_and_risk_and_of_findings_where_no_risk_is_assessed(cast: Cast) -> None:
    issued(cast, a_visit(cast, cast.junior), "C01-01")
    for school, grade in ((cast.primary, 1), (cast.junior, None)):
        Standing.objects.update_or_create(unit=school, defaults={**scope_of(school), "grade": grade, "unassessed": 3})
    schools = (cast.primary, cast.junior, cast.kindergarten)
    campaign = campaigns.draw_campaign(actor=officer(cast), campaign=planned(cast, *schools))
    named = {unit: stratum for unit, stratum, *_ in campaign.drawn["pool"]}
    assert [named[str(s.id)] for s in schools] == ["小学·重大风险", "初中·问题少", "幼儿园·两年未查"]


@pytest.mark.usefixtures("wednesday")
def test_a_draw_is_repeated_from_the_facts_of_its_day_whatever_has_changed_since(cast: Cast) -> None:
    member(cast)
    Standing.objects.create(grade=1, **scope_of(cast.primary))
    drawn = campaigns.draw_campaign(
        actor=officer(cast), campaign=planned(cast, cast.primary, cast.junior, take=1)
    ).drawn
    Standing.objects.update(grade=4)
    campaign = Campaign.objects.get()
    assert campaign.drawn == drawn and campaigns.is_repeatable(campaign)
    campaign.drawn["facts"][str(cast.primary.id)][1] = 4
    assert not campaigns.is_repeatable(campaign)
