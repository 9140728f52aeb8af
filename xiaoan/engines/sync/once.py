"""Doing something once under an id that the sender made, whatever it is: the same table that phones' commands use."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from xiaoan.engines.sync.models import Command, CommandState
from xiaoan.engines.sync.queries import sender_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.bulk import insert_object, raw_id
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.together import later, together

KEEP = f"UPDATE {Command._meta.db_table} SET answer = %s, payload = %s WHERE id = %s"
REUSED = "这个幂等键已经用在另一个请求上，内容不同，没有执行。新的请求请换一个新的 UUID。"


def do_once(
    *, actor: Actor, key: uuid.UUID, kind: str, digest: str, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run `do` and keep its answer (plain JSON); a second sending gets that answer again without a second effect.

    `digest` stands for everything that was asked: the same key with another one is Invalid, somebody else's key is
    Stale. A second sending that arrives meanwhile waits for the first. What `do` refuses leaves nothing behind, so
    that a corrected request may come under the same key.
    """
    with together():
        if not _claim(actor, key, kind):
            return _again(actor, Command.objects.get(id=key), kind, digest)
        answer = do()
        later(KEEP, [json.dumps(answer, ensure_ascii=False), json.dumps({"digest": digest}), raw_id(key)])
    return answer


def _claim(actor: Actor, key: uuid.UUID, kind: str) -> bool:
    """Take the id. False when it is taken already; when another request is about to, after that one is through."""
    now = clock.now()
    row = Command(
        id=key, kind=kind, person_id=sender_of(actor), unit_path=actor.scope or actor.unit_path, captured_at=now,
        received_at=now, state=CommandState.DONE,
    )  # fmt: skip
    return bool(insert_object(row, "ON CONFLICT (id) DO NOTHING RETURNING id"))


def _again(actor: Actor, held: Command, kind: str, digest: str) -> dict[str, Any]:
    if held.person_id != actor.person_id or held.unit_path != (actor.scope or actor.unit_path):
        raise Stale(REUSED)
    if (held.kind, held.payload.get("digest")) != (kind, digest):
        raise Invalid(REUSED)
    return held.answer  # type: ignore[no-any-return]
