"""The small synthetic world of the browser tests: run with XIAOAN_DATA set, in a process of its own."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from xiaoan.ground.people.models import Post
    from xiaoan.ground.units.models import Unit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")

PASSWORD = "Browser-2026-pass"
ROLES = {
    "safety_director": "school", "principal": "school", "guard": "school", "homeroom_teacher": "school",
    "inspector": "county", "second_inspector": "county", "county_leader": "county", "township_officer": "township", "county_officer": "county", "city_officer": "city", "province_officer": "province",
}  # fmt: skip
POINTS = [("东侧疏散通道", "教学楼 2 层", 4), ("食堂燃气间", "食堂一楼", 5), ("宿舍配电间", "宿舍 1 号楼", 3)]
REQUIREMENTS = [
    {"practice": "daily_patrol", "every": "daily", "duty": "每日巡查校园"},
    {"practice": "drill", "every": "monthly", "duty": "每月组织一次应急演练"},
    {"practice": "canteen_day", "every": "daily", "duty": "食堂每日检查"},
]


def seed() -> None:
    """A province down to one school, a person in each role, two documents that both ask for patrols."""
    from xiaoan.ground.calendar.models import SpecialDay, Term
    from xiaoan.ground.people.models import Person
    from xiaoan.ground.people.services import appoint, create_person
    from xiaoan.ground.units.services import create_unit
    from xiaoan.kernel import clock
    from xiaoan.kernel.actor import SYSTEM
    from xiaoan.obligations.tests.making import make_document, publish

    units = {}
    parent = None
    for rank, name in (("province", "合成省"), ("city", "合成市"), ("county", "合成县"), ("township", "合成镇")):
        parent = units[rank] = create_unit(actor=SYSTEM, parent=parent, rank=rank, name=name)
    units["school"] = create_unit(
        actor=SYSTEM, parent=parent, rank="school", name="合成镇第二小学", kind="primary", pupils=640, has=["canteen"]
    )
    today = clock.today()
    year = (today - timedelta(days=60), today + timedelta(days=60))
    Term.objects.create(
        unit=units["province"], unit_path=units["province"].path, key="t", name="合成学期", starts=year[0], ends=year[1]
    )
    for n in range(3):  # whatever day the tests run on, and past midnight, the school is open
        SpecialDay.objects.create(day=today + timedelta(days=n), is_working=True, name="合成", basis="测试")
    posts = {}
    for role, rank in ROLES.items():
        person = create_person(
            actor=SYSTEM, unit=units[rank], username=role, name=f"合成{role[:2]}", password=PASSWORD, is_synthetic=True
        )
        held = role.removeprefix("second_")
        posts[role] = appoint(actor=SYSTEM, person=person, unit=units[rank], role=held, starts=date(2024, 1, 1))
    Person.objects.update(must_change_password=False, password_set_on=today)
    bounds = {"starts": date(today.year, 1, 1), "ends": date(today.year, 12, 31)}
    publish(make_document("B1", *REQUIREMENTS, short="合成县任务清单", **bounds), units["county"])
    lay_out(units["school"])
    send_inspectors(units["county"], units["school"], posts)
    publish(make_document("B2", REQUIREMENTS[0], tier="province", short="合成省规定", **bounds), units["province"])


def lay_out(school: Unit) -> None:
    """Three graded points, and a route over them at two times a day."""
    from xiaoan.kernel.actor import SYSTEM
    from xiaoan.patrols.services import plan_route
    from xiaoan.risks.tests.making import an_assessed

    points = [an_assessed(school, name, (grade, grade), place=place) for name, place, grade in POINTS]
    stops = [
        (point.id, check)
        for point, check in zip(points, (["exits"], ["fire_lane"], ["wiring", "charging"]), strict=True)
    ]
    plan_route(
        actor=SYSTEM, unit=school, name="教学楼和后勤一圈", rhythm="daily", times=["12:00", "23:58"], stops=stops, role="guard"
    )  # fmt: skip


def send_inspectors(county: Unit, school: Unit, posts: dict[str, Post]) -> None:
    """Two inspectors of the county, sent to the school today."""
    from xiaoan.ground.people.rights import actor_for
    from xiaoan.inspections import campaigns, dispatch, rosters
    from xiaoan.kernel import clock

    officer, leader = actor_for(posts["county_officer"]), actor_for(posts["county_leader"])
    for role in ("inspector", "second_inspector"):
        rosters.add_member(actor=officer, unit=county, team="district", person=posts[role].person)
    today = clock.today()
    item = campaigns.add_plan_item(actor=officer, unit=county, year=today.year, name="合成清单事项", most=9)
    campaign = campaigns.plan_campaign(
        actor=officer, unit=county, name="合成督查", mode="routine", starts=today, ends=today + timedelta(days=5),
        announced_on=today - timedelta(days=40), plan_item=item, chosen=[str(school.id)],
    )  # fmt: skip
    campaigns.draw_campaign(actor=officer, campaign=campaign, team=2)
    campaigns.approve(actor=leader, campaign=campaign)
    dispatch.dispatch(actor=officer, campaign=campaign)


if __name__ == "__main__":
    django.setup()
    seed()
