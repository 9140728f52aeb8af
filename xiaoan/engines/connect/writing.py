"""Operations that change something: their right, and the Idempotency-Key under which they happen once."""

import hashlib
import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest

from xiaoan.engines.connect.problems import Refused
from xiaoan.engines.resource.api import Operation, held
from xiaoan.engines.sync.once import do_once
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import read_id

HEADER = "Idempotency-Key"
MISSING = "每次写入都要在请求头 Idempotency-Key 里带一个新的 UUID，重发同一个请求时用同一个。"
UNREADABLE = "请求头 Idempotency-Key 应是一个 UUID。"


def writes(right: str) -> Callable[[Operation], Operation]:
    """An operation that changes something. A second sending under the same key gets the first one's answer again; a
    system must send a key, a person's browser need not."""

    def wrap(operation: Operation) -> Operation:
        @wraps(operation)
        def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            key = key_of(request)
            if key is None:
                return operation(request, *args, **kwargs)
            actor: Actor = request.actor  # type: ignore[attr-defined]
            request.actor = actor.doing(key)  # type: ignore[attr-defined]
            return do_once(
                actor=actor, key=key, kind=operation.__name__[:40], digest=digest_of(request),
                do=lambda: _plain(operation(request, *args, **kwargs)),
            )  # fmt: skip

        return writes_itself(right)(once)

    return wrap


def writes_itself(right: str) -> Callable[[Operation], Operation]:
    """As `writes`, of an operation that sees to the key itself: what it makes takes the key as its id."""

    def wrap(operation: Operation) -> Operation:
        marked = held(right)(operation)
        marked.is_write = True  # type: ignore[attr-defined]
        return marked

    return wrap


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """The key that was sent. Raises Refused when it is no UUID, or when a system sent none."""
    text = request.headers.get(HEADER, "")
    if not text and not getattr(request, "by_token", False):
        return None
    key = read_id(text) if text else None
    if key is None:
        raise Refused(
            400, "idempotency_key_unreadable" if text else "idempotency_key_missing", UNREADABLE if text else MISSING
        )
    return key


def digest_of(request: HttpRequest) -> str:
    """What was asked: address, fields and files. The body of a form is not taken as it came: its boundary differs."""
    taken = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not request.FILES:
        taken.update(request.body)
        return taken.hexdigest()
    for name, values in sorted(request.POST.lists()):
        taken.update(json.dumps([name, values]).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            taken.update(json.dumps([name, upload.name]).encode())
            _take(taken, upload)
    return taken.hexdigest()


def _take(taken: Any, upload: "UploadedFile[Any]") -> None:
    for chunk in upload.chunks():
        taken.update(chunk)
    upload.seek(0)


def _plain(answer: Any) -> Any:
    """An answer as JSON keeps it."""
    return json.loads(json.dumps(answer, cls=DjangoJSONEncoder))
