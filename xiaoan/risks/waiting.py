"""What waits for a person: controls to confirm, points to assess, risk sources to register, acceptances to score or decide."""

from collections import Counter

from django.urls import reverse

from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.units.kinds import Rank
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.risks.models import Acceptance, Point
from xiaoan.risks.queries import my_controls

MOST = 200


def waiting(actor: Actor) -> list[Waiting]:
    """One statement for each kind, by an index; a school has two of them, a county two."""
    if not actor.holds("risks.read") or not actor.unit_path:
        return []
    found: list[Waiting] = []
    if actor.rank == Rank.SCHOOL:
        found += [_controls(actor)] if actor.holds("risks.confirm") and actor.person_id else []
        found += _points(actor) if actor.holds("risks.write") else []
    elif actor.rank == Rank.COUNTY:
        found += [_to_register(actor)] if actor.holds("risks.register") else []
        found += _acceptances(actor) if actor.holds("risks.score") else []
    return found


def _controls(actor: Actor) -> Waiting:
    today = clock.today()
    days = list(my_controls(actor).filter(due__lte=today).order_by().values_list("due", flat=True)[:MOST])
    late = sum(day < today for day in days)
    return Waiting("管控措施要确认", len(days), reverse("risks:mine"), "checklist", late)


def _points(actor: Actor) -> list[Waiting]:
    """Of a school's own points, a few dozen rows of its index."""
    today = clock.today()
    rows = Point.objects.filter(unit_path=actor.unit_path, is_active=True).values_list("base_level", "assess_due")
    told = list(rows.order_by())
    due = [day for base, day in told if base is not None and day is not None and day <= today]
    return [
        Waiting("风险点还没评估", sum(base is None for base, _ in told), _list("wanting=unassessed"), "scale"),
        Waiting("风险点该重新评估", len(due), _list("wanting=due"), "scale", sum(day < today for day in due)),
    ]


def _to_register(actor: Actor) -> Waiting:
    rows = Point.objects.filter(county_path=actor.unit_path, is_active=True, state="declared")
    return Waiting("风险源待登记", rows.count(), _list("state=declared"), "certificate")


def _acceptances(actor: Actor) -> list[Waiting]:
    rows = Acceptance.objects.filter(county_path=actor.unit_path, state__in=["applied", "scored"])
    counted = Counter(rows.order_by().values_list("state", flat=True)[:MOST])
    url = reverse("risks:acceptances")
    found = [Waiting("达标验收待评分", counted["applied"], f"{url}?state=applied", "clipboard-check")]
    if actor.holds("risks.accept"):
        found += [Waiting("达标验收待决定", counted["scored"], f"{url}?state=scored", "rosette-discount-check")]
    return found


def _list(query: str) -> str:
    return f"{reverse('risks:points')}?{query}"
