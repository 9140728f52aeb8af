"""Telling integrations what happened. The journal is the outgoing queue, read by its seals: an entry that is committed
late gets a later seal, so reading seals in order misses none, which reading entries by their ids would."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import transaction

from xiaoan.engines.connect.addresses import RefusedAddress, send
from xiaoan.engines.connect.kinds import KINDS
from xiaoan.engines.connect.models import Delivery, DeliveryState, Endpoint
from xiaoan.engines.connect.tokens import actor_of
from xiaoan.ground.journal.chain import head
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel import clock

Beat = Callable[[int, int], None]
SEALS = 20  # read at once
AT_ONCE = 200  # deliveries of one endpoint in one go
WAITS = [10, 30, 120, 600, 1800, 7200, 21600]  # seconds between attempts; after the last one it is given up
KEPT_DAYS = 30


def secret_of(endpoint: Endpoint) -> str:
    """The secret that signs what is sent there. It is made from the site's secret and lies in no table."""
    return hmac.new(settings.SECRET_KEY.encode(), f"webhook:{endpoint.id}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, moment: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 over the seconds, a full stop and the body."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def collect(beat: Beat) -> int:
    """Queue what the journal has sealed since each endpoint last looked. Safe to repeat. Returns how many."""
    last, queued = head(), 0
    if last is None:
        return 0
    behind = Endpoint.objects.filter(is_active=True, integration__revoked_at=None, cursor__lt=last.number)
    for endpoint in behind.select_related("integration__post__unit", "integration__post__person").order_by("id"):
        while endpoint.cursor < last.number:
            queued += _collect_some(endpoint, min(endpoint.cursor + SEALS, last.number))
            beat(queued, 0)
    return queued


def _collect_some(endpoint: Endpoint, upto: int) -> int:
    """The events of a few seals, and the cursor past them, in one transaction."""
    with transaction.atomic():
        moved = Endpoint.objects.filter(id=endpoint.id, cursor=endpoint.cursor).update(cursor=upto)
        rows = list(_events(endpoint, endpoint.cursor, upto)) if moved else []
        Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    if moved:
        endpoint.cursor = upto
    else:
        endpoint.refresh_from_db(fields=["cursor"])
    return len(rows)


def _events(endpoint: Endpoint, since: int, upto: int) -> Iterable[Delivery]:
    """What the integration might read itself, of the kinds that it wants to hear of; nothing once it is not usable."""
    if not endpoint.integration.is_usable():
        return
    actor, now = actor_of(endpoint.integration), clock.now()
    kinds = [k for k in endpoint.kinds if k in KINDS and actor.holds(KINDS[k].right)]
    found = Entry.objects.filter(
        below(actor.scope, "unit_path"), seal__gt=since, seal__lte=upto, subject_type__in=kinds
    ).order_by("seal", "id")  # fmt: skip
    entries = list(found.defer("changes", "digest"))
    units = dict(Unit.objects.filter(path__in={e.unit_path for e in entries}).values_list("path", "id"))
    for entry in entries:
        body = body_of(entry, str(units.get(entry.unit_path, "")))
        yield Delivery(endpoint=endpoint, entry=entry.id, body=body, next_at=now, made_at=now)


def body_of(entry: Entry, unit: str) -> dict[str, Any]:
    """Ids and kinds, no content and no name: what it is about is read with the token."""
    kind = KINDS[entry.subject_type]
    return {
        "id": str(entry.id), "at": entry.at.isoformat(), "kind": kind.key, "verb": entry.verb, "subject": entry.subject_id,
        "unit": unit, "address": kind.address.format(entry.subject_id),
    }  # fmt: skip


def deliver(beat: Beat) -> int:
    """Send what is due, each endpoint's in order: what it refuses now holds back what comes after. Returns how many."""
    waiting = (
        Delivery.objects.filter(state=DeliveryState.WAITING, endpoint__is_active=True).values("endpoint").distinct()
    )
    sent = 0
    for endpoint in Endpoint.objects.filter(id__in=waiting).select_related("integration__post__person").order_by("id"):
        if endpoint.integration.is_usable():
            sent += _deliver_to(endpoint, beat)
    return sent


def _deliver_to(endpoint: Endpoint, beat: Beat) -> int:
    rows = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING).order_by("id")[:AT_ONCE]
    for number, row in enumerate(rows):
        if row.next_at > clock.now() or not _send_one(endpoint, row):
            return number
        beat(number, 0)
    return len(rows)


def _send_one(endpoint: Endpoint, row: Delivery) -> bool:
    """Send one and note what became of it; whether the next one's turn has come."""
    status, told = _post(endpoint, row)
    is_taken = status is not None and 200 <= status < 300
    row.attempts, row.status, row.told = row.attempts + 1, status, told[:200]
    if is_taken or row.attempts > len(WAITS):
        row.state, row.finished_at = (DeliveryState.DONE if is_taken else DeliveryState.DEAD), clock.now()
    else:
        row.next_at = clock.now() + timedelta(seconds=WAITS[row.attempts - 1])
    row.save(update_fields=["attempts", "status", "told", "state", "next_at", "finished_at"])
    return row.state != DeliveryState.WAITING


def _post(endpoint: Endpoint, row: Delivery) -> tuple[int | None, str]:
    body, moment = json.dumps(row.body, ensure_ascii=False).encode(), int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "Xiaoan", "X-Xiaoan-Event": row.body["kind"],
        "X-Xiaoan-Delivery": str(row.id), "X-Xiaoan-Signature": signature(secret_of(endpoint), moment, body),
    }  # fmt: skip
    try:
        return send(endpoint.url, body, headers)
    except RefusedAddress as why:
        return None, str(why)
    except requests.Timeout:
        return None, "对方没有在 5 秒内答复。"
    except (requests.RequestException, OSError, ValueError):
        return None, "连不上对方的地址。"


def forget() -> int:
    """Drop what was sent or given up more than thirty days ago. Returns how many."""
    over = Delivery.objects.filter(made_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    return over.exclude(state=DeliveryState.WAITING).delete()[0]
