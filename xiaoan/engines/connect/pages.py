"""Integrations and webhooks, for the system administrator."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.connect import services
from xiaoan.engines.connect.forms import EndpointForm, IntegrationForm, PostChoice
from xiaoan.engines.connect.hooks import secret_of
from xiaoan.engines.connect.kinds import KINDS
from xiaoan.engines.connect.models import Endpoint, Integration
from xiaoan.engines.connect.queries import (
    all_integrations_of,
    deliveries_of,
    find_delivery,
    find_endpoint,
    find_integration,
    integrations_of,
    post_for,
    posts_for,
)
from xiaoan.engines.ui.blocks import Entry
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.rights import declared_rights
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, Refusal
from xiaoan.kernel.excel import Col, Table, bounded, sheet, wants_sheet

STATES = {"usable": ("ok", "在用"), "over": ("na", "已失效"), "revoked": ("na", "已停用")}
COLUMNS = (
    Col("系统", lambda row: row.name, 28), Col("状态", lambda row: _pill(row)[1]), Col("以谁的岗位", lambda row: row.post.person.name),
    Col("岗位", lambda row: row.post.role_name, 18), Col("单位", lambda row: row.unit.name, 26), Col("有效期到", lambda row: row.last_day),
    Col("最近使用", lambda row: row.last_used_at, 17),
)  # fmt: skip


@require_GET
@needs("connect.manage")
def integrations(request: HttpRequest) -> HttpResponseBase:
    """Every system that has been let in."""
    if wants_sheet(request):
        return sheet("接口与推送", Table("接入的系统", COLUMNS, bounded(all_integrations_of(_actor(request)))))
    rows, after = integrations_of(_actor(request), request.GET.get("after", ""))
    shown = [{"row": row, "pill": _pill(row), "rights": _sentences(row)} for row in rows]
    return page(request, "connect/list.html", {"rows": shown, "after": after})


@require_GET
@needs("connect.manage")
def choose(request: HttpRequest) -> HttpResponse:
    """In whose post the new system acts."""
    posts = posts_for(_actor(request))
    form = PostChoice(posts, request.GET or None)
    if form.is_valid():
        return redirect("connect:add", form.cleaned_data["post"])
    return page(request, "connect/choose.html", {"form": form, "posts": posts})


@never_cache
@require_http_methods(["GET", "POST"])
@needs("connect.manage")
def add(request: HttpRequest, post: uuid.UUID) -> HttpResponse:
    """Let a system in: its token is shown once, in the answer."""
    actor, held = _actor(request), post_for(_actor(request), post)
    form = IntegrationForm(held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, token = services.make_integration(actor=actor, post=held, **form.cleaned_data)
        except Invalid as why:
            form.refuse(why)
        else:
            return _show_token(request, row, token)
    status = 422 if form.errors else 200
    return page(request, "connect/form.html", {"form": form, "post": held}, status=status)


@require_GET
@needs("connect.manage")
def show(request: HttpRequest, integration: uuid.UUID) -> HttpResponse:
    """One system: what it may, where it is told, what was sent."""
    return _page(request, find_integration(_actor(request), integration))


@never_cache
@require_POST
@needs("connect.manage")
def renew(request: HttpRequest, integration: uuid.UUID) -> HttpResponse:
    """Another token; the old one opens nothing from now on."""
    row = find_integration(_actor(request), integration)
    try:
        token = services.renew_token(actor=_actor(request), integration=row)
    except Refusal as why:
        messages.warning(request, why.sentence)
        return redirect("connect:show", row.id)
    return _show_token(request, row, token)


@require_POST
@needs("connect.manage")
def revoke(request: HttpRequest, integration: uuid.UUID) -> HttpResponse:
    """Shut a system out."""
    row = find_integration(_actor(request), integration)
    _do(request, lambda: services.revoke_integration(actor=_actor(request), integration=row), "已停用，令牌立即失效。")
    return redirect("connect:show", row.id)


@require_POST
@needs("connect.manage")
def add_endpoint(request: HttpRequest, integration: uuid.UUID) -> HttpResponse:
    """Another address to tell."""
    row = find_integration(_actor(request), integration)
    form = EndpointForm(request.POST)
    if form.is_valid():
        try:
            services.add_endpoint(actor=_actor(request), integration=row, **form.cleaned_data)
        except Refusal as why:
            form.refuse(why if isinstance(why, Invalid) else Invalid(why.sentence))
        else:
            messages.success(request, "已增加推送地址，从现在起发生的事会推送过去。")
            return redirect("connect:show", row.id)
    return _page(request, row, form, status=422)


@require_POST
@needs("connect.manage")
def switch(request: HttpRequest, endpoint: uuid.UUID) -> HttpResponse:
    """Stop telling an address, or go on."""
    row, is_active = find_endpoint(_actor(request), endpoint), request.POST.get("on") == "1"
    told = "已恢复，从现在起发生的事会推送过去。" if is_active else "已暂停推送。"
    _do(request, lambda: services.switch_endpoint(actor=_actor(request), endpoint=row, is_active=is_active), told)
    return redirect("connect:show", row.integration_id)


@require_POST
@needs("connect.manage")
def send_again(request: HttpRequest, delivery: uuid.UUID) -> HttpResponse:
    """Queue what was given up."""
    row = find_delivery(_actor(request), delivery)
    _do(request, lambda: services.send_again(actor=_actor(request), delivery=row), "已重新排队，几秒后再送。")
    return redirect("connect:show", row.endpoint.integration_id)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _do(request: HttpRequest, service: Any, told: str) -> None:
    try:
        service()
    except Refusal as why:
        if why.status in (403, 404):
            raise
        messages.warning(request, why.sentence)
    else:
        messages.success(request, told)


def _page(request: HttpRequest, row: Integration, form: EndpointForm | None = None, status: int = 200) -> HttpResponse:
    told = [
        Entry(e.verb, f" {e.changes.get('url', '')}", f"{e.person_name} · {cn_moment(e.at)}")
        for e in history("integration", row.id)
    ]
    context = {
        "row": row, "pill": _pill(row), "rights": _sentences(row), "form": form or EndpointForm(), "entries": told,
        "endpoints": [_endpoint(e) for e in row.endpoints.order_by("id")], "is_usable": row.is_usable(),
    }  # fmt: skip
    return page(request, "connect/show.html", context, status=status)


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    sent = deliveries_of(endpoint)
    return {
        "row": endpoint, "secret": secret_of(endpoint), "kinds": [KINDS[k].name for k in endpoint.kinds if k in KINDS],
        "sent": [{"row": d, "kind": KINDS[d.body["kind"]].name, "verb": d.body["verb"]} for d in sent],
    }  # fmt: skip


def _show_token(request: HttpRequest, row: Integration, token: str) -> HttpResponse:
    return page(request, "connect/token.html", {"row": row, "token": token})


def _pill(row: Integration) -> tuple[str, str]:
    return STATES["revoked" if row.revoked_at else "usable" if row.is_usable() else "over"]


def _sentences(row: Integration) -> list[str]:
    known = declared_rights()
    return [known[key].sentence for key in row.rights if key in known]
