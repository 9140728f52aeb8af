"""What waits for a person: cases to judge, assign, fix, verify, answer, look at again; what has climbed up to them."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.units.paths import ancestors
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

WORDS = {
    "reported": "隐患待研判", "judged": "隐患待落实整改", "assigned": "隐患待整改", "fixing": "隐患正在整改", "extending": "隐患延期待答复",
    "transferred": "学校吹哨待签收", "received": "学校吹哨待答复", "handed_in": "隐患待验收", "verified": "重大隐患待摘牌",
}  # fmt: skip
ICONS = {"handed_in": "circle-check", "verified": "flag", "transferred": "speakerphone", "received": "speakerphone"}


def waiting(actor: Actor) -> list[Waiting]:
    """In the order of the flow; what is late is counted in each line."""
    if not actor.holds("hazards.read") or not actor.unit_path:
        return []
    return [*_mine(actor), *_climbed(actor), *_doubted(actor)]


def _mine(actor: Actor) -> list[Waiting]:
    """What the actor's own moves are waited for: given to the person, or to the unit whose moves the post may make."""
    able = {s for m in HAZARD.moves if actor.holds(m.right) for s in m.sources}
    ours = Q(holder_path=actor.unit_path, holder_id__isnull=True)
    rows = Hazard.objects.filter(Q(holder_id=actor.person_id, holder_path=actor.unit_path) | ours).still_open()
    counted: Counter[str] = Counter()
    late: Counter[str] = Counter()
    told = rows.order_by().values_list("state").annotate(n=Count("id"), late=Count("id", filter=_late()))
    for state, n, over in told:
        if state in able:
            counted[state], late[state] = n, over
    return [_line(state, counted[state], late[state]) for state in WORDS if counted[state]]


def _line(state: str, n: int, late: int) -> Waiting:
    href = reverse("hazards:list") + f"?whose=mine&state={state}"
    return Waiting(WORDS[state], n, href, ICONS.get(state, "alert-triangle"), late)


def _climbed(actor: Actor) -> list[Waiting]:
    """Late cases that have climbed to the actor's bureau or beyond it."""
    if not actor.holds("hazards.verify") or actor.rank == "school":
        return []
    rows = Hazard.objects.under(actor.scope).filter(escalated_to__in=ancestors(actor.unit_path)).still_open()
    n = rows.count()
    return [Waiting("下级超期隐患", n, reverse("hazards:list") + "?state=late", "alert-octagon", n)]


def _doubted(actor: Actor) -> list[Waiting]:
    """Closed cases that came back, below the bureau that may look again."""
    if not actor.holds("hazards.recheck"):
        return []
    n = Hazard.objects.under(actor.scope).filter(questioned_on__isnull=False).count()
    return [Waiting("原销号待复核", n, reverse("hazards:list") + "?flag=doubt", "repeat")]


def _late() -> Any:
    return Q(due__lt=clock.today())
