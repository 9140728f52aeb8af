"""What waits for a person: own parts to do, feedback to answer, answers to look at, plans to approve, appeals."""

from django.db.models import Q
from django.urls import reverse

from xiaoan.engines.ui.waiting import Waiting
from xiaoan.inspections.access import parts_of
from xiaoan.inspections.models import Blacklisting, Campaign, Supervised, Visit
from xiaoan.inspections.rights import AROUND
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for the actor on this floor; one statement for each line."""
    found = [_parts(actor)] if actor.holds("inspections.do") and actor.person_id else []
    if actor.role in AROUND:
        return found
    if actor.holds("inspections.fix"):
        found += [_to_fix(actor)]
    if actor.holds("inspections.plan"):
        found += [_to_check(actor), _appeals(actor)]
    if actor.holds("inspections.approve"):
        found += [_to_approve(actor)]
    if actor.holds("supervised.keep"):
        found += [_supervised(actor)]
    return found


def _parts(actor: Actor) -> Waiting:
    with wall.opened():
        rows = parts_of(actor).filter(done_at__isnull=True, visit__state__in=["planned", "running"])
        days = list(rows.values_list("visit__planned_on", flat=True)[:200])
    late = sum(day < clock.today() for day in days)
    return Waiting("检查要去做", len(days), reverse("inspections:mine"), "map-search", late)


def _to_fix(actor: Actor) -> Waiting:
    rows = Visit.objects.filter(unit_path=actor.unit_path, state="issued", failed__gt=0)
    days = list(rows.values_list("due", flat=True)[:200])
    late = sum(day is not None and day < clock.today() for day in days)
    return Waiting("督查反馈要整改回复", len(days), _visits("issued"), "tool", late)


def _to_check(actor: Actor) -> Waiting:
    rows = Visit.objects.filter(by_path=actor.unit_path).filter(Q(state__in=["fixed", "checked"]))
    return Waiting("整改要复查和评价", rows.count(), _visits("fixed"), "zoom-check")


def _appeals(actor: Actor) -> Waiting:
    rows = Blacklisting.objects.filter(by_path=actor.unit_path, state="appealed")
    return Waiting("黑名单申诉要答复", rows.count(), reverse("inspections:blacklist") + "?state=appealed", "gavel")


def _to_approve(actor: Actor) -> Waiting:
    rows = Campaign.objects.filter(unit_path=actor.unit_path, state="draft").exclude(made_by_id=actor.person_id)
    rows = rows.exclude(seed="")
    return Waiting("督查方案要批准", rows.count(), reverse("inspections:campaigns") + "?state=draft", "circle-check")


def _supervised(actor: Actor) -> Waiting:
    today = clock.today()
    rows = Supervised.objects.filter(unit_path=actor.unit_path, state="open", remind_on__lte=today)
    days = list(rows.values_list("due", flat=True)[:200])
    late = sum(day < today for day in days)
    return Waiting("督办事项快到期", len(days), reverse("inspections:supervised_list") + "?state=open", "gavel", late)


def _visits(state: str) -> str:
    return f"{reverse('inspections:visits')}?state={state}"
