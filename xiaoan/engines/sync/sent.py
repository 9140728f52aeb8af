"""A command as a phone sends it, read from JSON without trusting any of it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid

MOST = 50  # commands in one sending
YEARS = (1900, 2200)  # at the ends of the calendar nothing can be reckoned
SLACK = timedelta(minutes=2)  # a phone's clock this much ahead is not worth correcting


@dataclass(frozen=True)
class Sent:
    """What happened when (happened), when it was written down (captured), and what it is about."""

    id: uuid.UUID
    kind: str
    label: str
    post: str
    captured_at: datetime
    happened_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    replaces: uuid.UUID | None = None


def read_batch(raw: Any) -> list[Sent]:
    """The commands of one sending. Raises Invalid when the sending as a whole cannot be read."""
    if not isinstance(raw, dict) or not isinstance(raw.get("commands"), list):
        raise Invalid("发来的内容读不懂，请更新页面后再发。")
    if len(raw["commands"]) > MOST:
        raise Invalid(f"一次最多发 {MOST} 条。")
    ahead = _ahead(raw.get("sent_at"))
    return [_read(one, ahead) for one in raw["commands"]]


def _ahead(sent_at: Any) -> timedelta:
    """How far the phone's clock runs ahead of ours."""
    told = _moment(sent_at)
    ahead = told - clock.now() if told else timedelta()
    return ahead if ahead > SLACK else timedelta()


def _read(raw: Any, ahead: timedelta) -> Sent:
    if not isinstance(raw, dict):
        raise Invalid("发来的内容读不懂，请更新页面后再发。")
    now = clock.now()
    captured = min((_moment(raw.get("captured_at")) or now) - ahead, now)
    happened = _moment(raw.get("happened_at")) or captured
    return Sent(
        id=_id(raw.get("id")),
        kind=str(raw.get("kind", ""))[:40],
        label=str(raw.get("label", ""))[:60],
        post=str(raw.get("post", "")),
        captured_at=captured,
        # Only a moment that has not come yet can be the wrong clock's doing; an earlier one may be meant.
        happened_at=happened - ahead if happened > now else happened,
        payload=raw["payload"] if isinstance(raw.get("payload"), dict) else {},
        files=tuple(str(f)[:64] for f in raw.get("files") or ()),
        replaces=_id(raw["replaces"]) if raw.get("replaces") else None,
    )


def _id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise Invalid("有一条记录没有正确的编号，请更新页面后再发。") from None


def _moment(value: Any) -> datetime | None:
    try:
        moment = parse_datetime(str(value or ""))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and YEARS[0] <= moment.year <= YEARS[1] else None
