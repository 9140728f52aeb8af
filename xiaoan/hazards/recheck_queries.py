"""Reads of second looks."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Draw, Recheck
from xiaoan.hazards.services.rechecks import Asked, candidates, chosen_of
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

FEW = 50


@dataclass(frozen=True)
class Rate:
    """What second looks at a school's closed cases found."""

    unit: Unit
    looked: int
    recurred: int
    false: int

    @property
    def recurrence(self) -> int:
        return 100 * self.recurred // self.looked

    @property
    def false_closing(self) -> int:
        return 100 * self.false // self.looked


def rates(path: str, category: str = "") -> list[Rate]:
    """By school, those with most failures first."""
    rows = Recheck.objects.under(path).exclude(found="")
    rows = rows.filter(category=category) if category else rows
    told = rows.order_by().values_list("unit").annotate(
        looked=Count("id"), recurred=Count("id", filter=Q(found="recurred")), false=Count("id", filter=Q(found="false"))
    )  # fmt: skip
    counted = list(told)
    units = Unit.objects.in_bulk([row[0] for row in counted])
    made = [Rate(units[unit], looked, recurred, false) for unit, looked, recurred, false in counted]
    return sorted(made, key=lambda r: (-(r.recurred + r.false), r.unit.path))[: FEW * 4]


def draws_of(actor: Actor) -> list[Draw]:
    """The newest draws of the actor's own bureau and of those below it."""
    rows = Draw.objects.visible_to(actor, "hazards.recheck").select_related("unit")
    left = Count("rechecks", filter=Q(rechecks__found=""))
    return list(rows.annotate(left=left, drawn=Count("rechecks")).order_by("-id")[:FEW])


def find_draw(actor: Actor, draw_id: uuid.UUID) -> Draw:
    found = Draw.objects.visible_to(actor, "hazards.recheck").select_related("unit").filter(id=draw_id).first()
    if found is None:
        raise NotKnown("没有这次抽查，或者它不在您的管理范围内。")
    return found  # type: ignore[no-any-return]


def repeats_draw(row: Draw) -> bool:
    """Whether drawing again by the same seed gives the same cases; new closings since may change it."""
    told = row.asked
    asked = Asked(told["size"], date.fromisoformat(told["since"]), date.fromisoformat(told["until"]), told["category"])
    ids = candidates(row.unit_path, asked).filter(closed_at__lte=row.made_at).values_list("id", flat=True)
    kept = set(row.rechecks.values_list("hazard_id", flat=True))
    reopened = row.rechecks.exclude(hazard__state="closed").values_list("hazard_id", flat=True)
    return set(chosen_of({*ids, *reopened}, row.seed, told["size"])) == kept
