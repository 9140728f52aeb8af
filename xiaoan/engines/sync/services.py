"""Carrying out what phones send, each command once; settling what could not be done."""

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from xiaoan.engines.sync.models import Command, CommandState
from xiaoan.engines.sync.queries import sender_of
from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.journal.services import write_entry
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.bulk import insert_object
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.together import together

logger = logging.getLogger("xiaoan.sync")
BY_ID = Kept(lambda pk: Command.objects.filter(pk=pk), uuid.UUID(int=1))
Answer = dict[str, Any]  # {id, state: done|refused|settled|later, sentence, fields, answer}
Handler = Callable[[Actor, Sent], dict[str, Any]]


def receive(*, actor: Actor, commands: Sequence[Sent]) -> list[Answer]:
    """Carry out each command in its own transaction and answer for each.

    An id that was answered before gets that answer again. A refusal is kept with its sentence, for a person
    to settle. `later` means that we failed, nothing was done, and the phone should send it again.
    """
    require(actor, "sync.send", actor.unit_path)
    return [_receive_one(actor, sent) for sent in commands]


def settle_command(*, actor: Actor, command_id: uuid.UUID, why: str) -> None:
    """Close a refused command that nobody will carry out: its own sender, or a lead of the unit, says why."""
    command = _settleable(actor, command_id)
    if not why.strip():
        raise Invalid("请写一句为什么作废。", {"why": "作废的原因没有填写。"})
    with transaction.atomic():
        _close(actor, command, "作废手机记录", {"how": "void", "why": why.strip()[:200]})


def settle_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """The command `command.settle` {command, why}: settling works without a network too."""
    settle_command(actor=actor, command_id=_uuid(sent.payload.get("command")), why=str(sent.payload.get("why", "")))
    return {}


def _receive_one(actor: Actor, sent: Sent) -> Answer:
    try:
        held = BY_ID.first(sent.id) or _carry_out(actor.doing(sent.id), sent)
    except Exception:
        logger.exception("command %s (%s) failed and was rolled back", sent.id, sent.kind)
        return {
            "id": str(sent.id),
            "state": "later",
            "sentence": "平台忙，稍后会自动再发。",
            "fields": {},
            "answer": {},
        }
    return _answer(actor, held)


def _carry_out(actor: Actor, sent: Sent) -> Command:
    """Do it and keep the answer in one transaction. The id is taken by whoever ends first: the other's work, or its
    refusal, is rolled back, and it gives the answer that is kept."""
    row = Command(
        id=sent.id, kind=sent.kind, person_id=sender_of(actor), unit_path=actor.scope or actor.unit_path,
        captured_at=sent.captured_at, received_at=clock.now(), state=CommandState.DONE,
    )  # fmt: skip
    try:
        try:
            with together():
                row.answer = _handler(sent.kind)(actor, sent)
                if sent.replaces:
                    _close_replaced(actor, sent.replaces)
                insert_object(row)
        except Refusal as why:
            with together():
                _refuse(actor, sent, row, why)
    except IntegrityError:
        return Command.objects.get(id=sent.id)
    return row


def _refuse(actor: Actor, sent: Sent, row: Command, why: Refusal) -> None:
    """Keep what was refused with its sentence, for a person to settle."""
    row.state = CommandState.REFUSED
    row.answer = {"sentence": why.sentence, "fields": getattr(why, "fields", {})}
    is_private = sent.kind in settings.XIAOAN_PRIVATE_COMMANDS  # the leads who settle it may not read it
    label, body = ("保密内容", {}) if is_private else (sent.label, sent.payload)
    row.payload = {"label": label, "happened_at": sent.happened_at.isoformat(), "body": body}
    insert_object(row)
    write_entry(
        actor=actor, verb="手机记录未办成", subject_type="command", subject_id=row.id, subject_name=label,
        unit_path=row.unit_path, changes={"sentence": why.sentence},
    )  # fmt: skip


def _handler(kind: str) -> Handler:
    path = settings.XIAOAN_COMMANDS.get(kind)
    if path is None:
        raise Invalid("平台不认识这种操作，可能是手机上的页面太旧。请联网更新页面后重新填写。")
    handler: Handler = import_string(path)
    return handler


def _answer(actor: Actor, row: Command) -> Answer:
    """What to tell the sender; somebody else's answer is nobody's business."""
    if row.person_id != actor.person_id:
        sentence = "这个编号已被别的记录用过，请重新填写一次。"
        return {"id": str(row.id), "state": "refused", "sentence": sentence, "fields": {}, "answer": {}}
    return {
        "id": str(row.id),
        "state": row.state,
        "sentence": row.answer.get("sentence", ""),
        "fields": row.answer.get("fields", {}),
        "answer": row.answer if row.state == CommandState.DONE else {},
    }


def _close_replaced(actor: Actor, command_id: uuid.UUID) -> None:
    """The new record takes the refused one's place; one that is settled already needs nothing."""
    command = Command.objects.filter(id=command_id).first()
    if command and command.state == CommandState.REFUSED:
        _close(actor, _settleable(actor, command_id), "重新填写手机记录", {"how": "again"})


def _settleable(actor: Actor, command_id: uuid.UUID) -> Command:
    command = Command.objects.filter(id=command_id).first()
    if command is None or not actor.sees(command.unit_path):
        raise NotKnown("没有这条记录，或者它不在您的管理范围内。")
    if command.person_id != actor.person_id and not actor.may("sync.settle", command.unit_path):
        raise NotAllowed("这条记录是别人填的，请本人或本单位负责人处理。")
    return command


def _close(actor: Actor, command: Command, verb: str, how: dict[str, str]) -> None:
    """Compare and swap: what it held is kept when it is void, and let go when a new record holds it."""
    answer = {**command.answer, "settled": {**how, "by": actor.name, "at": clock.now().isoformat()}}
    payload = command.payload if how["how"] == "void" else {"label": command.payload.get("label", "")}
    changed = Command.objects.filter(id=command.id, state=CommandState.REFUSED).update(
        state=CommandState.SETTLED, answer=answer, payload=payload
    )
    if not changed:
        raise Stale("这条已经处理过了。")
    write_entry(
        actor=actor, verb=verb, subject_type="command", subject_id=command.id,
        subject_name=command.payload.get("label", ""), unit_path=command.unit_path, changes=how,
    )  # fmt: skip


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise NotKnown("没有这条记录。") from None
