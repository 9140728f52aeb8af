"""Random moves by random posts: no state that the table forbids, never without holder or deadline while open, and the
fixer never verifies."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies

from conftest import WEDNESDAY, Cast
from xiaoan.engines.flow.services import allowed_moves
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards import services
from xiaoan.hazards.doing import DOERS, do_move
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services import verifying
from xiaoan.hazards.services.moving import move as real_move
from xiaoan.hazards.services.partners import partners_of
from xiaoan.hazards.states import CLOSED, ENDS, LEVELS
from xiaoan.hazards.tests.making import a_hazard, a_photo, disagreements
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Refusal

LEADS = ("principal", "safety_director", "guard", "homeroom_teacher")
STEPS = 12


class Undone(Exception):
    """Takes an example back."""


def actors_of(cast: Cast) -> list[Actor]:
    police = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="甲县公安局", kind="police")
    above = ["township_officer", "county_officer", "inspector", "county_leader", "city_officer"]
    return [
        *(cast.actor(r) for r in (*LEADS, *above)),
        cast.actor("partner_officer", police),
        cast.actor("principal", cast.junior),
    ]


def told_of(cast: Cast, hazard: Hazard, actor: Actor, dice: random.Random) -> dict[str, Any]:
    """Something for every field that any move asks, sometimes nothing."""
    posts = list(Post.objects.filter(unit_path=hazard.unit_path).values_list("id", flat=True))
    bodies = partners_of(hazard.unit_path)
    until = clock.today() + timedelta(days=dice.randint(-3, 40))
    told = {
        "category": "C02", "level": dice.choice(list(LEVELS)), "item": "", "hits": [], "why": "理由", "level_why": "理由",
        "responsible_post": str(dice.choice(posts)), "responsible": "维修队", "measures": "修", "funds": "不用资金",
        "fix_by": "", "plan": "预案", "interim": "隔离", "done": "好了", "decision": "意见", "ask_until": str(until),
        "ask_why": "等料", "partner": str(dice.choice(bodies).id), "transfer_why": "占道", "duplicate_of": "",
        "supervisor": "某人", "due": str(until), "basis": "", "words": "进展", "percent": "10",
        "found": dice.choice(["holds", "recurred", "false"]), **dict.fromkeys(("goal", "people", "time", "contingency"), "写明"),
    }  # fmt: skip
    return {k: v for k, v in told.items() if dice.random() > 0.03}


def check(hazard: Hazard, before: str, key: str, fixers: set[Any]) -> None:
    move = next((m for m in HAZARD.moves if m.key == key), None)
    reached = {move.to} if move else {before}
    if key in ("verify", "strike"):
        reached |= {CLOSED}
    if key == "look":
        reached |= {"fixing"}
    assert hazard.state in reached | ({before} if key in ("strike",) else set()), (before, key, hazard.state)
    if move:
        assert before in move.sources, (before, key)
    if hazard.state not in ENDS:
        assert hazard.holder and hazard.holder_path and hazard.due, (before, key, hazard.state)
    if key == "verify":
        assert not {hazard.verified_by_id, hazard.verified_post_id} & fixers, "the fixer has verified"


def walk(cast: Cast, actors: list[Actor], dice: random.Random) -> int:
    """A case through random moves; returns how many were done."""
    done, fixers = 0, set[Any]()
    hazard = a_hazard(cast, actor=dice.choice(actors[:6]), level=dice.choice(["", *LEVELS]))
    keys = list(DOERS)
    for n in range(STEPS):
        actor = dice.choice(actors)
        allowed = [m.key for m in allowed_moves(HAZARD, actor, hazard)]
        key = dice.choice(allowed) if allowed and dice.random() < 0.8 else dice.choice(keys)
        photos = (
            [a_photo(actor, cast.primary)] if key in ("hand_in", "answer") and actor.sees(cast.primary.path) else []
        )
        before = hazard.state
        with clock.held_at(WEDNESDAY + timedelta(hours=5 * n)), suppress(Refusal):
            with transaction.atomic():
                do_move(actor, hazard, key, told_of(cast, hazard, actor, dice), photos, None)
            done += 1
            hazard.refresh_from_db()
            check(hazard, before, key, fixers)
            if key in ("hand_in", "answer"):
                fixers |= {actor.person_id, actor.post_id}
        hazard = Hazard.objects.select_related("unit").get(id=hazard.id)
    return done


@settings(
    derandomize=True, max_examples=2, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(strategies.integers(0, 2**32))
def test_random_moves_by_random_posts_break_no_rule(cast: Cast, wednesday: Any, seed: int) -> None:
    with suppress(Undone), transaction.atomic():
        dice, actors = random.Random(seed), actors_of(cast)
        assert sum(walk(cast, actors, dice) for _ in range(3)) > 2
        assert disagreements() == []
        raise Undone


def test_the_property_is_able_to_fail(cast: Cast, wednesday: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verification that asks nobody who they are is found out, and so is a case that nobody holds."""
    hazard = a_hazard(cast)
    guard = cast.actor("guard")

    def careless(actor: Actor, case: Hazard, key: str, *rest: Any, **more: Any) -> Hazard:
        return real_move(SYSTEM, case, key, *rest, **more)

    lead = cast.actor("safety_director")
    services.judge(actor=lead, hazard=hazard, category="C02", level="major")
    services.assign(
        actor=lead, hazard=hazard, responsible="维修队", measures="修", funds="无", plan="预案", interim="隔离"
    )
    services.hand_in(actor=guard, hazard=hazard, done="好", photos=[a_photo(guard, cast.primary)])
    monkeypatch.setattr(verifying, "move", careless)
    services.verify(actor=guard, hazard=hazard, decision="好")
    Hazard.objects.filter(id=hazard.id).update(verified_by_id=guard.person_id)
    hazard.refresh_from_db()
    with pytest.raises(AssertionError, match="the fixer has verified"):
        check(hazard, "handed_in", "verify", {guard.person_id})
    hazard.holder = ""
    with pytest.raises(AssertionError):
        check(hazard, "handed_in", "verify", set())
    with pytest.raises(AssertionError):
        check(hazard, "reported", "assign", set())
