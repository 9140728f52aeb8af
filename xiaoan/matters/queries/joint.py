"""Campaigns, circulars and prohibitions, as their pages show them."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q

from xiaoan.engines.tally.queries import read
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import ScopedQuerySet, Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.matters.counting import BREACHES
from xiaoan.matters.flows import OPEN
from xiaoan.matters.models import Circular, CircularLine, Matter, Prohibition, Sweep, SweepSchool
from xiaoan.matters.seeing import listed_for

NOT_HERE = "没有这项内容，或者它不在您的管理范围内。"


@dataclass(frozen=True)
class OfSchool:
    unit: Unit
    found: int
    solved: int


@dataclass(frozen=True)
class Answered:
    """What a named department has done with a circular: when it signed, and its dates."""

    partner: Unit
    lines: int
    acknowledged_at: object
    acknowledged_by: str
    first: date | None
    last: date | None


def sweeps_for(actor: Actor) -> ScopedQuerySet:
    """A bureau's own and those below; a school those it is in; a department those it takes part in."""
    if actor.rank == Rank.PARTNER:
        return Sweep.objects.visible_to(actor, "matters.read").filter(partners=actor.unit_id)
    if actor.rank == Rank.SCHOOL:
        given = SweepSchool.objects.filter(unit_path=actor.scope).values("sweep")
        return Sweep.objects.filter(id__in=given)
    return Sweep.objects.visible_to(actor, "matters.read")


def find_sweep(actor: Actor, sweep_id: uuid.UUID) -> Sweep:
    found: Sweep | None = sweeps_for(actor).filter(id=sweep_id).select_related("unit").first()
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def by_school(actor: Actor, sweep: Sweep) -> list[OfSchool]:
    """Problems found and solved at each school of the campaign that the actor may see."""
    schools = SweepSchool.objects.filter(sweep=sweep).under(actor.scope).select_related("unit")
    told = listed_for(actor).filter(sweep=sweep).order_by().values_list("unit_path")
    counted = {
        path: (n, done)
        for path, n, done in told.annotate(
            n=Count("id", filter=~Q(state="void")), done=Count("id", filter=Q(state="closed"))
        )
    }
    return [OfSchool(s.unit, *counted.get(s.unit_path, (0, 0))) for s in schools.order_by("unit_path")]


def circulars_for(actor: Actor) -> ScopedQuerySet:
    """Of the bureaux in scope; a department those that name it."""
    rows = Circular.objects.visible_to(actor, "matters.read")
    if actor.rank == Rank.PARTNER:
        return rows.filter(id__in=CircularLine.objects.filter(partner_path=actor.unit_path).values("circular"))
    return rows


def find_circular(actor: Actor, circular_id: uuid.UUID) -> Circular:
    found: Circular | None = circulars_for(actor).filter(id=circular_id).select_related("unit").first()
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def lines_of(actor: Actor, circular: Circular) -> list[CircularLine]:
    rows = CircularLine.objects.filter(circular=circular).select_related("matter__unit", "partner")
    if actor.rank == Rank.PARTNER:
        rows = rows.filter(partner_path=actor.unit_path)
    return list(rows.order_by("partner_path", "id"))


def answers_of(circular: Circular) -> list[Answered]:
    """Each named department: whether it signed, when, and its dates."""
    rows = CircularLine.objects.filter(circular=circular).order_by().values("partner_id").annotate(
        n=Count("id"), at=Max("acknowledged_at"), by=Max("acknowledged_by"), first=Min("fix_by"), last=Max("fix_by")
    )  # fmt: skip
    told = {row["partner_id"]: row for row in rows}
    units = Unit.objects.filter(id__in=list(told)).order_by("path")
    return [Answered(u, *(told[u.id][k] for k in ("n", "at", "by", "first", "last"))) for u in units]


def unsolved(actor: Actor, unit: Unit) -> list[Matter]:
    """Open problems around schools that a circular may list, the oldest first."""
    rows = listed_for(actor).under(unit.path).filter(family="surroundings", state__in=OPEN)
    return list(rows.order_by("id")[:200])


def breaches_below(unit: Unit, items: list[Prohibition]) -> list[tuple[Unit, list[int]]]:
    """Each county below (the unit itself when it is one), and how often each item was broken there."""
    rows = (
        Unit.objects.under(unit.path).active().filter(rank=Rank.COUNTY)
        if unit.rank != Rank.COUNTY
        else Unit.objects.filter(pk=unit.pk)
    )
    units = list(rows.order_by("path")[:400])
    told = read([u.path for u in units], BREACHES, [i.id.hex for i in items])
    counts: dict[str, list[int]] = defaultdict(list)
    for u in units:
        counts[u.path] = [told[u.path][(i.id.hex, "")] for i in items]
    return [(u, counts[u.path]) for u in units]
