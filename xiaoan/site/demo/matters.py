"""What lies around the demo's school: matters in different states, a dispute, the grid, peaks; its pupil officers."""

import random
from datetime import time, timedelta

from django.db import transaction

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.services.partners import partners_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters.models import Matter, Sighting
from xiaoan.matters.services import around, cases, enquiries, keepers
from xiaoan.officers.services import groups, reports
from xiaoan.site.demo.hazards import at, moment
from xiaoan.site.demo.people import person_of, who
from xiaoan.site.demo.places import Places

PEAK_DAYS = 14
PEAK_HOURS = [("morning", time(7, 20), time(8, 0)), ("noon", time(11, 40), time(12, 30)), ("afternoon", time(16, 10), time(17, 0)),
              ("evening", time(18, 0), time(19, 0))]  # fmt: skip
CLASSES = {
    1: ["一（1）班", "一（2）班"],
    3: ["三（1）班", "三（2）班"],
    5: ["五（1）班", "五（2）班"],
    6: ["六（1）班"],
}
PUPILS = ["小禾", "小舟", "小满", "小川", "小棠", "小珂"]


def build_matters(rng: random.Random, places: Places) -> int:
    """Everything around the demo's school and its neighbours. Returns how many matters there are."""
    own = places.school()
    near = [s for s in places.schools if s.parent_id == own.parent_id and s.id != own.id]
    with transaction.atomic():
        _grid(rng, own)
        _stories(own, near)
        _dispute(own)
        _officers(own)
    with transaction.atomic():
        _peaks(rng, own, [s for s in places.schools if s.path.startswith(places.home.path) and s.kind != "training"])
    return Matter.objects.count()


def _stories(own: Unit, near: list[Unit]) -> None:
    """One with the police, one solved, one late, one the school sees to, one for the county; two enquiries."""
    lead, head, police = who(own.path, "safety_director"), who(own.path, "principal"), _body(own, "police")
    parked = _told(own, 4, "traffic", "放学时家长车辆双排停放，学生从车缝里穿行", "校门口东侧", "police")
    at(3, 9, cases.receive, actor=police, matter=parked)
    solved = _told(own, 15, "loiterers", "晚自习后有社会青年在校门口聚集", "校门口", "police")
    at(14, 10, cases.receive, actor=police, matter=solved)
    at(
        11, 16, cases.answer, actor=police, matter=solved,
        words="已安排巡逻车每晚定点，劝离三次，近一周没有再聚集",
    )  # fmt: skip
    at(9, 9, cases.confirm, actor=head, matter=solved, content=1, words="校门口秩序好多了，谢谢")
    stalls = _told(own, 13, "stalls", "早上校门口有无照早点摊，食品来源不清", "校门口西侧20米", "market")
    at(5, 9, cases.chase, actor=lead, matter=stalls)
    lamp = _told(own, 6, "municipal", "上学路上两盏路灯不亮，一处井盖松动", "学校北侧人行道", "")
    at(5, 9, cases.handle, actor=lead, matter=lamp)
    if near:
        works = _told(near[0], 8, "road_works", "校门前斑马线磨没了，没有减速带", "校门前路段", "")
        at(7, 9, cases.send_up, actor=who(near[0].path, "principal", "safety_director"), matter=works,
                                        words="学校多次联系没有结果，请区县协调施工")  # fmt: skip
    at(
        2, 20, enquiries.ask, unit=own,
        words="孩子要坐公交上学，学校门口的护学岗几点开始？", name="一位家长（演示）",
    )  # fmt: skip
    asked = at(8, 20, enquiries.ask, unit=own, words="学校食堂的餐费标准和配餐公示在哪里看？", name="一位家长（演示）")
    at(7, 9, cases.handle, actor=lead, matter=asked)
    at(
        6, 9, cases.answer, actor=lead, matter=asked,
        words="每周五在校门公示栏和班级群公布下周带量食谱，餐费标准见公示栏第一张",
    )  # fmt: skip
    at(5, 9, enquiries.judge, matter=asked, content=1, words="看到了，谢谢")


def _dispute(own: Unit) -> None:
    head, lead = who(own.path, "principal"), who(own.path, "safety_director")
    case = at(
        7, 10, cases.report_matter, actor=lead, unit=own, kind_key="dispute_home",
        words="体育课上学生碰撞受伤，家长对医药费承担有不同意见", place="学校",
    )  # fmt: skip
    post = Post.objects.get(unit=own, role="principal")
    at(30, 9, keepers.name_keeper, actor=head, unit=own, post=post, duty="mediation")
    at(6, 9, cases.handle, actor=head, matter=case)
    at(
        5, 15, keepers.record_mediation, actor=lead, matter=case,
        words="双方家长到校，看了监控，先由校方责任险报销，差额再商议",
    )  # fmt: skip


def _grid(rng: random.Random, own: Unit) -> None:
    """Nine squares, patrolled by guard and police; two corners nobody has walked lately."""
    lead, guard, police = who(own.path, "safety_director"), who(own.path, "guard"), _body(own, "police")
    cells = at(70, 9, around.lay_grid, actor=lead, unit=own)
    zone = {str(c.id) for c in cells if c.name in ("校门口", "正东", "正南")}
    at(70, 10, around.draw_zone, actor=lead, unit=own, names={}, zone=zone)
    for name, kind, square, licensed in (
        ("晨光文具店", "shop", "正东", True), ("无名早点摊", "stall", "正西", False), ("望湖小吃", "eatery", "东南", True),
    ):  # fmt: skip
        cell = next(c for c in cells if c.name == square)
        at(65, 9, around.add_spot, actor=lead, unit=own, name=f"{name}（演示）", kind=kind, cell=cell, is_licensed=licensed)  # fmt: skip
    for days in (16, 9, 5, 2, 1):
        actor = rng.choice([guard, police])
        walked = [str(c.id) for c in (cells[:7] if days > 2 else cells[3:6])]
        at(days, 16, around.visit_cells, actor=actor, unit=own, cells=walked, words="未见异常")


def _peaks(rng: random.Random, own: Unit, schools: list[Unit]) -> None:
    """The police publish their peaks; the guard ticks what was there and nobody has told, and at times something was missing."""
    police, guard, days = _body(own, "police"), who(own.path, "guard"), calendar_for(own.path)
    for key, starts, ends in PEAK_HOURS:
        at(
            60,
            9,
            around.publish_peak,
            actor=police,
            units=schools,
            key=key,
            starts=starts,
            ends=ends,
            who="辖区派出所（演示）",
        )
    for ago in range(PEAK_DAYS, -1, -1):
        if not days.has_pupils(clock.today() - timedelta(days=ago)):
            continue
        for key, hour in (("morning", 8), ("afternoon", 17)):
            told = Sighting.objects.filter(unit=own, on=clock.today() - timedelta(days=ago), key=key)
            if moment(ago, hour).hour == hour and not told.exists():
                seen = ["police"] if rng.random() < 0.2 else ["police", "car", "light"]
                at(ago, hour, around.tick_peak, actor=guard, unit=own, key=key, seen=seen)


def _officers(own: Unit) -> None:
    """Classes with an officer each but one; a hazard by the officer with an account, a suspicion that the guard saw to."""
    lead, teacher = who(own.path, "safety_director"), who(own.path, "homeroom_teacher")
    post, pupil = Post.objects.get(unit=own, role="homeroom_teacher"), who(own.path, "student_officer")
    held = [g for grade, names in CLASSES.items()
            for g in at(60, 9, groups.add_groups, actor=lead, unit=own, kind="class", names=names, grade=grade)]  # fmt: skip
    taught = next(g for g in held if g.name == "五（1）班")
    at(60, 10, groups.set_teacher, actor=lead, group=taught, teacher=post)
    account = person_of(pupil)
    for group, name in zip([g for g in held if g.name != "六（1）班"], PUPILS, strict=True):
        person = account if group.id == taught.id else None
        named = at(
            55, 9, groups.name_officer, actor=lead, group=group, name=f"{name}（演示）", person=person,
        )  # fmt: skip
        if person:
            officer = named
    at(
        3, 12, reports.report_as_officer, actor=pupil, group=taught,
        words="教室后门的门锁卡住，推不开", place="五（1）班教室后门",
    )  # fmt: skip
    seen = at(
        2, 16, reports.report_suspicion, actor=pupil, unit=own,
        words="有陌生人在操场围栏外拍照", place="操场西侧围栏", group=taught, officer=officer,
    )  # fmt: skip
    at(
        2, 17, reports.handle_suspicion, actor=who(own.path, "guard"), report=seen, how="上前询问，是测绘人员，已核对证件",
    )  # fmt: skip
    at(1, 9, groups.thank, actor=teacher, officer=officer, words="发现得早，门锁当天就修了", points=2)


def _told(unit: Unit, ago: int, kind: str, words: str, place: str, body: str) -> Matter:
    partner = next((p for p in partners_of(unit.path) if p.kind == body), None)
    actor = who(unit.path, "safety_director", "principal")
    return at(
        ago, 9, cases.report_matter, actor=actor, unit=unit, kind_key=kind, words=words, place=place, partner=partner
    )


def _body(unit: Unit, kind: str) -> Actor:
    return who(next(p for p in partners_of(unit.path) if p.kind == kind).path, "partner_officer")
