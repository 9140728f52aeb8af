"""Inspections of the demo: the year's list, a routine one, a drawn one under way, one without notice, the city's, an
institution of training, and who looks after which school."""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction

from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.inspections import campaigns, dispatch, rosters, visits
from xiaoan.inspections.institutions import describe
from xiaoan.inspections.models import Campaign, PlanItem, Visit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.site.demo.checks import build_checks
from xiaoan.site.demo.hazards import at, moment
from xiaoan.site.demo.people import person_of, who
from xiaoan.site.demo.places import Places
from xiaoan.site.demo.visits import RIGHT, acting, closed, feed_back, fill, has_leads, head_of, held

LISTED = [("校园消防安全专项督查", 2), ("秋季学期常态检查", 2), ("四不两直暗访", 12), ("校外培训机构安全检查", 1)]


def build_inspections(rng: random.Random, places: Places) -> int:
    """Tell each of them day by day. Returns how many visits there are."""
    with transaction.atomic():
        items = _year(places)
        _teams(places)
        _routine(places, items["秋季学期常态检查"])
        _special(places, items["校园消防安全专项督查"])
        _covert(places, items["四不两直暗访"])
        _institution(places, items["校外培训机构安全检查"])
        _joint(places)
        build_checks(places)
    _keepers(rng, places)
    return Visit.objects.count()


def _year(places: Places) -> dict[str, PlanItem]:
    officer, today = who(places.home.path, "county_officer"), clock.today()
    with clock.held_at(moment(300, 9)):
        return {
            name: campaigns.add_plan_item(
                actor=officer, unit=places.home, year=today.year, name=name, most=most, basis="年度督查检查计划（演示）"
            )
            for name, most in LISTED
        }


def _teams(places: Places) -> None:
    """The county's team of two and an expert; the city's of two and the fire brigade."""
    home, city = places.home, places.units["370800"]
    fire = home.children.get(rank="partner", kind="fire")
    taken: list[tuple[Unit, Actor, str, str]] = [
        (home, who(home.path, "county_officer"), "district", "own"), (home, who(home.path, "inspector"), "district", "own"),
        (city, _chief(city), "district", "own"), (city, _second(city), "district", "own"),
        (city, who(fire.path, "partner_officer"), "district", "fire"),
    ]  # fmt: skip
    with clock.held_at(moment(120, 9)):
        for unit, member, team, body in taken:
            rosters.add_member(actor=_chief(unit), unit=unit, team=team, person=person_of(member), body=body)


def _routine(places: Places, item: PlanItem) -> None:
    """A week ago at three schools: the demo's own answers next, one has been checked again, one was in order."""
    own = places.school()
    near = [s for s in _with_leads(places, "primary") if s.id != own.id][:2]
    run = _sent(
        places.home, 9, item, name="秋季学期常态检查", mode="routine", basis="年度督查检查计划（演示）",
        chosen=[str(s.id) for s in [own, *near]], categories=["C02", "C09"],
    )  # fmt: skip
    for visit in run.visits.select_related("place").order_by("planned_on"):
        if visit.place_id == own.id:
            held(visit, 6, ["C02-10", "C02-13"])
        elif visit.place_id == near[0].id:
            closed(visit, 6, ["C02-06"])
        else:
            held(visit, 6, [])
            at(5, 9, visits.evaluate, actor=head_of(visit), visit=visit, evaluation="没有发现问题，管理到位")


def _special(places: Places, item: PlanItem) -> None:
    """Drawn by a seed among the junior schools: one is closed, one is being looked at by two inspectors, some wait."""
    run = _sent(
        places.home, 12, item, ends=8, name="冬季校园消防安全专项督查", mode="special", topics=["fire"], categories=["C02"],
        kinds=["junior", "nine_year"], take=6, basis="冬季火灾防控工作安排（演示）",
    )  # fmt: skip
    first, today, *_ = [v for v in run.visits.select_related("place").order_by("planned_on") if has_leads(v.place)]
    closed(first, 10, ["C02-10", "C02-06"])
    team = list(today.parts.order_by("-is_head"))
    with clock.held_at(moment(0, 9)):
        fill(acting(team[0].person_id), today, ["C02-13"])
        fill(acting(team[1].person_id), today, ["C02-10"], right=RIGHT[:3])


def _covert(places: Places, item: PlanItem) -> None:
    _sent(
        places.home, 1, item, starts=-6, ends=12, name="幼儿园四不两直暗访", mode="unannounced", kinds=["kindergarten"], take=3,
        categories=["C02", "C04", "C09"], team=1,
    )  # fmt: skip


def _institution(places: Places, item: PlanItem) -> None:
    home = places.home
    unit = next(s for s in places.schools if s.kind == "training" and s.path.startswith(home.path))
    told = {
        "licence": "教民演示〔2024〕018号", "licence_until": clock.today() + timedelta(days=240), "owner": "张一凡（演示）",
        "safety_owner": "朱晓雨（演示）", "floor_area": 680, "is_self_built": False, "remit": "culture",
    }  # fmt: skip
    with clock.held_at(moment(60, 9)):
        describe(actor=who(home.path, "county_officer"), unit=unit, told=told)
    run = _sent(
        home,
        20,
        item,
        name="校外培训机构安全检查",
        mode="special",
        line_set="institution",
        kinds=["training"],
        chosen=[str(unit.id)],
    )
    visit = run.visits.select_related("place").get()
    right = ["IN-F1", "IN-F3", "IN-F4", "IN-F5", "IN-B1", "IN-B3"]
    at(18, 10, fill, actor=head_of(visit), visit=visit, fails=["IN-F2"], right=right)
    feed_back(visit, 18, "疏散通道占用一处，当场责令清理，按期回复")


def _joint(places: Places) -> None:
    """The city with the fire brigade, concluded: what was found is closed."""
    city = places.units["370800"]
    with clock.held_at(moment(300, 9)):
        item = campaigns.add_plan_item(
            actor=_chief(city), unit=city, year=clock.today().year, name="教育消防联合检查", most=2
        )
    chosen = [s for s in places.schools if s.kind in ("senior", "vocational") and s.path.startswith(city.path)][:3]
    run = _sent(
        city, 40, item, ends=-30, name="教育消防联合检查", mode="joint", topics=["fire"], categories=["C02"], team=3,
        chosen=[str(s.id) for s in chosen],
    )  # fmt: skip
    for n, visit in enumerate(run.visits.select_related("place").order_by("planned_on")):
        closed(visit, 38 - n, ["C02-13"] if n == 0 and has_leads(visit.place) else [])
    run.refresh_from_db()
    words = f"共查{len(chosen)}所学校，发现的问题都已整改并复查通过"
    at(28, 9, campaigns.conclude, actor=_chief(city), campaign=run, conclusion=words)


def _keepers(rng: random.Random, places: Places) -> None:
    """Each school of the home county has somebody of the bureau who comes regularly."""
    home = places.home
    people = [Post.objects.get(unit=home, role=r).person for r in ("county_officer", "inspector", "expert")]
    schools = [s for s in places.schools if s.path.startswith(home.path) and s.kind != "training"]
    with clock.held_at(moment(80, 9)):
        for n, person in enumerate(people):
            rosters.keep_schools(actor=who(home.path, "county_officer"), schools=schools[n::3], person=person)


def _sent(
    unit: Unit, ago: int, item: PlanItem, *, starts: int | None = None, ends: int = -4, team: int = 2, **told: Any
) -> Campaign:
    """Planned a fortnight before it was sent out so many days ago, agreed to by somebody else, drawn by a seed."""
    chief, today = _chief(unit), clock.today()
    first = today - timedelta(days=ago if starts is None else starts)
    with clock.held_at(moment(ago + 14, 9)):
        run = campaigns.plan_campaign(
            actor=chief, unit=unit, plan_item=item, starts=first, ends=today + timedelta(days=ends),
            announced_on=None if told["mode"] == "unannounced" else first - timedelta(days=30), **told,
        )  # fmt: skip
        campaigns.draw_campaign(actor=chief, campaign=run, team=team)
    with clock.held_at(moment(ago + 10, 15)):
        campaigns.approve(actor=_second(unit) if unit.rank == "city" else who(unit.path, "county_leader"), campaign=run)
    with clock.held_at(moment(ago, 8)):
        if any(c.needs_reason for c in dispatch.concerns(chief, run)):
            campaigns.give_reason(actor=chief, campaign=run, reason="冬季防火关键期，经局务会研究同意（演示）")
        return dispatch.dispatch(actor=chief, campaign=run)


def _chief(unit: Unit) -> Actor:
    return acting(Post.objects.filter(unit=unit, role=f"{unit.rank}_officer").order_by("id")[0].person_id)


def _second(unit: Unit) -> Actor:
    """The colleague of who plans, who agrees."""
    return acting(Post.objects.filter(unit=unit, role=f"{unit.rank}_officer").order_by("id")[1].person_id)


def _with_leads(places: Places, kind: str) -> list[Unit]:
    return [s for s in places.schools if s.kind == kind and s.path.startswith(places.home.path) and has_leads(s)]
