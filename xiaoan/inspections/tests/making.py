"""Campaigns, visits and people of the tests."""

from datetime import date, timedelta
from typing import Any

from conftest import Cast
from xiaoan.engines.files.services import store_file
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.files.tests.making import upload as file_of
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.people.services import appoint, create_person
from xiaoan.ground.units.models import Unit
from xiaoan.inspections import campaigns, dispatch, parts, rosters, visits
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Campaign, Member, Visit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import SYSTEM, Actor

CLAUSE = "S0-9.9-01"


def officer(cast: Cast) -> Actor:
    return cast.actor("county_officer")


def member(
    cast: Cast, role: str = "inspector", unit: Unit | None = None, team: str = "district", **more: Any
) -> Member:
    """Somebody of `role` in a team of the county (or of the unit given by `at`)."""
    at = more.pop("at", cast.county)
    post = cast.post(role, unit or cast.county, more.pop("name", ""))
    leader = cast.actor(
        "city_officer" if at == cast.city else "province_officer" if at == cast.province else "county_officer", at
    )
    return rosters.add_member(actor=leader, unit=at, team=team, person=post.person, **more)


def planned(cast: Cast, *places: Unit, at: Unit | None = None, mode: str = "routine", **more: Any) -> Campaign:
    """A campaign of the county (or city, province) at these places, with its list item and notice in order."""
    at = at or cast.county
    role = {"city": "city_officer", "province": "province_officer"}.get(at.rank, "county_officer")
    actor, today = cast.actor(role, at), clock.today()
    item = campaigns.add_plan_item(actor=actor, unit=at, year=today.year, name="合成清单事项", most=60)
    given: dict[str, Any] = {"starts": today, "ends": today + timedelta(days=9), "announced_on": today - timedelta(days=40),
                             "plan_item": item, "reason": "合成理由说明", "chosen": [str(p.id) for p in places]}  # fmt: skip
    return campaigns.plan_campaign(actor=actor, unit=at, name=f"合成督查{mode}", mode=mode, **{**given, **more})


def approver(cast: Cast, at: Unit) -> Actor:
    """Somebody else at the bureau who may approve."""
    if at.rank == "county":
        return cast.actor("county_leader", at)
    name = f"second-{at.path}"
    person = Person.objects.filter(username=name).first() or create_person(
        actor=SYSTEM, unit=at, username=name, name="合成审批人", password="Cast-2026-pass"
    )
    Person.objects.filter(pk=person.pk).update(must_change_password=False)
    held = person.posts.first() or appoint(
        actor=SYSTEM, person=person, unit=at, role=f"{at.rank}_officer", starts=date(2024, 1, 1)
    )
    return actor_for(held)


def sent(cast: Cast, campaign: Campaign, team: int = 2, **more: Any) -> Campaign:
    """Drawn, approved by somebody else, sent out."""
    role = {"city": "city_officer", "province": "province_officer"}.get(campaign.unit.rank, "county_officer")
    actor = cast.actor(role, campaign.unit)
    campaigns.draw_campaign(actor=actor, campaign=campaign, team=team)
    campaigns.approve(actor=approver(cast, campaign.unit), campaign=campaign)
    return dispatch.dispatch(actor=actor, campaign=campaign, **more)


def a_visit(cast: Cast, place: Unit | None = None, **more: Any) -> Visit:
    """A visit of one place, planned, headed by the county's inspector (who is in the team already or joins it)."""
    at = more.get("at") or cast.county
    if not Member.objects.filter(unit=at).exists():
        member(cast, at=at, unit=at)
    campaign = sent(cast, planned(cast, place or cast.primary, **more))
    return campaign.visits.select_related("campaign", "place", "unit").get()


def head(cast: Cast, visit: Visit) -> Actor:
    """The actor who heads the visit."""
    with wall.opened():
        return actor_for(
            Post.objects.filter(person_id=visit.head_id).select_related("unit", "person").order_by("id")[0]
        )


def upload(actor: Actor, name: str = "合成.jpg") -> str:
    own = Unit.objects.get(path=actor.scope)
    return str(store_file(actor=actor, unit=own, upload=file_of(name, photo())).id)


def filled(cast: Cast, visit: Visit, *fails: str, clause: str = "") -> Visit:
    """The head answers: these lines fail, one other is in order; then signs for itself."""
    actor = head(cast, visit)
    answers: dict[str, Any] = {key: {"result": "fail", "note": f"合成问题{key}", "clause": clause} for key in fails}
    spare = next((key for key in lines_of_visit(visit) if key not in fails), "")
    answers |= {spare: {"result": "pass"}} if spare else {}
    parts.save_part(actor=actor, visit=visit, answers=answers, is_done=True)
    visit.refresh_from_db()
    return visits.sign(actor=actor, visit=visit, side="head", file=upload(actor))


def issued(cast: Cast, visit: Visit, *fails: str, **more: Any) -> Visit:
    """Filled, signed and fed back."""
    filled(cast, visit, *fails)
    return visits.finish(
        actor=head(cast, visit), visit=visit, opinion="合成反馈", why_unsigned="合成原因", has_all=True, **more
    )
