"""A post's duties as a calendar that phones and desks subscribe to: a secret address, renewed at will."""

import hashlib
import secrets
import uuid
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar, Event

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed
from xiaoan.obligations.models import FeedToken
from xiaoan.obligations.queries import DutyLine, duties_of


def token_of(actor: Actor) -> FeedToken:
    """The address of the actor's own post, made at the first asking."""
    post_id = _own_post(actor)
    held = FeedToken.objects.filter(post_id=post_id).first()
    if held:
        return held
    try:
        with transaction.atomic():
            return FeedToken.objects.create(post_id=post_id, token=_new(), made_at=clock.now())
    except IntegrityError:  # asked twice at once
        return FeedToken.objects.get(post_id=post_id)


def renew_token(*, actor: Actor) -> FeedToken:
    """Another address from now on; the old one leads nowhere."""
    post_id = _own_post(actor)
    with transaction.atomic():
        row, _ = FeedToken.objects.update_or_create(post_id=post_id, defaults={"token": _new(), "made_at": clock.now()})
        write_entry(actor=actor, verb="更换日历地址", subject_type="post", subject_id=post_id, subject_name=actor.name)
    return row


def post_of(token: str) -> Post | None:
    """The post whose feed it is, as long as it is in force."""
    with wall.opened():
        row = FeedToken.objects.filter(token=token).select_related("post__unit", "post__person").first()
    return row.post if row and row.post.is_current() and row.post.person.is_active else None


def calendar_of(unit: Unit, role: str) -> bytes:
    """The open duties of a role at a unit as all-day events on their due days. No person is named.

    Events and not to-dos: phone calendars leave subscribed to-dos out.
    """
    made = Calendar()
    made.add("prodid", "-//Xiaoan//duties//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", f"{unit.label} 要做的事")
    made.add("x-wr-timezone", "Asia/Shanghai")
    for line in duties_of(unit, clock.today(), role):
        if not line.is_done and not line.is_missed:
            made.add_component(_event(unit, line))
    return bytes(made.to_ical())


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _event(unit: Unit, line: DutyLine) -> Event:
    midnight = timezone.make_aware(datetime.combine(clock.today(), time.min))
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{unit.id}/{line.key}/{line.due}'.encode()).hexdigest()[:32]}@xiaoan")
    event.add("dtstamp", midnight)  # not the present second: an unchanged day keeps its ETag
    event.add("dtstart", line.due)
    event.add("dtend", line.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"{line.verb}({line.count}/{line.need})" if line.need > 1 else line.verb)
    event.add("description", _told(line))
    return event


def _told(line: DutyLine) -> str:
    told = [f"{line.period_label},{line.nearest.rhythm}", f"约 {line.practice.minutes} 分钟"]
    if line.documents > 1:
        told.append(f"一次记录满足 {line.documents} 份文件")
    if line.explain:
        told.append(line.explain)
    return "\n".join(told)


def _own_post(actor: Actor) -> uuid.UUID:
    if actor.post_id is None:
        raise NotAllowed("您现在没有岗位，不能订阅日历。")
    return actor.post_id


def _new() -> str:
    return secrets.token_urlsafe(32)
