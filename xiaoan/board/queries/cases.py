"""Hazards in the actor's scope, by what becomes of them: the way from a home page to each part of their cycle."""

from collections import Counter

from django.db.models import Count, Q
from django.urls import reverse

from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.units.kinds import Rank
from xiaoan.hazards.figures import NOW
from xiaoan.hazards.models import REPORT_ONLY, Hazard
from xiaoan.hazards.states import ENDS
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor


def hazard_lines(actor: Actor) -> list[Waiting]:
    """Open, late, major, supervised, with other departments, come again, closed; none for who sees only single cases."""
    if not actor.holds("hazards.read") or not actor.scope or actor.role in REPORT_ONLY or actor.rank == Rank.PARTNER:
        return []
    states, majors = _standing(actor.scope)
    marked = _marked(actor.scope)
    at = reverse("hazards:list")
    return [
        Waiting("未销号", sum(states[s] for s in states if s not in ENDS), f"{at}?state=open", "alert-triangle", marked["late"]),
        Waiting("重大未销号", majors, reverse("hazards:majors"), "alert-octagon"),
        Waiting("挂牌督办中", marked["supervised"], f"{at}?flag=supervised&state=open", "flag"),
        Waiting("待部门签收", states["transferred"], f"{at}?state=transferred", "speakerphone"),
        Waiting("部门办理中", states["received"], f"{at}?state=received", "speakerphone"),
        Waiting("重复出现、销号存疑", marked["doubt"], f"{at}?flag=doubt", "refresh"),
        Waiting("已销号", states["closed"], f"{at}?state=closed", "circle-check"),
    ]  # fmt: skip


def _standing(path: str) -> tuple[Counter[str], int]:
    """({state: cases}, open major ones), from tallies."""
    states, majors = Counter[str](), 0
    for (subject, _), n in read_one(path, NOW).items():
        state, level, _category = subject.split(".")
        states[state] += n
        majors += n if level == "major" and state not in ENDS else 0
    return states, majors


def _marked(path: str) -> dict[str, int]:
    """What no tally counts: it changes with the day, or is a mark on a case."""
    is_open = ~Q(state__in=ENDS)
    return Hazard.objects.under(path).filter(is_open | Q(questioned_on__isnull=False)).aggregate(
        late=Count("id", filter=is_open & Q(due__lt=clock.today())),
        supervised=Count("id", filter=is_open & Q(is_supervised=True)),
        doubt=Count("id", filter=Q(questioned_on__isnull=False)),
    )  # fmt: skip
