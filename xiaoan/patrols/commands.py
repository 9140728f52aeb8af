"""What phones may do with patrols."""

from typing import Any

from django.utils.dateparse import parse_datetime

from xiaoan.engines.sync.sent import Sent
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.kernel.ids import read_id
from xiaoan.patrols.services import ELSEWHERE, find_route, walk_round


def walk_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`round.walk` {route, period, slot, started_at, stops, note, seconds}: the round takes the command's id."""
    told = sent.payload
    wanted = read_id(told.get("route"))
    if wanted is None:
        raise NotKnown(ELSEWHERE)
    started = parse_datetime(str(told.get("started_at") or ""))
    if started is None or started.tzinfo is None or not isinstance(told.get("stops"), dict):
        raise Invalid("巡查的内容不完整，可能是手机上的页面太旧。请联网更新页面后重新巡查。")
    seconds = told.get("seconds")
    row = walk_round(
        actor=actor, route=find_route(actor, wanted, "patrols.walk"), stops=told["stops"], started_at=started,
        ended_at=sent.happened_at, period=str(told.get("period") or "")[:20], slot=str(told.get("slot") or "")[:5],
        note=str(told.get("note") or ""), seconds=int(seconds) if isinstance(seconds, int | float) else 0,
        round_id=sent.id,
    )  # fmt: skip
    return {"round": str(row.id), "found": row.found}
