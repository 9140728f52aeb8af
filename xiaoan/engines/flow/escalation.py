"""Cases that are late climb their flow's ladder: the first bureau above is told, then the next."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet

from xiaoan.engines.flow.declare import Flow, flows
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import make_entry
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.norms.queries import choose
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM

BATCH = 500
VERB = "超期升级"
BUREAUX = (Rank.PROVINCE, Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP)


def escalate_all() -> int:
    """Every flow with a ladder. Returns how many cases climbed."""
    return sum(escalate(flow) for flow in flows().values() if flow.ladder)


def escalate(flow: Flow) -> int:
    """Let each late case climb as high as its days say, a batch at a time by (due, id). Safe to repeat and to kill: a
    case that stands where it should is left alone."""
    norms, climbed = list(NormRow.objects.filter(key__in=flow.ladder)), 0
    for batch in _batches(_late(flow)):
        above = _bureaux_above(case.unit_path for case in batch)
        with transaction.atomic():
            entries = [e for case in batch if (e := _climb(flow, case, above, norms))]
            Entry.objects.bulk_create(entries)
        climbed += len(entries)
    return climbed


def _late(flow: Flow) -> QuerySet[Any]:
    rows = apps.get_model(flow.model)._default_manager.filter(state__in=flow.open_states, due__lt=clock.today())
    return rows.filter(escalated__lt=len(flow.ladder)).order_by("due", "id")  # type: ignore[no-any-return]


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        last = batch[-1]
        batch = list(rows.filter(Q(due__gt=last.due) | Q(due=last.due, id__gt=last.id))[:BATCH])


def _bureaux_above(paths: Iterable[str]) -> dict[str, Unit]:
    wanted = {above for path in set(paths) for above in ancestors(path)[:-1]}
    return {u.path: u for u in Unit.objects.filter(path__in=wanted, rank__in=BUREAUX).only("path", "name")}


def _climb(flow: Flow, case: Any, above: dict[str, Unit], norms: list[NormRow]) -> Entry | None:
    """The journal entry of a case that has climbed, or None."""
    late = (clock.today() - case.due).days
    rungs = [above[path] for path in reversed(ancestors(case.unit_path)[:-1]) if path in above]
    days = [choose(key, norms, case.unit_path).value for key in flow.ladder]
    reached = min(sum(late >= each for each in days), len(rungs))
    if reached <= case.escalated:
        return None
    to = rungs[reached - 1]
    same = type(case)._default_manager.filter(pk=case.pk, step=case.step, escalated=case.escalated)
    if not same.update(escalated=reached, escalated_to=to.path):
        return None
    return make_entry(
        actor=SYSTEM, verb=VERB, subject_type=flow.key, subject_id=case.pk, subject_name=str(case),
        unit_path=case.unit_path, changes={"unit": to.name, "late": late},
    )  # fmt: skip
