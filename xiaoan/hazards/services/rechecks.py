"""Looking at closed hazards again: drawn by a seed that anyone can repeat, or because the same came back."""

import hashlib
import heapq
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.hazards.models import Draw, Hazard, HazardQuerySet, Recheck
from xiaoan.hazards.photos import checked, take
from xiaoan.hazards.services.moving import told
from xiaoan.hazards.services.verifying import reopen
from xiaoan.hazards.states import CLOSED, FOUND
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import new_id

MOST = 200


@dataclass(frozen=True)
class Asked:
    """Which closed cases a sample is drawn from, and how many."""

    size: int
    since: date
    until: date
    category: str = ""

    def plain(self) -> dict[str, Any]:
        return {"size": self.size, "since": str(self.since), "until": str(self.until), "category": self.category}


def draw(*, actor: Actor, unit: Unit, asked: Asked, seed: str = "") -> Draw:
    """Draw a sample of the closed cases below a bureau. The same seed over the same cases gives the same sample."""
    require(actor, "hazards.recheck", unit.path)
    if not 1 <= asked.size <= MOST:
        raise Invalid(f"一次抽 1 到 {MOST} 件。", {"size": f"一次抽 1 到 {MOST} 件，现在是 {asked.size}。"})
    seed, of, chosen = _sample(unit.path, asked, seed.strip()[:32] or uuid.uuid4().hex[:8])
    if not chosen:
        raise Invalid("这段时间没有已销号的隐患可抽。", {"since": "这段时间没有已销号的隐患。"})
    row = Draw(seed=seed, asked=asked.plain(), of=of, made_at=clock.now(), made_by=actor.name, **scope_of(unit))
    with transaction.atomic():
        row.save(force_insert=True)
        cases = Hazard.objects.filter(id__in=chosen).select_related("unit")
        Recheck.objects.bulk_create(
            Recheck(draw=row, hazard=case, category=case.category, **scope_of(case.unit)) for case in cases
        )
        for case in cases:
            told(actor, "抽中复核", case, {"seed": seed})
    return row


def candidates(path: str, asked: Asked) -> HazardQuerySet:
    """The closed cases below a unit that a sample is drawn from."""
    rows = Hazard.objects.under(path).filter(state=CLOSED, closed_on__range=(asked.since, asked.until))
    return rows.filter(category=asked.category) if asked.category else rows


def chosen_of(ids: Iterable[uuid.UUID], seed: str, size: int) -> list[uuid.UUID]:
    """The cases whose seeded hash is smallest: no generator's state, so that any program can repeat it."""
    return heapq.nsmallest(size, ids, key=lambda i: hashlib.sha256(f"{seed}:{i}".encode()).hexdigest())


def look_again(
    *, actor: Actor, hazard: Hazard, found: str, words: str, photos: Sequence[Any] = (), recheck: Recheck | None = None
) -> Recheck:
    """Write down what a second look at a closed case found. Where it does not hold the same case is opened again."""
    require(actor, "hazards.recheck", hazard.unit_path)
    _check(actor, hazard, found, words)
    shown = checked(photos)
    with transaction.atomic():
        row = _written(actor, hazard, recheck, {"found": found, "words": words.strip()[:300], "photos": shown})
        take(actor, hazard, shown)
        if found == "holds":
            Hazard.objects.filter(id=hazard.id).update(questioned_on=None)
            told(actor, "复核通过", hazard, {"words": row.words})
        elif hazard.state == CLOSED:
            reopen(actor=actor, hazard=hazard, decision=f"{FOUND[found]}：{words.strip()}"[:300])
    return row


def _sample(path: str, asked: Asked, seed: str) -> tuple[str, int, list[uuid.UUID]]:
    ids = list(candidates(path, asked).values_list("id", flat=True))
    return seed, len(ids), chosen_of(ids, seed, asked.size)


def _check(actor: Actor, hazard: Hazard, found: str, words: str) -> None:
    wrong = {}
    if found not in FOUND:
        wrong["found"] = "请选复核结果。"
    if not words.strip():
        wrong["words"] = "请写复核看到了什么。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    if {str(actor.person_id), str(actor.post_id)} & {*hazard.fixers, str(hazard.verified_by_id)}:
        raise NotAllowed("整改的人和当时验收的人不能复核，请换一位同事。")


def _written(actor: Actor, hazard: Hazard, recheck: Recheck | None, told: dict[str, Any]) -> Recheck:
    told |= {"at": clock.now(), "by": actor.name}
    if recheck is None:
        row = Recheck(id=new_id(), hazard=hazard, category=hazard.category, **told, **scope_of(hazard.unit))
        row.save(force_insert=True)
        return row
    if not Recheck.objects.filter(id=recheck.id, hazard=hazard, found="").update(**told):
        raise Stale("这一件已经复核过了。")
    recheck.refresh_from_db()
    return recheck
