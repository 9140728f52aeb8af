"""Rounds: walked, missed, late, sent twice, and what they prove."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import WEDNESDAY, Cast
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.queries import total_of
from xiaoan.engines.tally.services import fold
from xiaoan.hazards.models import Hazard
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.patrols import services
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.slots import slots_of
from xiaoan.patrols.tests.making import a_route, seen_at

pytestmark = pytest.mark.django_db


def at(hour: int, day: int = 18) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour))


def walk(cast: Cast, route: Route, states: str = "ok ok", **given: Any) -> Round:
    told = {"actor": cast.actor("guard"), "route": route, "stops": seen_at(route, states.split()),
            "started_at": clock.now() - timedelta(minutes=12), "ended_at": clock.now(), **given}  # fmt: skip
    return services.walk_round(**told)


def test_a_round_is_filed_as_a_record_and_a_fault_becomes_a_hazard(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    row = walk(cast, route, "ok bad", period="2026-11-18", slot="12:30")
    assert (row.state, row.found, row.passed, row.total, row.is_late) == ("walked", 1, 2, 2, False)
    record = Record.objects.get(id=row.record_id)
    assert record.sheet == "daily_patrol" and record.answers["exits"] == "bad" and record.answers["gate"] == "ok"
    hazard = Hazard.objects.get()
    assert hazard.source == "patrol" and hazard.words == "第 2 处有异常" and hazard.unit_id == cast.primary.id


def test_the_same_round_sent_again_changes_nothing(cast: Cast, wednesday: Any) -> None:
    route, sent = a_route(cast), uuid.uuid4()
    for _ in range(3):
        assert walk(cast, route, "ok bad", round_id=sent).id == sent
    assert (Round.objects.count(), Record.objects.count(), Hazard.objects.count()) == (1, 1, 1)


def test_two_rounds_for_one_slot_are_both_kept(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    first, second = (walk(cast, route, period="2026-11-18", slot="12:30") for _ in range(2))
    assert first.period and not second.period and Round.objects.count() == 2


def test_what_nobody_walked_is_missed_once_and_a_late_arrival_takes_its_place(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    with clock.held_at(WEDNESDAY + timedelta(hours=33)):  # Thursday evening: what was due on Wednesday has waited a day
        assert (
            len(services.close_slots_of(route, clock.now())) == 2
        )  # 12:30 and 18:00; 08:00 was before the route began
        route.refresh_from_db()
        assert services.close_slots_of(route, clock.now()) == []
        assert total_of(cast.county.path, "rounds", "missed") == 2
        late = walk(cast, route, period="2026-11-18", slot="18:00", started_at=at(18), ended_at=at(19))
        assert late.is_late and Round.objects.filter(state="missed").count() == 1
    fold()
    assert (total_of(cast.city.path, "rounds", "missed"), total_of(cast.city.path, "rounds", "late")) == (1, 1)


def test_the_worker_looks_at_a_route_only_when_a_round_could_have_been_missed(cast: Cast, wednesday: Any) -> None:
    a_route(cast)
    assert services.close_slots(clock.now()) == 1
    assert services.close_slots(clock.now() + timedelta(hours=1)) == 0
    assert services.close_slots(clock.now() + timedelta(days=2)) == 1


def test_no_round_is_due_on_days_without_pupils(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    saturday = date(2026, 11, 21)
    assert slots_of(route, saturday, saturday) == []
    route.needs_pupils = False
    assert slots_of(route, date(2026, 11, 20), date(2026, 11, 20))


def test_a_stop_that_is_wrong_needs_a_word(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    told = seen_at(route, ["ok", "bad"])
    next(s for s in told.values() if s["state"] == "bad").update(note="", bad=[])
    with pytest.raises(Invalid, match="请写一句发现了什么"):
        walk(cast, route, stops=told)
    with pytest.raises(Invalid, match="一个点位都没有看"):
        walk(cast, route, stops={"x": {"state": "ok"}})
    assert not Hazard.objects.exists() and not Round.objects.exists()


def test_another_schools_people_and_offices_do_not_walk_it(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    with pytest.raises(NotKnown):
        services.find_route(cast.actor("guard", cast.outside), route.id)
    with pytest.raises((NotAllowed, NotKnown)):
        walk(cast, route, actor=cast.actor("county_officer"))


def test_a_changed_route_is_refused_to_whoever_saw_the_older_one(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    facts = {"actor": cast.actor("safety_director"), "unit": cast.primary, "name": "新", "rhythm": "weekly", "route": route,
             "stops": [(s.point_id, []) for s in route.stops.all()]}  # fmt: skip
    services.plan_route(**facts, seen=0)
    with pytest.raises(Stale):
        services.plan_route(**facts, seen=0)


def test_a_plan_says_what_is_wrong_with_it(cast: Cast, wednesday: Any) -> None:
    with pytest.raises(Invalid) as why:
        services.plan_route(
            actor=cast.actor("safety_director"), unit=cast.primary, name=" ", rhythm="hourly", stops=[], times=["8点"]
        )
    assert set(why.value.fields) == {"name", "rhythm", "stops", "times"}
