"""Inspections in the API: campaigns, visits with what is done on them, findings, teams, lists."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, held, router_for
from xiaoan.ground.units.queries import own_unit
from xiaoan.inspections import campaigns as planning
from xiaoan.inspections import dispatch, parts, supervised
from xiaoan.inspections import visits as services
from xiaoan.inspections.access import find_campaign, find_visit, looking
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import PlanItem, Visit
from xiaoan.inspections.resource import CAMPAIGNS, FINDINGS, VISITS
from xiaoan.inspections.resource_places import INSTITUTIONS
from xiaoan.inspections.resource_rosters import BLACKLISTED, MEMBERS, PLAN, SAMPLES, SUPERVISED
from xiaoan.kernel.actor import Actor

campaigns, visits, findings = router_for(CAMPAIGNS), router_for(VISITS), router_for(FINDINGS)
members, plan_items, blacklist = router_for(MEMBERS), router_for(PLAN), router_for(BLACKLISTED)
supervised_items, samples, institutions = router_for(SUPERVISED), router_for(SAMPLES), router_for(INSTITUTIONS)
CampaignTold, VisitTold, SupervisedTold = detail_schema(CAMPAIGNS), detail_schema(VISITS), detail_schema(SUPERVISED)
STEP = Field(None, ge=0, lt=1_000_000)


class CampaignGiven(Schema):
    """A plan. `target` is a unit below the own bureau, `units` single ones instead of kinds."""

    name: str = Field(max_length=80)
    mode: str = Field(max_length=12)
    starts: date
    ends: date
    topics: list[str] = Field(["overall"], max_length=20)
    ways: list[str] = Field(["site"], max_length=2)
    kinds: list[str] = Field([], max_length=20)
    units: list[uuid.UUID] = Field([], max_length=2000)
    take: int = Field(0, ge=0, le=2000)
    plan_item: uuid.UUID | None = None
    announced_on: date | None = None
    checklist: uuid.UUID | None = None
    basis: str = Field("", max_length=200)
    reason: str = Field("", max_length=300)


class DrawGiven(Schema):
    team: int = Field(2, ge=1, le=12)


class StepGiven(Schema):
    step: int | None = STEP


class WordsGiven(Schema):
    words: str = Field("", max_length=500)
    step: int | None = STEP


class PartGiven(Schema):
    """Answers by line: {result: pass, fail or na, note, score, photos, clause, text}."""

    answers: dict[str, dict[str, Any]]
    way: str = Field("site", max_length=8)
    done: bool = False
    seconds: int = Field(0, ge=0, le=28800)


class PartTold(Schema):
    visit: uuid.UUID
    answered: int
    done: bool


class FinishGiven(Schema):
    opinion: str = Field(max_length=500)
    why_unsigned: str = Field("", max_length=200)
    has_all: bool = False
    step: int | None = STEP


class LineTold(Schema):
    key: str
    category: str
    text: str
    basis: str
    is_verified: bool


class ConcernTold(Schema):
    key: str
    words: str
    needs_reason: bool


class ItemGiven(Schema):
    title: str = Field(max_length=120)
    holder: str = Field(max_length=60)
    due: date
    remind_on: date | None = None


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _campaign(actor: Actor, campaign: uuid.UUID) -> Any:
    return detail_of(CAMPAIGNS, actor, CAMPAIGNS.rows(actor).get(pk=campaign))


def _moved(request: HttpRequest, visit: uuid.UUID, move: Callable[..., Visit], seen: int | None, **told: Any) -> Any:
    """One move of a visit, and the visit as it stands then."""
    actor = _actor(request)
    row = move(actor=actor, visit=find_visit(actor, visit), seen=seen, **told)
    return detail_of(VISITS, actor, Visit.objects.select_related("place", "campaign").get(pk=row.pk))


@campaigns.post("/", response={201: CampaignTold}, summary="策划督查", url_name="list_campaigns")
@writes("inspections.plan")
def plan_campaign(request: HttpRequest, given: CampaignGiven) -> Any:
    """Plan an inspection of the own bureau."""
    actor, told = _actor(request), given.dict()
    units, item = told.pop("units"), told.pop("plan_item")
    known = PlanItem.objects.filter(pk=item, unit_path=actor.unit_path).first() if item else None
    row = planning.plan_campaign(
        actor=actor, unit=unit_below(actor, None), chosen=[str(u) for u in units], plan_item=known, **told
    )
    return _campaign(actor, row.id)


@campaigns.get(
    "/{uuid:campaign}/concerns/", response=list[ConcernTold], summary="派出前要看的", url_name="campaign_concerns"
)
@held("inspections.plan")
def concerns(request: HttpRequest, campaign: uuid.UUID) -> Any:
    """What stands against sending it out."""
    actor = _actor(request)
    return dispatch.outline(dispatch.concerns(actor, find_campaign(actor, campaign)))


@campaigns.post("/{uuid:campaign}/draw/", response=CampaignTold, summary="随机抽取", url_name="draw_campaign")
@writes("inspections.plan")
def draw(request: HttpRequest, campaign: uuid.UUID, given: DrawGiven) -> Any:
    """Draw units and inspectors by a fresh seed."""
    actor = _actor(request)
    planning.draw_campaign(actor=actor, campaign=find_campaign(actor, campaign), team=given.team)
    return _campaign(actor, campaign)


@campaigns.post("/{uuid:campaign}/approve/", response=CampaignTold, summary="批准方案", url_name="approve_campaign")
@writes("inspections.approve")
def approve(request: HttpRequest, campaign: uuid.UUID, given: StepGiven) -> Any:
    """Agree to the plan: not in the post that made it."""
    actor = _actor(request)
    planning.approve(actor=actor, campaign=find_campaign(actor, campaign), seen=given.step)
    return _campaign(actor, campaign)


@campaigns.post("/{uuid:campaign}/dispatch/", response=CampaignTold, summary="派出", url_name="dispatch_campaign")
@writes("inspections.plan")
def send(request: HttpRequest, campaign: uuid.UUID, given: StepGiven) -> Any:
    """Send it out: a visit for each drawn unit."""
    actor = _actor(request)
    dispatch.dispatch(actor=actor, campaign=find_campaign(actor, campaign), seen=given.step)
    return _campaign(actor, campaign)


@campaigns.post("/{uuid:campaign}/conclude/", response=CampaignTold, summary="结束督查", url_name="conclude_campaign")
@writes("inspections.plan")
def conclude(request: HttpRequest, campaign: uuid.UUID, given: WordsGiven) -> Any:
    """End it with its result."""
    actor = _actor(request)
    planning.conclude(actor=actor, campaign=find_campaign(actor, campaign), conclusion=given.words, seen=given.step)
    return _campaign(actor, campaign)


@visits.get("/{uuid:visit}/lines/", response=list[LineTold], summary="检查项", url_name="visit_lines")
@held("inspections.read")
def lines(request: HttpRequest, visit: uuid.UUID) -> Any:
    """What is looked at: only what concerns the place."""
    actor = _actor(request)
    row = find_visit(actor, visit)
    with looking(actor, row):
        return [vars(line) for line in lines_of_visit(row).values()]


@visits.post("/{uuid:visit}/part/", response=PartTold, summary="交检查结果", url_name="answer_visit")
@writes("inspections.do")
def answer(request: HttpRequest, visit: uuid.UUID, given: PartGiven) -> Any:
    """An inspector's answers, all or some."""
    actor = _actor(request)
    row = find_visit(actor, visit)
    part = parts.save_part(
        actor=actor, visit=row, answers=given.answers, way=given.way, is_done=given.done, seconds=given.seconds
    )
    return {"visit": row.id, "answered": len(part.answers), "done": part.done_at is not None}


@visits.post("/{uuid:visit}/finish/", response=VisitTold, summary="反馈", url_name="finish_visit")
@writes("inspections.do")
def finish(request: HttpRequest, visit: uuid.UUID, given: FinishGiven) -> Any:
    """The head issues the findings."""
    told = given.dict()
    return _moved(request, visit, services.finish, told.pop("step"), **told)


@visits.post("/{uuid:visit}/fix/", response=VisitTold, summary="回复整改", url_name="fix_visit")
@writes("inspections.fix")
def fix(request: HttpRequest, visit: uuid.UUID, given: WordsGiven) -> Any:
    """The place answers what it has put right."""
    return _moved(request, visit, services.fix, given.step, fix_words=given.words)


@visits.post("/{uuid:visit}/check/", response=VisitTold, summary="复查通过", url_name="check_visit")
@writes("inspections.do")
def check(request: HttpRequest, visit: uuid.UUID, given: WordsGiven) -> Any:
    """It was put right."""
    return _moved(request, visit, services.check, given.step, check_words=given.words)


@visits.post("/{uuid:visit}/return/", response=VisitTold, summary="退回整改", url_name="return_visit")
@writes("inspections.do")
def return_it(request: HttpRequest, visit: uuid.UUID, given: WordsGiven) -> Any:
    """Something is still missing."""
    return _moved(request, visit, services.return_it, given.step, check_words=given.words)


@visits.post("/{uuid:visit}/evaluate/", response=VisitTold, summary="评价", url_name="evaluate_visit")
@writes("inspections.do")
def evaluate(request: HttpRequest, visit: uuid.UUID, given: WordsGiven) -> Any:
    """The last step."""
    return _moved(request, visit, services.evaluate, given.step, evaluation=given.words)


@supervised_items.post("/", response={201: SupervisedTold}, summary="立项督办", url_name="list_supervised")
@writes("supervised.keep")
def supervise(request: HttpRequest, given: ItemGiven) -> Any:
    """Set an item up at the own unit."""
    actor = _actor(request)
    row = supervised.supervise(actor=actor, unit=own_unit(actor), **given.dict())
    return detail_of(SUPERVISED, actor, SUPERVISED.rows(actor).get(pk=row.pk))
