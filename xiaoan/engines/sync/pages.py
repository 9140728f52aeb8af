"""Where phones send to, and the desk's list of what could not be done."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, RawPostDataException
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.sync.queries import all_conflicts, conflicts, own_payload
from xiaoan.engines.sync.sent import Sent, read_batch
from xiaoan.engines.sync.services import Answer, receive, settle_command
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.rights import actor_for
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Refusal
from xiaoan.kernel.excel import MOST, Col, Table, sheet, wants_sheet
from xiaoan.kernel.plain import read_json

COLUMNS = (
    Col("记录", lambda row: row.label, 30), Col("填写人", lambda row: row.person), Col("单位", lambda row: row.unit, 26),
    Col("填写时间", lambda row: row.captured_at, 17), Col("为什么没有办成", lambda row: row.sentence, 60),
)  # fmt: skip


@require_POST
@needs("sync.send")
def commands(request: HttpRequest) -> HttpResponse:
    """Take a sending {person, sent_at, commands} and answer for each command.

    The person is named, so that what one person wrote is never sent under the next one to sign in on the phone.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        raw = read_json(request.body)
        if str(raw.get("person")) != str(actor.person_id):
            return JsonResponse({"sentence": "手机上登录的人换了，这些记录等本人登录后再发。"}, status=409)
        batch = read_batch(raw)
    except (ValueError, AttributeError, TypeError, RecursionError, RawPostDataException):  # the last: a form
        return JsonResponse({"sentence": "发来的内容读不懂，请更新页面后再发。"}, status=400)
    except Refusal as why:
        return JsonResponse({"sentence": why.sentence}, status=why.status)
    answers = [_received(_acting(request, actor, sent), sent) for sent in batch]
    return JsonResponse({"answers": answers})


@require_GET
@needs("sync.send")
def command(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """What the sender had typed in a refused command."""
    return JsonResponse(own_payload(request.actor, command_id))  # type: ignore[attr-defined]


@require_GET
@needs("sync.settle")
def conflict_list(request: HttpRequest) -> HttpResponseBase:
    """The unit's refused commands. Who sent them also finds their own on the phone."""
    if wants_sheet(request):
        return sheet("手机待处理", Table("手机待处理", COLUMNS, all_conflicts(request.actor, MOST + 1)))  # type: ignore[attr-defined]
    rows, after = conflicts(request.actor, request.GET.get("after", ""))  # type: ignore[attr-defined]
    return page(request, "sync/conflicts.html", {"rows": rows, "after": after})


@require_POST
@needs("sync.settle")
def settle(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """Close one as void."""
    try:
        settle_command(actor=request.actor, command_id=command_id, why=request.POST.get("why", ""))  # type: ignore[attr-defined]
    except Refusal as why:
        if why.status in (403, 404):
            raise
        messages.error(request, why.sentence)
    else:
        messages.success(request, "已作废，原来填的内容留在操作记录里。")
    return redirect("sync:conflicts")


def _received(actor: Actor, sent: Sent) -> Answer:
    with wall.asking(actor):
        return receive(actor=actor, commands=[sent])[0]


def _acting(request: HttpRequest, actor: Actor, sent: Sent) -> Actor:
    """The actor in the post that the command was made in; one that has ended leaves the present post's."""
    posts: list[Any] = request.posts  # type: ignore[attr-defined]
    post = next((p for p in posts if str(p.id) == sent.post), None)
    return actor_for(post, actor.where) if post else actor
