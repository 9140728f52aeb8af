"""Taking in what somebody without an account has told."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import get_random_string

from xiaoan.engines.files.kinds import IMAGE, kind_of
from xiaoan.engines.files.services import store_file
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import scope_of
from xiaoan.hazards.models import Tip
from xiaoan.hazards.services import report_hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.risks.models import Point

TOKEN_LENGTH = 32
HOUR = 3600
TOO_MANY = "刚才从这里报得太多，先歇一下，一小时后再报。情况紧急请直接告诉门卫或老师，或者打 110、119。"
REPORTERS = {"parent": "家长", "passer_by": "群众"}


def tell_hazard(
    *, point: Point, hazard_id: uuid.UUID, words: str, where: str, source: str = "parent", place: str = "",
    photos: Sequence[Any] = (), contact: str = "",
) -> Tip:  # fmt: skip
    """A hazard told at a point. The reporter is no person here: the school sees 家长 or 群众, only its leads the contact.

    The same `hazard_id` again gives the same answer. `where` is the sender's address: it is counted and not kept.
    """
    known: Tip | None = Tip.objects.select_related("hazard").filter(hazard_id=hazard_id).first()
    if known:
        return known
    _check_rate(point, where)
    kept = [_kept(point, photo) for photo in photos]
    with transaction.atomic():
        hazard = report_hazard(
            actor=SYSTEM, unit=point.unit, words=words, place=" ".join(filter(None, [point.name, place.strip()])), point=point,
            photos=[str(f.id) for f in kept], source=source if source in REPORTERS else "parent", hazard_id=hazard_id,
            reporter=REPORTERS.get(source, "家长"),
        )  # fmt: skip
        tip = Tip(
            hazard=hazard, point_id=point.id, token=get_random_string(TOKEN_LENGTH), contact=contact.strip()[:60],
            made_at=clock.now(), **scope_of(point.unit),
        )  # fmt: skip
        tip.save(force_insert=True)
    return tip


def _kept(point: Point, photo: Any) -> Any:
    """Only pictures, and drawn anew like every picture."""
    if kind_of(photo, photo.name or "") is not IMAGE:
        raise Invalid("这里只收照片。", {"photos": "这里只收照片。"})
    return store_file(actor=SYSTEM, unit=point.unit, upload=photo)


def _check_rate(point: Point, where: str) -> None:
    """So many an hour from one address at one point, so many a day at a point from all."""
    day = Tip.objects.filter(point_id=point.id, made_at__gte=clock.now() - timedelta(days=1)).count()
    if day >= norm("hazards.told_per_day", point.unit_path) or _count(point, where) > norm(
        "hazards.told_per_hour", point.unit_path
    ):
        raise NotAllowed(TOO_MANY)


def _count(point: Point, where: str) -> int:
    """One more from this address. Only a hash of it lies in the cache, for an hour."""
    key = "told:" + hashlib.sha256(f"{where} {point.id}".encode()).hexdigest()[:32]
    cache.add(key, 0, HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out in between
        return 1
