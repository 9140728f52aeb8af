"""The field work of the demo: risk points, routes and rounds, around the home county's schools."""

import random
from datetime import timedelta

from django.db import transaction

from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.patrols.models import Route
from xiaoan.patrols.services import close_slots_of, plan_route, walk_round
from xiaoan.patrols.slots import Slot, slots_of
from xiaoan.risks.library import proposals
from xiaoan.risks.models import Point
from xiaoan.risks.services.accepting import CRITERIA, apply, decide, score
from xiaoan.risks.services.chain import Chosen, adopt_points
from xiaoan.risks.services.notices import publish_notice
from xiaoan.site.demo.people import who
from xiaoan.site.demo.places import Places

PLACES = {"teaching": ["教学楼"], "dorm": ["宿舍楼"], "lab": ["理化生实验室"], "gate": ["学校大门"]}
ROUTE_DAYS = 18  # of rounds behind the demo
CHECKS = ["gate", "exits", "stairs", "wiring", "playground", "corners", "fire_lane", "perimeter"]


def build_risks(rng: random.Random, places: Places) -> int:
    """Most schools of the home county have their list, some are accepted; elsewhere a few have. Returns the points."""
    for school in places.schools:
        chance = 0.85 if school.path.startswith(places.home.path) else 0.3
        if school.id == places.school().id or (_lead(school) and rng.random() < chance):
            with transaction.atomic(), clock.held_at(clock.now() - timedelta(days=rng.randint(60, 75))):
                _adopt(rng, school)
    _accept(rng, places)
    return Point.objects.count()


def build_rounds(rng: random.Random, places: Places) -> int:
    """The demo's school and its neighbours walk; a few rounds nobody walked, one came late."""
    made, own = 0, places.school()
    near = [s for s in places.schools if s.parent_id == own.parent_id and s.id != own.id][:3]
    for school in [own, *near]:
        if _lead(school) is None:
            continue
        with clock.held_at(clock.now() - timedelta(days=ROUTE_DAYS)):
            route = _route(school)
        if route:
            with transaction.atomic():
                made += _walk(rng, route)
    return made


def _adopt(rng: random.Random, school: Unit) -> None:
    actor = who(school.path, "safety_director", "principal")
    proposed = proposals(school.kind, school.has, PLACES)
    chosen = [Chosen(p, {"L": p.proposal.ls[0], "S": p.proposal.ls[1]}) for p in proposed]
    adopt_points(actor=actor, unit=school, chosen=chosen, announced_at="校门公告栏")
    if rng.random() < 0.6 and actor.may("risks.announce", school.path):
        publish_notice(actor=actor, unit=school, title="本学期校园安全风险公告（演示）")


def _accept(rng: random.Random, places: Places) -> None:
    """Two thirds of the home county's schools with a list applied; most passed, one waits."""
    officer = who(places.home.path, "county_officer")
    held = set(Point.objects.under(places.home.path).values_list("unit_id", flat=True))
    for n, school in enumerate(s for s in places.schools if s.id in held):
        lead = who(school.path, "principal", "safety_director")
        if not lead.may("risks.apply", school.path) or rng.random() > 0.68:
            continue
        with transaction.atomic(), clock.held_at(clock.now() - timedelta(days=rng.randint(8, 30))):
            row = apply(actor=lead, unit=school, kind="risk", said="清单、责任、管控、公告都已落实")
            if n % 9 == 0:
                continue
            row = score(actor=officer, acceptance=row, points=dict.fromkeys(CRITERIA, 22), words="现场看过")
            decide(
                actor=officer,
                acceptance=row,
                is_passed=n % 7 != 0,
                decision="达到要求" if n % 7 else "公告栏没有更新，改好再来",
            )


def _route(school: Unit) -> Route | None:
    points = list(Point.objects.filter(unit_path=school.path, is_active=True).order_by("code")[:7])
    if not points:
        return None
    stops = [(point.id, [CHECKS[n % len(CHECKS)]]) for n, point in enumerate(points)]
    return plan_route(
        actor=who(school.path, "safety_director", "principal"), unit=school, name="全校一圈", rhythm="daily", stops=stops,
        times=["08:00", "12:30", "18:00"], role="guard" if _post(school, "guard") else "safety_director",
    )  # fmt: skip


def _walk(rng: random.Random, route: Route) -> int:
    today, now, made = clock.today(), clock.now(), 0
    actor = who(route.unit_path, "guard", "safety_director", "principal")
    for slot in slots_of(route, route.starts, today):
        if slot.due > now or rng.random() < 0.07:
            continue
        _one(rng, actor, route, slot)
        made += 1
    close_slots_of(route, now)
    return made


def _one(rng: random.Random, actor: Actor, route: Route, slot: Slot) -> None:
    """A round of some minutes that ended before its time, or a little after."""
    ended = slot.due + timedelta(minutes=rng.choice([-25, -20, -12, -8, -5, 40 if rng.random() < 0.2 else -3]))
    stops = {
        str(stop.id): {"state": "ok", "scanned": rng.random() < 0.8, "at": ended.isoformat()}
        for stop in route.stops.all()
    }
    with clock.held_at(ended + timedelta(minutes=1)):
        walk_round(
            actor=actor, route=route, stops=stops, started_at=ended - timedelta(minutes=rng.randint(9, 16)), ended_at=ended,
            period=slot.period, slot=slot.time, seconds=rng.randint(60, 140),
        )  # fmt: skip


def _lead(school: Unit) -> Post | None:
    return _post(school, "safety_director") or _post(school, "principal")


def _post(school: Unit, role: str) -> Post | None:
    return Post.objects.filter(unit_path=school.path, role=role).first()
