"""What runs in the worker: putting a publication into force with all that records already prove."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from xiaoan.ground.units.models import Unit
from xiaoan.obligations.backfill import Linker, let_writers_finish, link_all
from xiaoan.obligations.bounds import set_bound
from xiaoan.obligations.exemptions import end_expired
from xiaoan.obligations.measures import measures
from xiaoan.obligations.models import Reading, Task
from xiaoan.obligations.standing import expire, refresh
from xiaoan.obligations.tasks import BATCH as UNITS_AT_ONCE
from xiaoan.obligations.tasks import finish_handing_out, targets_of
from xiaoan.obligations.tasks import hand_out as hand_out_to
from xiaoan.policies.book import book
from xiaoan.policies.models import Publication
from xiaoan.policies.services import enter_force

AT_ONCE = 200
Beat = Callable[[int, int], None]


def backfill(payload: dict[str, Any], beat: Beat) -> str:
    """Count whom a publication binds, link the records that exist, then put it in force. May be killed at any
    point and run again: how far it got is saved with each batch, and a link that exists is not made twice."""
    publication = Publication.objects.get(id=uuid.UUID(payload["publication"]))
    set_bound(publication.id)
    duties = [d for d in book().duties if d.publication_id == publication.id]
    total, read, linked = Unit.objects.under(publication.unit_path).count(), 0, 0
    let_writers_finish()
    for reached, units, links in link_all(
        Linker(duties, publication.unit_path), publication.unit_path, publication.reached
    ):
        Publication.objects.filter(id=publication.id).update(reached=reached)
        read, linked = read + units, linked + links
        beat(read, total)
    _settle_states(publication, {d.measure for d in duties if d.measure}, beat)
    enter_force(publication)
    return f"{len(duties)} 项要求，{read} 个单位，新增 {linked} 处佐证"


def _settle_states(publication: Publication, wanted: set[str], beat: Beat) -> None:
    """Let readings that exist speak for the standing duties that are new."""
    known = measures()
    rows = Reading.objects.under(publication.unit_path).filter(measure__in=wanted).select_related("unit")
    for n, row in enumerate(rows.iterator(chunk_size=500)):
        with transaction.atomic():
            refresh(row.unit, [known[row.measure]])
        if n % AT_ONCE == 0:
            beat(n, 0)


def expire_readings(payload: dict[str, Any], beat: Beat) -> str:
    """Read anew the measures whose record or post has run out."""
    done = 0
    while count := expire():
        done += count
        beat(done, 0)
    return f"重算 {done} 项"


def end_exemptions(payload: dict[str, Any], beat: Beat) -> str:
    """End the exemptions whose last day is over."""
    return f"到期 {end_expired()} 件"


def hand_out(payload: dict[str, Any], beat: Beat) -> str:
    """Give a task to all its units, some hundreds at a time. May be killed at any point and run again."""
    task = Task.objects.select_related("unit").get(id=uuid.UUID(payload["task"]))
    wanted = targets_of(task.unit, task.targets)
    total, read, made, last = wanted.count(), 0, 0, ""
    while units := list(wanted.filter(path__gt=last)[:UNITS_AT_ONCE]):
        made += hand_out_to(task, units)
        read, last = read + len(units), units[-1].path
        beat(read, total)
    finish_handing_out(task)
    return f"派给 {total} 个单位，新增 {made} 个"
