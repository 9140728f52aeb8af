"""Every change of patrols: planning a route, walking a round, finding out that nobody walked one."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.roles import ROLES, SCHOOL_STAFF
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.hazards.services import report_hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.patrols.models import Round, Route, Stop
from xiaoan.patrols.slots import Slot, next_slot, slots_of
from xiaoan.risks.models import Point

RHYTHMS = ("daily", "weekly", "monthly")
SHEETS = ("daily_patrol", "video_patrol")
MOST_STOPS, MOST_TIMES, MOST_PHOTOS = 60, 12, 3
STATES = ("ok", "bad", "na")
AT_ONCE = 200
LONGEST_WAIT = timedelta(days=400)
A_MOMENT = timedelta(minutes=1)
MEASURE = "rounds"  # tally: subject walked, late or missed; period a month
ELSEWHERE = "没有这条巡查路线，或者它不在您的管理范围内。"


def plan_route(
    *, actor: Actor, unit: Unit, name: str, rhythm: str, stops: Sequence[tuple[uuid.UUID, Sequence[str]]],
    times: Sequence[str] = (), role: str = "guard", sheet: str = "daily_patrol", needs_pupils: bool = True,
    route: Route | None = None, seen: int | None = None,
) -> Route:  # fmt: skip
    """Make a route, or change one. `stops` are (risk point, keys of the sheet's checks) in order.

    A changed route keeps its rounds; what was due before today stays as it was.
    """
    require(actor, "patrols.plan", unit.path)
    if actor.scope != unit.path and not actor.is_system:
        raise NotAllowed("巡查路线由学校自己设置。")
    facts = _checked(unit, name, rhythm, stops, times, role, sheet)
    with transaction.atomic():
        if route:
            row = _change(
                route, {**facts, "needs_pupils": needs_pupils, "is_active": True, "look_at": clock.now()}, seen
            )
        else:
            row = Route(
                starts=clock.today(), closed_until=clock.now(), look_at=clock.now(), made_at=clock.now(), made_by=actor.name,
                needs_pupils=needs_pupils, **facts, **scope_of(unit),
            )  # fmt: skip
            row.save(force_insert=True)
        _set_stops(row, unit, stops)
        _tell(actor, "修改巡查路线" if route else "设置巡查路线", row, {"name": name, "stops": len(stops)})
    return row


def close_route(*, actor: Actor, route: Route, seen: int | None = None) -> Route:
    """Walk it no longer. Its rounds stay."""
    require(actor, "patrols.plan", route.unit_path)
    with transaction.atomic():
        row = _change(route, {"is_active": False}, seen)
        _tell(actor, "停用巡查路线", row, {})
    return row


def walk_round(
    *, actor: Actor, route: Route, stops: dict[str, Any], started_at: datetime, ended_at: datetime, period: str = "",
    slot: str = "", note: str = "", seconds: int = 0, round_id: uuid.UUID | None = None,
) -> Round:  # fmt: skip
    """Take in a round as it was walked: what is wrong at a stop becomes a hazard, and the round a record.

    `stops` is {stop id: {"state": ok|bad|na, "bad": [checks], "note": words, "photos": [files], "at": moment,
    "scanned": bool}}. The same `round_id` again gives the round that is there. A round for a slot that somebody has
    walked already is kept beside it, as one more than was due.
    """
    require(actor, "patrols.walk", route.unit_path)
    if actor.scope != route.unit_path and not actor.is_system:
        raise NotAllowed("只能记录本校的巡查。")
    sent = Round.objects.filter(id=round_id).select_related("route").first() if round_id else None
    if sent:
        return _same(sent, route)
    told = _told(route, stops)
    due = _slot(route, period, slot)
    _check_moments(started_at, ended_at)
    row = Round(
        id=round_id or new_id(), route=route, state=Round.WALKED, day=clock.day_of(ended_at), started_at=started_at,
        ended_at=ended_at, received_at=clock.now(), seconds=max(0, min(seconds, 14400)), walked_by=actor.name,
        walked_by_id=actor.person_id, note=note.strip()[:300], total=route.stops.count(),
        passed=sum(1 for s in told.values() if s["state"] != "na"), **scope_of(route.unit),
    )  # fmt: skip
    try:
        with transaction.atomic():
            _take_slot(row, due)
            _report(actor, row, told)
            row.stops, row.found = told, sum(1 for s in told.values() if s.get("hazard"))
            row.record = _file(actor, row, ended_at)
            row.save(force_insert=True)
            _tell(actor, "完成巡查", row.route, {"found": row.found, "passed": row.passed, "total": row.total}, row)
            add([(_key(row), 1)])
    except IntegrityError:  # the same round arrived twice at once
        return _same(Round.objects.select_related("route").get(id=row.id), route)
    return row


def close_slots(now: datetime, most: int = AT_ONCE) -> int:
    """Write down as missed what nobody sent in time, for the routes whose time has come. Safe to repeat: each route goes
    forward in a transaction of its own. Returns how many routes were looked at."""
    waiting = Route.objects.filter(is_active=True, look_at__lte=now).order_by("look_at", "id")
    taken = list(waiting.select_related("unit")[:most])
    for route in taken:
        close_slots_of(route, now)
    return len(taken)


def close_slots_of(route: Route, now: datetime) -> list[Round]:
    """The rounds of one route that were due since it was looked at last, and that nobody sent within the waiting time."""
    wait = timedelta(hours=norm("patrols.wait_hours", route.unit_path))
    since, until = max(route.closed_until, now - LONGEST_WAIT), now - wait
    due = [s for s in slots_of(route, clock.day_of(since), clock.day_of(until)) if since <= s.due < until]
    ahead = next_slot(route, until)
    look_at = (ahead.due if ahead else now + timedelta(days=7)) + wait + A_MOMENT
    with transaction.atomic():
        same = Route.objects.filter(id=route.id, closed_until=route.closed_until, look_at=route.look_at)
        if not same.update(closed_until=max(until, route.closed_until), look_at=max(look_at, now + A_MOMENT)):
            return []
        walked = set(
            Round.objects.filter(route=route, period__in={s.period for s in due}).values_list("period", "slot")
        )
        missed = [_missed(route, s) for s in due if s.key not in walked]
        Round.objects.bulk_create(missed)
        add([(_key(row), 1) for row in missed])
    return missed


def _missed(route: Route, slot: Slot) -> Round:
    return Round(
        route=route, state=Round.MISSED, period=slot.period, slot=slot.time, day=slot.day, due=slot.due,
        total=route.stops.count(), **scope_of(route.unit),
    )  # fmt: skip


def _key(row: Round) -> Key:
    subject = "late" if row.is_late else row.state
    return row.unit_path, MEASURE, subject, f"{row.day:%Y-%m}"


def _checked(
    unit: Unit, name: str, rhythm: str, stops: Sequence[tuple[uuid.UUID, Sequence[str]]], times: Sequence[str],
    role: str, sheet: str,
) -> dict[str, Any]:  # fmt: skip
    wrong = {}
    if not name.strip():
        wrong["name"] = "请给路线起个名字。"
    if rhythm not in RHYTHMS:
        wrong["rhythm"] = "请选择多久巡查一次。"
    if role not in ROLES or role not in SCHOOL_STAFF:
        wrong["role"] = "请选择由谁巡查。"
    if sheet not in SHEETS:
        wrong["sheet"] = "请选择现场巡查还是视频巡查。"
    if not 0 < len(stops) <= MOST_STOPS:
        wrong["stops"] = f"路线上至少要有 1 个点位，最多 {MOST_STOPS} 个。"
    told = sorted({t for t in times if t})
    if len(told) > MOST_TIMES or not all(_is_time(t) for t in told):
        wrong["times"] = f"时刻应写成 08:00 的样子，最多 {MOST_TIMES} 个。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return {"name": name.strip()[:40], "rhythm": rhythm, "times": told, "role": role, "sheet": sheet}


def _is_time(text: str) -> bool:
    hour, colon, minute = text.partition(":")
    digits = len(text) == 5 and hour.isdigit() and minute.isdigit() and text.isascii()
    return bool(colon) and digits and int(hour) < 24 and int(minute) < 60


def _set_stops(route: Route, unit: Unit, stops: Sequence[tuple[uuid.UUID, Sequence[str]]]) -> None:
    """Stops keep their ids while their points stay on the route: rounds name them."""
    points = set(Point.objects.filter(unit_path=unit.path, id__in=[p for p, _ in stops]).values_list("id", flat=True))
    if len(points) != len(stops):
        raise Invalid("有的点位不在本校，或者选了两次。请重新选择。", {"stops": "有的点位不在本校，或者选了两次。"})
    known = {c.key for c in find_sheet(route.sheet).checks}
    held = {s.point_id: s for s in route.stops.all()}
    route.stops.exclude(point_id__in=points).delete()
    for place, (point, checks) in enumerate(stops, 1):
        stop = held.get(point) or Stop(route=route, point_id=point, **scope_of(unit))
        stop.place, stop.checks = place, [c for c in checks if c in known]
        stop.save()


def _change(route: Route, facts: dict[str, Any], seen: int | None) -> Route:
    same = Route.objects.filter(id=route.id, step=route.step if seen is None else seen)
    if not same.update(step=(route.step if seen is None else seen) + 1, **facts):
        raise Stale("这条路线刚刚被别人改过。请看过最新情况再改。")
    route.refresh_from_db()
    return route


def _told(route: Route, stops: dict[str, Any]) -> dict[str, Any]:
    """What was seen at each stop, in the order of the route; raises Invalid by stop."""
    told, wrong = {}, {}
    sheet = find_sheet(route.sheet)
    words = {c.key: c.label for c in sheet.checks}
    for stop in route.stops.select_related("point").order_by("place"):
        said = stops.get(str(stop.id))
        if not isinstance(said, dict) or said.get("state") not in STATES:
            continue
        one = _one(stop, said, words)
        if one["state"] == "bad" and not (one["note"] or one["bad"]):
            wrong[str(stop.id)] = f"“{stop.point.name}”有异常，请写一句发现了什么。"
        told[str(stop.id)] = one
    if not told and not wrong:
        raise Invalid("一个点位都没有看，没有记下。请至少看一个点位。")
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return told


def _one(stop: Stop, said: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    bad = [c for c in said.get("bad") or [] if c in words] if isinstance(said.get("bad"), list) else []
    photos = [str(p) for p in said.get("photos") or []][:MOST_PHOTOS] if isinstance(said.get("photos"), list) else []
    at = parse_datetime(str(said.get("at") or ""))
    return {
        "name": stop.point.name, "state": said["state"], "bad": bad, "note": str(said.get("note") or "").strip()[:300],
        "photos": photos, "scanned": said.get("scanned") is True, "at": at.isoformat() if at else "",
    }  # fmt: skip


def _slot(route: Route, period: str, slot: str) -> Slot | None:
    """The slot that the phone named, if the route has it: plans change while a phone is away."""
    if not period:
        return None
    today = clock.today()
    found = slots_of(route, today - LONGEST_WAIT, today + timedelta(days=31))
    return next((s for s in found if s.key == (period, slot)), None)


def _check_moments(started_at: datetime, ended_at: datetime) -> None:
    if ended_at > clock.now() + timedelta(minutes=10):
        raise Invalid("巡查结束的时间还没有到，请检查手机的时间。")
    if not timedelta(0) <= ended_at - started_at <= timedelta(hours=24):
        raise Invalid("巡查开始和结束的时间对不上，请检查手机的时间。")


def _take_slot(row: Round, due: Slot | None) -> None:
    """Give the round its slot, which a missed row may hold; where it was walked already, this is one more."""
    if due is None:
        return
    held = Round.objects.select_for_update().filter(route=row.route, period=due.period, slot=due.time).first()
    if held and held.state == Round.WALKED:
        return
    if held:
        add([(_key(held), -1)])
        held.delete()
    row.period, row.slot, row.due, row.day = due.period, due.time, due.due, due.day


def _report(actor: Actor, row: Round, told: dict[str, Any]) -> None:
    """A hazard for each stop with something wrong; its id comes from the round's, so that it is made once."""
    stops = {str(s.id): s for s in row.route.stops.select_related("point")}
    words = {c.key: c.label for c in find_sheet(row.route.sheet).checks}
    for key, one in told.items():
        if one["state"] != "bad":
            continue
        point = stops[key].point
        said = one["note"] or "异常：" + "；".join(words[c] for c in one["bad"])
        hazard = report_hazard(
            actor=actor, unit=row.route.unit, words=said, place=point.name, point=point, photos=one["photos"],
            source="video" if row.route.is_video else "patrol", origin=("round", row.id), happened_at=row.ended_at,
            hazard_id=uuid.uuid5(row.id, key),
        )  # fmt: skip
        one["hazard"] = str(hazard.id)


def _file(actor: Actor, row: Round, ended_at: datetime) -> Any:
    """The round as a record of its sheet, so that it proves what documents ask: nobody is asked twice."""
    answers: dict[str, Any] = {}
    checks = {str(s.id): s.checks for s in row.route.stops.all()}
    for key, one in row.stops.items():
        for check in checks.get(key, []):
            if check in one["bad"] or (one["state"] == "bad" and not one["bad"]):
                answers[check], answers[f"{check}_note"] = "bad", one["note"] or "见隐患"
            elif one["state"] == "ok" or one["bad"]:
                answers.setdefault(check, "ok")
    counted = Round.objects.filter(route__unit_path=row.unit_path, unit_path=row.unit_path, day=row.day)
    if row.route.sheet == "daily_patrol":
        answers["rounds"] = min(20, counted.filter(state=Round.WALKED).count() + 1)
    answers["note"] = (row.note or f"按路线“{row.route.name}”巡查")[:300]
    if row.route.is_video:
        answers["channels"] = max(1, row.passed)
    return file_record(
        actor=actor, unit=row.route.unit, sheet=row.route.sheet, answers=answers, happened_at=ended_at,
        record_id=uuid.uuid5(row.id, "record"), seconds=row.seconds, source="phone",
    )  # fmt: skip


def _same(sent: Round, route: Route) -> Round:
    if sent.route_id != route.id:
        raise Stale("这个编号已用在别的巡查上，请重新巡查一次。")
    return sent


def _tell(actor: Actor, verb: str, route: Route, changes: dict[str, Any], row: Round | None = None) -> None:
    subject, kind = (row.id, "round") if row else (route.id, "route")
    write_entry(
        actor=actor, verb=verb, subject_type=kind, subject_id=subject, subject_name=route.name,
        unit_path=route.unit_path, changes=changes,
    )  # fmt: skip


def find_route(actor: Actor, route: uuid.UUID, right: str = "patrols.read") -> Route:
    """A route in the actor's scope; raises NotKnown."""
    found: Route | None = Route.objects.visible_to(actor, right).select_related("unit").filter(id=route).first()
    if found is None:
        raise NotKnown(ELSEWHERE)
    return found


def months(first: date, last: date) -> list[str]:
    """The months from one day to another, as tallies spell them."""
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found
