"""Every change of a campaign before it is sent out: the year's list, planning, approving, drawing, concluding."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from xiaoan.engines.flow.services import run_move
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.kinds import GENERAL_KINDS
from xiaoan.ground.units.models import Unit, UnitQuerySet, scope_of
from xiaoan.ground.units.paths import county_of
from xiaoan.inspections.catalogue import line_sets
from xiaoan.inspections.draw import METHOD, Candidate, Drawn, Person, draw
from xiaoan.inspections.flows import CAMPAIGN
from xiaoan.inspections.kinds import MODES, WAYS
from xiaoan.inspections.models import Campaign, Member, PlanItem
from xiaoan.inspections.strata import Facts, facts_of, stratum
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import read_id

MOST_POOL = 5000
RANKS = ("city", "county")  # words among `kinds` that name bureaux, not schools
SELF_ROLES = ("safety_director", "principal")


def add_plan_item(*, actor: Actor, unit: Unit, year: int, name: str, basis: str = "", most: int = 1) -> PlanItem:
    """Put a line on the year's approved list of the bureau's inspections."""
    require(actor, "inspections.plan", unit.path)
    if not name.strip():
        raise Invalid("请写清单事项的名称。", {"name": "请写清单事项的名称。"})
    if not 2020 <= year <= 2100 or not 1 <= most <= 60:
        raise Invalid("年份或次数不对。", {"year": "年份或次数不对。"})
    row = PlanItem(
        year=year, name=name.strip()[:80], basis=basis.strip()[:200], most=most, made_by=actor.name,
        made_at=clock.now(), **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        write_entry(
            actor=actor, verb="列入年度检查清单", subject_type="plan_item", subject_id=row.id, subject_name=row.name,
            unit_path=unit.path, changes={"year": year, "most": most},
        )  # fmt: skip
    return row


def plan_campaign(
    *, actor: Actor, unit: Unit, name: str, mode: str, starts: date, ends: date, topics: Sequence[str] = ("overall",),
    ways: Sequence[str] = ("site",), target: Unit | None = None, kinds: Sequence[str] = (),
    chosen: Sequence[str] = (), take: int = 0, plan_item: PlanItem | None = None, announced_on: date | None = None,
    document: Any = None, clause: str = "", basis: str = "", checklist: Any = None, line_set: str = "",
    categories: Sequence[str] = (), reason: str = "",
) -> Campaign:  # fmt: skip
    """Plan an inspection of units below `target` (the bureau's own subtree unless given)."""
    require(actor, "inspections.plan", unit.path)
    _check(name, mode, starts, ends, topics, ways, line_set)
    target = target or unit
    if not target.path.startswith(unit.path):
        raise Invalid("督查范围应在本单位的管理范围以内。", {"target": "范围不对。"})
    row = Campaign(
        name=name.strip()[:80], mode=mode, topics=list(topics), ways=list(ways), document=document, clause=clause,
        basis=basis.strip()[:200], checklist=checklist, line_set=line_set, categories=list(categories),
        target_path=target.path, kinds=list(kinds), chosen=[str(i) for i in chosen], starts=starts, ends=ends,
        announced_on=announced_on, plan_item=plan_item, reason=reason.strip()[:300], take=take, made_by=actor.name,
        made_by_id=actor.person_id, made_post_id=actor.post_id, made_at=clock.now(), **scope_of(unit),
    )  # fmt: skip
    if not pool_rows(row).exists():
        raise Invalid("这个范围里没有要查的单位，请放宽范围或类别。", {"kinds": "没有要查的单位。"})
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "策划督查", row, {"mode": mode, "starts": starts.isoformat(), "ends": ends.isoformat()})
    return row


def give_reason(*, actor: Actor, campaign: Campaign, reason: str) -> Campaign:
    """Put on record why it is done in spite of the list, the notice or visits already planned."""
    require(actor, "inspections.plan", campaign.unit_path)
    if len(reason.strip()) < 6:
        raise Invalid("理由太短，请写明为什么必须开展。", {"reason": "理由太短。"})
    with transaction.atomic():
        campaign.reason = reason.strip()[:300]
        campaign.save(update_fields=["reason"])
        _tell(actor, "说明督查理由", campaign, {"reason": campaign.reason})
    return campaign


def approve(*, actor: Actor, campaign: Campaign, seen: int | None = None) -> Campaign:
    """Somebody else in another post agrees to the plan."""
    return run_move(CAMPAIGN, actor=actor, case=campaign, move="approve", seen=seen)


def conclude(*, actor: Actor, campaign: Campaign, conclusion: str, seen: int | None = None) -> Campaign:
    """End it with a few sentences; visits that are still open go their way to the end."""
    if campaign.visits.filter(state__in=["planned", "running"]).exists():
        raise Stale("还有没查完的检查。请先查完，或逐个取消并写明原因。")
    return run_move(CAMPAIGN, actor=actor, case=campaign, move="conclude", seen=seen, filled={"conclusion": conclusion})


def cancel(*, actor: Actor, campaign: Campaign, conclusion: str, seen: int | None = None) -> Campaign:
    """Give the plan up."""
    return run_move(CAMPAIGN, actor=actor, case=campaign, move="cancel", seen=seen, filled={"conclusion": conclusion})


def draw_campaign(
    *, actor: Actor, campaign: Campaign, team: int = 2, members: Sequence[str] = (), seed: str = ""
) -> Campaign:
    """Draw units and inspectors by a fresh seed. Each draw is in the journal with its seed: none can be hidden.

    `members` are ids of team members; all current ones of the bureau that fit the mode unless given.
    """
    require(actor, "inspections.plan", campaign.unit_path)
    if campaign.state not in ("draft", "approved"):
        raise Stale("这次督查已经派出，不能再抽取。")
    units, people = units_of(campaign), people_of(campaign, members)
    if not people and campaign.mode != "self":
        raise Invalid("没有可以派出的督查人员。请先在“督查队伍”里登记。", {"members": "没有督查人员。"})
    seed = seed or secrets.token_hex(8)
    facts = facts_of(units)
    pool = pool_of(units, facts)
    given = {"method": METHOD, "seed": seed, "take": campaign.take, "team": max(1, min(team, 12)),
             "is_cross": campaign.how.is_apart, "pool": [list(vars(c).values()) for c in pool],
             "people": [[p.id, p.home, p.county, list(p.only)] for p in people], "facts": facts}  # fmt: skip
    out = run_draw(given)
    times = campaign.drawn.get("times", 0) + 1
    with transaction.atomic():
        changed = Campaign.objects.filter(pk=campaign.pk, step=campaign.step, state=campaign.state).update(
            drawn={**given, **vars(out), "times": times}, seed=seed, drawn_at=clock.now(), step=campaign.step + 1
        )
        if not changed:
            raise Stale("这次督查刚刚有了变化，没有抽取。请看过最新情况再抽。")
        campaign.refresh_from_db()
        _tell(actor, "随机抽取", campaign, {"seed": seed, "times": times, "units": len(out.units)})
    return campaign


def run_draw(given: dict[str, Any]) -> Drawn:
    """Run a draw on what it was given, as kept with the campaign: the same again gives the same."""
    pool = [Candidate(*row) for row in given["pool"]]
    people = [Person(row[0], row[1], row[2], tuple(row[3])) for row in given["people"]]
    if not people:  # a self-check has no inspectors from outside
        drawn = draw(given["seed"], pool, [], take=given["take"], team=1, is_cross=False)
        return Drawn(drawn.units, {u: [] for u in drawn.units}, [], {})
    return draw(given["seed"], pool, people, take=given["take"], team=given["team"], is_cross=given["is_cross"])


def is_repeatable(campaign: Campaign) -> bool:
    """Whether the draw, run again from its facts and its seed, gives what is kept."""
    held = campaign.drawn
    facts = held.get("facts", {})  # a draw of the first method keeps none
    if any(stratum(facts[i]) != name for i, name, *_ in held.get("pool", ()) if facts):
        return False
    return bool(held) and vars(run_draw(held)) == {k: held[k] for k in ("units", "teams", "without", "pairs")}


def pool_rows(campaign: Campaign) -> UnitQuerySet:
    """The open units that the campaign may inspect."""
    rows = Unit.objects.under(campaign.target_path).active().order_by("path")
    if campaign.chosen:
        return rows.filter(id__in=[i for i in map(read_id, campaign.chosen) if i])
    kinds = [k for k in campaign.kinds if k not in RANKS]
    ranks = [k for k in campaign.kinds if k in RANKS]
    if not campaign.kinds:
        kinds = list(line_sets()[campaign.line_set].kinds) if campaign.line_set else []
        ranks = [k for k in kinds if k in RANKS]
        kinds = [k for k in kinds if k not in RANKS] or ([] if ranks else GENERAL_KINDS)
    return rows.filter(Q(rank__in=ranks) | Q(kind__in=kinds)).exclude(path=campaign.unit_path)


def units_of(campaign: Campaign) -> list[Unit]:
    """The units that may be drawn."""
    units = list(pool_rows(campaign)[: MOST_POOL + 1])
    if len(units) > MOST_POOL:
        raise Invalid(f"一次抽取的范围最多 {MOST_POOL:,} 个单位，请缩小范围或按类别分开抽。")
    return units


def pool_of(units: Sequence[Unit], facts: dict[str, Facts]) -> list[Candidate]:
    """The pool with its strata, named from the facts."""
    return [Candidate(str(u.id), stratum(facts[str(u.id)]), u.path, county_of(u.path)) for u in units]


def people_of(campaign: Campaign, members: Sequence[str] = ()) -> list[Person]:
    """Who may be drawn: current members of the bureau's teams, those of a third party only in its own mode."""
    if campaign.mode == "self":
        return []
    rows = Member.objects.current(campaign.starts).filter(unit_id=campaign.unit_id)
    rows = rows.filter(team="third_party") if campaign.mode == "third_party" else rows.exclude(team="third_party")
    wanted = [i for i in map(read_id, members) if i]
    rows = rows.filter(id__in=wanted) if wanted else rows
    in_post = set(
        Post.objects.current(campaign.starts).filter(person_id__in=[m.person_id for m in rows])
        .values_list("person_id", flat=True)
    )  # fmt: skip
    return [
        Person(str(m.person_id), m.home_path, county_of(m.home_path), tuple(m.places))
        for m in {m.person_id: m for m in rows.order_by("id")}.values()
        if m.person_id in in_post
    ]


def require_own(actor: Actor, campaign: Campaign) -> None:
    """A campaign is its own bureau's to run."""
    require(actor, "inspections.plan", campaign.unit_path)
    if actor.unit_path != campaign.unit_path and not actor.is_system:
        raise NotAllowed("这次督查由发起的单位自己派出。")


def _check(
    name: str, mode: str, starts: date, ends: date, topics: Sequence[str], ways: Sequence[str], line_set: str
) -> None:
    wrong = {}
    if not name.strip():
        wrong["name"] = "请写督查的名称。"
    if mode not in MODES:
        wrong["mode"] = "请选择督查方式。"
    if ends < starts:
        wrong["ends"] = "结束日期早于开始日期。"
    if not topics or {*topics} - dict(sheet("supervision").field("topics").options).keys():
        wrong["topics"] = "请至少选一项查什么。"
    if not ways or {*ways} - WAYS.keys():
        wrong["ways"] = "请选择现场检查、线上巡查，或两样都选。"
    if line_set and line_set not in line_sets():
        wrong["line_set"] = "没有这种检查表。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _tell(actor: Actor, verb: str, campaign: Campaign, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type=CAMPAIGN.key, subject_id=campaign.id, subject_name=campaign.name,
        unit_path=campaign.unit_path, changes=changes,
    )  # fmt: skip
