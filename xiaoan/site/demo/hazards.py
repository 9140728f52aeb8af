"""Hazards of the demo: one in every state, told as people did it day by day, and two years of closed ones behind them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from xiaoan.checks.catalogue import items
from xiaoan.engines.files.services import store_file
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.hazards import services
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services.listings import strike, supervise, tell_progress
from xiaoan.hazards.services.partners import partners_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.risks.models import Point
from xiaoan.site.demo.people import who
from xiaoan.site.demo.places import Places
from xiaoan.site.demo.scenes import scene

Told = TypeVar("Told")
FIXING: dict[str, Any] = {
    "measures": "清理、修复并逐处复查",
    "plan": "修好前专人看守，出现险情立即疏散",
    "interim": "拉警戒线，课间有人值守",
}
BEHIND = 100  # closed cases of the last two years
USUAL = [
    ("C02-10", "疏散通道堆放课桌，门只能开一半", "corridor"), ("C02-06", "两具灭火器压力不足", "corridor"),
    ("C05-01", "走廊插座面板破损", "wiring"), ("C03-05", "二楼走廊栏杆松动", "railing"), ("C03-07", "窗户限位器脱落", "railing"),
    ("C02-13", "应急照明灯不亮", "detector"), ("C04-10", "库房食品没有离地", "kitchen"), ("C09-10", "校门摄像机时间不准", "detector"),
]  # fmt: skip
CONTENTS = {
    "goal": "全部探测器联网，值守室能收到报警", "measures": "更换线路和模块，逐个联动测试", "funds": "3.2 万元，学校公用经费",
    "people": "总务处牵头，维保单位施工", "time": "20 个工作日", "contingency": "修好前夜间每两小时巡查一次",
}  # fmt: skip


@dataclass
class Story:
    """One hazard and the people around it; each step happens some days ago."""

    school: Unit
    words: str
    place: str
    item: str
    picture: str
    source: str = "self_check"
    level: str = ""
    hazard: Hazard | None = None

    @property
    def case(self) -> Hazard:
        assert self.hazard is not None
        return Hazard.objects.get(id=self.hazard.id)

    @property
    def lead(self) -> Actor:
        return who(self.school.path, "safety_director", "principal")

    @property
    def head(self) -> Actor:
        return who(self.school.path, "principal")


Step = tuple[int, int, Callable[[Story], Any]]


def build_hazards(rng: random.Random, places: Places) -> int:
    """Tell every story of the home county. Returns how many hazards there are."""
    schools = [s for s in places.schools if s.path.startswith(places.home.path) and _has_two(s)]
    own = places.school()
    others = [s for s in schools if s.id != own.id]
    with transaction.atomic():
        for story, steps in [*_own(own), *_elsewhere(others, places.home)]:
            tell(story, steps)
    _behind(rng, schools)
    return Hazard.objects.count()


def tell(story: Story, steps: Sequence[Step]) -> Story:
    """Let each step happen at its hour so many days ago."""
    for days, hour, act in steps:
        with clock.held_at(moment(days, hour)):
            act(story)
    return story


def report(story: Story, by: Actor | None = None, **told: Any) -> None:
    actor = by or story.lead
    photos = [_photo(actor, story, False)] if actor.may("files.write", story.school.path) else []
    point = Point.objects.filter(unit_path=story.school.path, name=story.place, is_active=True).first()
    story.hazard = services.report_hazard(
        actor=actor, unit=story.school, words=story.words, place=story.place, point=point, photos=photos,
        source=story.source, item=story.item, level=story.level, **told,
    )  # fmt: skip


def judge(story: Story, level: str = "", hits: Sequence[str] = ()) -> None:
    case = story.case
    services.judge(actor=story.lead, hazard=case, category=case.category, level=level or case.level, hits=hits)


def assign(story: Story) -> None:
    services.assign(
        actor=story.lead,
        hazard=story.case,
        responsible=_post(story.school.path, "safety_director"),
        funds="800 元，公用经费",
        **FIXING,
    )


def hand_in(story: Story) -> None:
    after = [_photo(story.lead, story, True)]
    services.hand_in(actor=story.lead, hazard=story.case, done="已修好，现场试过三次都正常", photos=after)


def verify(story: Story) -> None:
    case = story.case
    actor = story.head if case.verify_path == story.school.path else who(
        case.verify_path, "township_officer", "county_officer"
    )  # fmt: skip
    services.verify(actor=actor, hazard=case, decision="到现场看过，已改好")


def _own(school: Unit) -> list[tuple[Story, list[Step]]]:
    """What the demo's own people find on their lists."""
    guard, teacher = who(school.path, "guard"), who(school.path, "homeroom_teacher")
    boxes = Story(school, "疏散通道堆放课桌和纸箱，门只能开一半", "教学楼2层东侧通道", "C02-10", "corridor", "staff")
    again = Story(school, "东侧通道又堆了纸箱", "教学楼2层东侧通道", "C02-10", "corridor", "patrol")
    rail = Story(school, "三楼走廊栏杆断了一根", "教学楼3层走廊", "C03-05", "railing")
    late = Story(school, "配电箱门锁坏了，学生够得着", "食堂外配电箱", "C05-01", "wiring")
    lamp = Story(school, "楼梯应急灯两盏不亮", "教学楼西楼梯", "C02-13", "detector", "patrol")
    spot = Story(school, "楼道灭火器被纸箱挡住", "实验楼1层", "C02-06", "corridor", "patrol")
    done = [(58, 9, judge), (58, 10, assign), (55, 15, hand_in), (54, 9, verify)]
    return [
        (boxes, [(60, 7, lambda s: report(s, teacher)), *done]),
        (again, [(3, 7, lambda s: report(s, guard))]),
        (rail, [(4, 8, report), (4, 9, judge), (3, 10, assign), (1, 16, hand_in)]),
        (late, [(40, 8, report), (39, 9, judge), (38, 10, assign)]),
        (lamp, [(2, 17, lambda s: report(s, guard)), (1, 9, judge), (1, 10, assign)]),
        (spot, [(6, 11, lambda s: report(s, s.lead, fixed=_at_once(s)))]),
    ]  # fmt: skip


def _elsewhere(schools: Sequence[Unit], home: Unit) -> list[tuple[Story, list[Step]]]:
    """What the county has to do with: major ones, a partner body, more time, a return, one that is not so."""
    boarding = [s for s in schools if s.boarders] or list(schools)
    alarm = Story(boarding[0], "宿舍楼感烟探测器没有接入值守室", "学生宿舍2号楼", "C02-05", "detector")
    bikes = Story(schools[1], "教师电动车从窗口拉线充电", "教工宿舍楼下", "C02-21", "wiring", "inspection")
    gate = Story(schools[2], "校门口渣土车频繁，没有减速带", "校门外", "C16-03", "corridor")
    gas = Story(schools[3], "食堂灶间没有可燃气体报警器", "食堂灶间", "C05-04", "kitchen", "inspection")
    crack = Story(schools[4], "围墙有一道斜裂缝", "操场西围墙", "C03-02", "railing")
    smell = Story(schools[5], "听说食堂后门有异味", "食堂后门", "C04-10", "kitchen", "parent")
    old = Story(schools[6], "教学楼西侧楼梯间没有消防验收手续", "教学楼", "C02-22", "corridor", "inspection")
    old_open = Story(schools[7], "学生宿舍只有一部疏散楼梯", "学生宿舍", "C02-09", "corridor", "inspection")
    county = who(home.path, "county_officer")
    return [
        (alarm, [(26, 9, report), (25, 9, _major), (25, 10, assign), (24, 9, lambda s: _list(s, county, 20)), (12, 10, _progress)]),
        (bikes, [(70, 9, lambda s: report(s, county)), (70, 10, _major), (69, 9, assign), (69, 15, lambda s: _list(s, county, 30)),
                 (50, 10, hand_in), (49, 10, _major_verified), (48, 9, lambda s: _strike(s, county))]),
        (gate, [(9, 8, report), (8, 9, judge), (8, 10, _transfer)]),
        (gas, [(16, 9, lambda s: report(s, county)), (15, 9, _major), (15, 11, assign), (14, 9, lambda s: _list(s, county, 25))]),
        (crack, [(8, 9, report), (8, 10, judge), (7, 10, assign), (2, 9, _more_time)]),
        (smell, [(11, 9, report), (10, 9, lambda s: services.dismiss(actor=s.head, hazard=s.case, decision="到后门查看，是当天清运的厨余桶，已运走"))]),
        (old, [(1200, 9, lambda s: report(s, county)), (1199, 9, _major), (1198, 9, assign), (1150, 9, lambda s: _list(s, county, 60)),
               (1100, 9, hand_in), (1098, 9, _major_verified), (1097, 9, lambda s: _strike(s, county))]),
        (old_open, [(1130, 9, lambda s: report(s, county)), (1129, 9, _major), (1128, 9, assign)]),
    ]  # fmt: skip


def _behind(rng: random.Random, schools: Sequence[Unit]) -> None:
    """Two years of usual ones, found and closed; a few were returned once."""
    for _ in range(BEHIND):
        item, words, picture = rng.choice(USUAL)
        school = rng.choice(schools)
        found, days = rng.randint(20, 700), rng.randint(1, 6)
        story = Story(school, words, rng.choice(["教学楼", "实验楼", "食堂", "操场", "校门"]), item, picture,
                      rng.choice(["self_check", "patrol", "patrol", "staff", "inspection"]))  # fmt: skip
        steps: list[Step] = [
            (found, 9, report),
            (found, 10, judge),
            (found - 1, 9, assign),
            (found - 1 - days, 15, hand_in),
        ]
        if rng.random() < 0.12:
            steps += [(found - 2 - days, 9, _return), (found - 3 - days, 15, hand_in)]
        with transaction.atomic():
            tell(story, [*steps, (found - 4 - days, 9, verify)])


def _major(story: Story) -> None:
    judge(story, "major", items()[story.item].criteria)


def _list(story: Story, actor: Actor, days: int) -> None:
    supervise(
        actor=actor,
        hazard=story.case,
        supervisor="分管副局长",
        due=clock.today() + timedelta(days=days),
        contents=CONTENTS,
    )


def _progress(story: Story) -> None:
    listing = story.case.listings.get(struck_at=None)
    tell_progress(actor=story.lead, listing=listing, words="线路已更换，模块到货，正在逐层接入", percent=60)


def _major_verified(story: Story) -> None:
    actor = who(story.case.verify_path, "county_officer")
    services.verify(actor=actor, hazard=story.case, decision="到现场核查，治理到位")


def _strike(story: Story, actor: Actor) -> None:
    strike(actor=actor, hazard=story.case, decision="验收资料齐全，同意摘牌")


def _transfer(story: Story) -> None:
    police = next(u for u in partners_of(story.school.path) if u.kind == "police")
    services.transfer(actor=story.lead, hazard=story.case, partner=police, why="校外道路由公安交管负责，请求设置减速带")


def _more_time(story: Story) -> None:
    until = (story.case.fix_by or clock.today()) + timedelta(days=10)
    services.ask_more(actor=story.lead, hazard=story.case, until=until, why="要等专业机构鉴定结果，已围挡")


def _return(story: Story) -> None:
    case = story.case
    actor = (
        story.head
        if case.verify_path == story.school.path
        else who(case.verify_path, "township_officer", "county_officer")
    )
    services.return_it(actor=actor, hazard=case, decision="还有一处没改好")


def _at_once(story: Story) -> dict[str, Any]:
    return {"by": "保洁员（演示）", "how": "当场搬走纸箱", "photos": [_photo(story.lead, story, True)]}


def _photo(actor: Actor, story: Story, is_after: bool) -> str:
    name = f"{'整改后' if is_after else '整改前'}（演示）.jpg"
    upload = SimpleUploadedFile(name, scene(story.picture, is_after=is_after), "image/jpeg")
    unit = (
        story.school
        if actor.may("files.write", story.school.path) and actor.scope == story.school.path
        else Unit.objects.get(path=actor.scope)
    )
    return str(store_file(actor=actor, unit=unit, upload=upload).id)


def _has_two(school: Unit) -> bool:
    """Whoever fixes does not verify: a school of the demo's stories has a director and a principal."""
    return Post.objects.filter(unit_path=school.path, role__in=["principal", "safety_director"]).count() == 2


def _post(path: str, role: str) -> Post:
    found: Post = Post.objects.select_related("unit", "person").get(unit_path=path, role=role)
    return found


def at(days: int, hour: int, act: Callable[..., Told], **told: Any) -> Told:
    """Call a service as if it were so many days ago."""
    with clock.held_at(moment(days, hour)):
        return act(**told)


def moment(days: int, hour: int) -> datetime:
    """A working hour so many days ago; what would lie in the future is a while ago."""
    day: date = clock.today() - timedelta(days=days)
    return min(timezone.make_aware(datetime.combine(day, time(hour))), clock.now() - timedelta(minutes=5))
