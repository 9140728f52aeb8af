"""The strata of a draw: a unit's kind, and its risk; where no risk point was assessed, what the last visits found there.

The facts that name a unit's stratum are kept with the draw, so that whoever repeats it later starts from the same.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Sum

from xiaoan.ground.units.models import Unit
from xiaoan.inspections.models import Visit
from xiaoan.kernel import clock
from xiaoan.risks.models import Level, Standing

MANY, FEW, NONE, NEVER = "问题多", "问题少", "没有问题", "两年未查"
YEARS = timedelta(days=730)
MANY_FROM = 5  # findings in two years

# [kind in words, risk level of the school or None, findings of two years' visits or None]; JSON keeps it as it is
Facts = list[str | int | None]


def facts_of(units: Sequence[Unit]) -> dict[str, Facts]:
    """{unit id: what its stratum is named from}, as it is today. Two queries."""
    ids = [u.id for u in units]
    risks = dict(Standing.objects.filter(unit__in=ids, grade__isnull=False).values_list("unit", "grade"))
    rows = Visit.objects.filter(place__in=ids, counted_on__gte=clock.today() - YEARS)
    found = {r["place"]: r["n"] for r in rows.order_by().values("place").annotate(n=Sum("failed"))}
    return {
        str(u.id): [u.get_kind_display() if u.kind else u.get_rank_display(), risks.get(u.id), found.get(u.id)]
        for u in units
    }


def stratum(facts: Facts) -> str:
    """The stratum of a unit of which these are the facts: 小学·较大风险."""
    kind, level, found = facts
    return f"{kind}·{Level(level).label if level else _found(found)}"


def _found(found: str | int | None) -> str:
    if found is None:
        return NEVER
    return MANY if int(found) >= MANY_FROM else FEW if found else NONE
