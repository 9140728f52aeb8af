"""Before and at the sending out: the year's list, the notice, what each unit already awaits; then the visits are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from xiaoan.engines.flow.numbers import next_number, numbered
from xiaoan.engines.flow.services import run_move
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.campaigns import SELF_ROLES, require_own
from xiaoan.inspections.flows import CAMPAIGN, VISIT
from xiaoan.inspections.models import Campaign, Member, Part, Visit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.ids import read_id

MOST_SHOWN = 50


@dataclass(frozen=True)
class Concern:
    """What stands against sending it out. `needs_reason`: only with a reason on the record; else it cannot be done."""

    key: str
    words: str
    needs_reason: bool = True
    clashes: Sequence["Clash"] = ()


@dataclass(frozen=True)
class Clash:
    """A visit that a unit already awaits, or has just had. `may_join`: our inspectors may come along instead."""

    unit: Unit
    visit: Visit
    by: str
    may_join: bool = field(default=False)


def concerns(actor: Actor, campaign: Campaign) -> list[Concern]:
    """Everything that speaks against it, worst first. Visits without notice of other bureaux are not told."""
    found = [*_blocking(campaign), *_of_the_list(campaign), *_of_the_notice(campaign)]
    units = drawn_units(campaign)
    clashes = clashes_of(actor, campaign, units)
    if clashes:
        days = norm("inspections.gap_days", campaign.unit_path)
        words = f"{len({c.unit.id for c in clashes})} 个单位在前后 {days} 天里已经安排了别的督查，可以合并为一次。"
        found.append(Concern("clash", words, clashes=clashes))
    if full := _full(campaign, units):
        most = norm("inspections.visits_year", campaign.unit_path)
        found.append(Concern("many", f"{'、'.join(full[:5])}等 {len(full)} 个单位今年已接受 {most} 次督查。"))
    return found


def _blocking(campaign: Campaign) -> list[Concern]:
    found = []
    if not campaign.drawn:
        found.append(Concern("draw", "还没有抽取对象和人员。", needs_reason=False))
    elif campaign.drawn["without"]:
        n = len(campaign.drawn["without"])
        found.append(
            Concern("people", f"有 {n} 个单位没有可以去的督查人员，请补充队伍后重新抽取。", needs_reason=False)
        )
    if campaign.ends < clock.today():
        found.append(Concern("past", "督查的时段已经过去。", needs_reason=False))
    return found


def _of_the_list(campaign: Campaign) -> list[Concern]:
    item = campaign.plan_item
    if campaign.mode == "self":
        return []
    if item is None or item.year != campaign.starts.year or item.ended_at:
        return [Concern("list", f"不在 {campaign.starts.year} 年的年度检查清单里。清单以外的督查原则上不开展。")]
    used = item.campaigns.exclude(pk=campaign.pk).exclude(state__in=["draft", "approved", "cancelled"]).count()
    if used >= item.most:
        return [Concern("list", f"年度清单里“{item.name}”一年 {item.most} 次，已经用完。")]
    return []


def _of_the_notice(campaign: Campaign) -> list[Concern]:
    if campaign.how.is_hidden or campaign.mode == "self":
        return []
    days = norm("burden.notice_days", campaign.unit_path)
    told = campaign.announced_on
    if told is None:
        return [Concern("notice", f"还没有填告知学校的日期。督查要提前 {days} 天说清查什么、查哪里、怎么查。")]
    ahead = (campaign.starts - told).days
    return [Concern("notice", f"只提前 {ahead} 天告知，规定是 {days} 天。")] if ahead < days else []


def _full(campaign: Campaign, units: Sequence[Unit]) -> list[str]:
    year, most = campaign.starts.year, norm("inspections.visits_year", campaign.unit_path)
    names = {u.id: u.name for u in units}
    counts: dict[UUID, int] = {}
    rows = Visit.objects.filter(place__in=list(names), counted_on__year=year).values_list("place_id", flat=True)
    for place in rows:
        counts[place] = counts.get(place, 0) + 1
    return [names[u] for u, n in counts.items() if n >= most]


def drawn_units(campaign: Campaign) -> list[Unit]:
    """The drawn units in the order of the draw."""
    ids = campaign.drawn.get("units", [])
    rows = {str(u.id): u for u in Unit.objects.filter(id__in=[i for i in map(read_id, ids) if i])}
    return [rows[i] for i in ids if i in rows]


def clashes_of(actor: Actor, campaign: Campaign, units: Sequence[Unit]) -> list[Clash]:
    """Visits of others near the campaign's time at its units, as far as the actor may know of them."""
    gap = timedelta(days=norm("inspections.gap_days", campaign.unit_path))
    rows = (
        Visit.objects.under(actor.scope)
        .filter(place__in=[u.id for u in units], planned_on__gte=campaign.starts - gap, planned_on__lte=campaign.ends + gap)
        .exclude(state="cancelled").exclude(campaign=campaign).select_related("campaign__unit", "place", "unit")
    )  # fmt: skip
    return [
        Clash(v.place, v, _by(v), may_join=v.state == "planned" and not v.is_hidden and not campaign.how.is_hidden)
        for v in rows.order_by("planned_on", "id")
    ]


def _by(visit: Visit) -> str:
    owner = Unit.objects.filter(path=visit.by_path).first()
    return owner.label if owner else ""


def dispatch(
    *, actor: Actor, campaign: Campaign, seen: int | None = None, join: Mapping[str, str] | None = None
) -> Campaign:
    """Send it out: a visit for each drawn unit, a part for each inspector and way.

    `join` maps units' ids to visits of others that our inspectors go along with instead. Raises Invalid when something
    stands against it and no reason is on record.
    """
    require_own(actor, campaign)
    join = dict(join or {})
    against = concerns(actor, campaign)
    if stop := [c.words for c in against if not c.needs_reason]:
        raise Invalid("".join(stop))
    asks = [c for c in against if not _is_settled(c, join)]
    if asks and not campaign.reason:
        raise Invalid(f"{''.join(c.words for c in asks)}要派出，请先写明理由。", {"reason": "请写明理由。"})
    with transaction.atomic():
        run_move(CAMPAIGN, actor=actor, case=campaign, move="dispatch", seen=seen)
        _make_visits(actor, campaign, join)
    return campaign


def _is_settled(concern: Concern, join: Mapping[str, str]) -> bool:
    """Whether joining makes up for a clash at every unit."""
    return concern.key == "clash" and {str(c.unit.id) for c in concern.clashes} <= set(join)


def _make_visits(actor: Actor, campaign: Campaign, join: Mapping[str, str]) -> None:
    units = drawn_units(campaign)
    people = _people(campaign, units)
    owner = Unit.objects.get(pk=campaign.unit_id)
    days = _days(campaign, len(units))
    visits, parts = [], []
    for unit, day in zip(units, days, strict=True):
        team = people[str(unit.id)]
        if str(unit.id) in join:
            parts += _joined(actor, campaign, unit, join[str(unit.id)], team)
            continue
        visit = _visit(campaign, owner, unit, day, team)
        visits.append(visit)
        parts += [_part(campaign, visit, m, way, at == 0) for at, m in enumerate(team) for way in campaign.ways]
    Visit.objects.bulk_create(visits, batch_size=500)
    Part.objects.bulk_create(parts, batch_size=500)


def _visit(campaign: Campaign, owner: Unit, unit: Unit, day: date, team: Sequence[Member]) -> Visit:
    stands = owner if campaign.how.is_hidden else unit
    head = team[0] if team else None
    return Visit(
        campaign=campaign, mode=campaign.mode, place=unit, by_path=owner.path, by_rank=campaign.rank,
        number=numbered(f"{owner.label}督", day.year, next_number(VISIT.key, owner.path, day.year)), is_hidden=campaign.how.is_hidden, planned_on=day,
        head_id=head.person_id if head else None, head_name=head.person_name if head else "", **scope_of(stands),
    )  # fmt: skip


def _part(campaign: Campaign, visit: Visit, member: Member, way: str, is_head: bool) -> Part:
    return Part(
        visit=visit, campaign=campaign, person_id=member.person_id, person_name=member.person_name, body=member.body,
        organisation=member.organisation, way=way, is_head=is_head, unit_id=visit.unit_id, unit_path=visit.unit_path,
        county_path=visit.county_path,
    )  # fmt: skip


def _joined(actor: Actor, campaign: Campaign, unit: Unit, visit_id: str, team: Sequence[Member]) -> list[Part]:
    """Parts of our inspectors on the visit of others."""
    wanted = read_id(visit_id)
    visit = (
        Visit.objects.under(actor.scope).select_for_update().filter(pk=wanted, place=unit).first() if wanted else None
    )
    if visit is None:
        raise NotKnown("要合并的检查已经不在了。")
    if visit.state != "planned" or visit.is_hidden:
        raise Stale(f"{unit.name}的那次检查已经开始，不能再合并。")
    held = set(visit.parts.values_list("person_id", "way"))
    write_entry(
        actor=actor, verb="合并检查", subject_type=VISIT.key, subject_id=visit.id, subject_name=visit.number,
        unit_path=visit.unit_path, changes={"campaign": campaign.name, "people": [m.person_name for m in team]},
    )  # fmt: skip
    return [
        _part(campaign, visit, m, way, False) for m in team for way in campaign.ways if (m.person_id, way) not in held
    ]


def _people(campaign: Campaign, units: Sequence[Unit]) -> dict[str, list[Member]]:
    """{unit: its inspectors as team members, the head first}; a self-check is done by the unit's own leads."""
    if campaign.mode == "self":
        return _own_leads(campaign, units)
    teams: dict[str, list[str]] = campaign.drawn["teams"]
    wanted = {i for team in teams.values() for i in team}
    rows = Member.objects.filter(unit_id=campaign.unit_id, person_id__in=[i for i in map(read_id, wanted) if i])
    by_person = {str(m.person_id): m for m in rows.order_by("starts", "id")}
    if missing := wanted - by_person.keys():
        raise Stale(f"有 {len(missing)} 名抽到的人员已不在督查队伍里，请重新抽取。")
    return {unit: [by_person[p] for p in team] for unit, team in teams.items()}


def _own_leads(campaign: Campaign, units: Sequence[Unit]) -> dict[str, list[Member]]:
    posts = Post.objects.current(campaign.starts).filter(unit__in=units, role__in=SELF_ROLES).select_related("person")
    first: dict[UUID, Person] = {}
    for post in sorted(posts, key=lambda p: (SELF_ROLES.index(p.role), p.id)):
        first.setdefault(post.unit_id, post.person)
    return {
        str(u.id): [Member(person_id=first[u.id].id, person_name=first[u.id].name)] if u.id in first else []
        for u in units
    }


def _days(campaign: Campaign, number: int) -> list[date]:
    """The visits spread over the working days of the campaign."""
    calendar = calendar_for(campaign.unit_path)
    span = [campaign.starts + timedelta(days=n) for n in range((campaign.ends - campaign.starts).days + 1)]
    working = [d for d in span if calendar.is_working(d)] or span
    return [working[at * len(working) // number] for at in range(number)] if number else []


def outline(against: Sequence[Concern]) -> list[dict[str, Any]]:
    """The concerns as plain data, for the API."""
    return [{"key": c.key, "words": c.words, "needs_reason": c.needs_reason} for c in against]
