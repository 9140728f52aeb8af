"""A visit's page and its moves; own visits; what is printed and exported of one."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.ui.blocks import Evidence, Step
from xiaoan.engines.ui.dates import cn_day, cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.hazards.queries import hazards_of
from xiaoan.inspections import visits as services
from xiaoan.inspections.access import find_visit, is_on, looking, parts_of
from xiaoan.inspections.catalogue import line_sets
from xiaoan.inspections.flows import VISIT
from xiaoan.inspections.forms import FinishForm, SignForm
from xiaoan.inspections.kinds import WAYS
from xiaoan.inspections.models import Visit
from xiaoan.inspections.pages import taken
from xiaoan.inspections.pages.asking import actor_of, entries_of, step_of, uploads
from xiaoan.inspections.papers import order_docx, order_of, order_pdf
from xiaoan.inspections.parts import conflicts, decide, merged, overruled
from xiaoan.inspections.reports import body_of
from xiaoan.inspections.resource import visit_pill
from xiaoan.inspections.six_lists import lists_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal, Stale
from xiaoan.kernel.excel import sheet as as_sheet
from xiaoan.kernel.excel import wants_sheet
from xiaoan.kernel.ids import read_id

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORDS = {"fix": "fix_words", "check": "check_words", "return": "check_words", "evaluate": "evaluation", "cancel": "why"}
SERVICES: dict[str, Callable[..., Visit]] = {
    "fix": services.fix, "check": services.check, "return": services.return_it, "evaluate": services.evaluate,
    "cancel": services.cancel,
}  # fmt: skip
DONE = {
    "fix": "已回复，等督查人员复查。", "check": "复查通过，还差一句评价。", "return": "已退回，被检查单位会看到还差什么。",
    "evaluate": "已评价，这次检查办结。", "cancel": "已取消。", "finish": "已反馈，被检查单位马上看得到。",
}  # fmt: skip


@require_GET
@needs("inspections.read")
def show(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    return _page(request, find_visit(actor_of(request), visit))


@require_GET
@needs("inspections.do")
def mine(request: HttpRequest) -> HttpResponseBase:
    """The visits that the person was sent to: first those to do, then those done lately."""
    actor = actor_of(request)
    with wall.opened():
        rows = parts_of(actor).select_related("visit__place", "visit__campaign__unit")
        to_do = list(
            rows.filter(done_at__isnull=True, visit__state__in=["planned", "running"]).order_by(
                "visit__planned_on", "id"
            )[:60]
        )
        done = list(rows.exclude(id__in=[p.id for p in to_do]).exclude(visit__state="cancelled").order_by("-id")[:30])
    if wants_sheet(request):
        return taken.mine_sheet(to_do, done)
    context = {"to_do": to_do, "done": done, "ways": WAYS, "today": clock.today()}
    return page(request, "inspections/mine.html", context)


@require_POST
@needs("inspections.do")
def finish(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """The head feeds the findings back."""
    actor = actor_of(request)
    form = FinishForm(request.POST)

    def run(row: Visit) -> None:
        if not form.is_valid():
            raise Invalid("请写一句反馈意见。", {"opinion": "请写一句反馈意见。"})
        services.finish(actor=actor, visit=row, seen=step_of(request), **form.cleaned_data)

    return _do(request, visit, DONE["finish"], run)


@require_POST
@needs("inspections.do")
def sign(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """A signature as a picture."""
    actor = actor_of(request)
    form = SignForm(request.POST)

    def run(row: Visit) -> None:
        files = uploads(request, actor)
        if not files or not form.is_valid():
            raise Invalid("请选择签名的照片，并写明是谁签的。")
        services.sign(actor=actor, visit=row, file=uuid.UUID(files[0]), **form.cleaned_data)

    return _do(request, visit, "签名已收下。", run)


@require_POST
@needs("inspections.do")
def settle(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """The head decides one line."""
    actor, told = actor_of(request), request.POST
    return _do(request, visit, "已裁定。", lambda row: decide(
        actor=actor, visit=row, key=told.get("line", ""), result=told.get("result", ""), why=told.get("why", ""),
    ))  # fmt: skip


@require_POST
@needs("inspections.read")
def move(request: HttpRequest, visit: uuid.UUID, move: str) -> HttpResponse:
    """Answer, check, return, evaluate, cancel."""
    actor = actor_of(request)
    if move not in SERVICES:
        raise NotKnown("检查没有这一步。")
    words = request.POST.get("words", "")[:500]

    def run(row: Visit) -> None:
        more: dict[str, Any] = {"files": _kept(request, actor)} if move == "fix" else {}
        SERVICES[move](actor=actor, visit=row, seen=step_of(request), **{WORDS[move]: words}, **more)

    return _do(request, visit, DONE[move], run)


@require_GET
@needs("inspections.read")
def order(request: HttpRequest, visit: uuid.UUID, form: str) -> HttpResponse:
    """The rectification order as PDF or .docx."""
    row = find_visit(actor_of(request), visit)
    if not row.is_told:
        raise NotKnown("检查结果还没有反馈，还没有整改通知书。")
    with looking(actor_of(request), row):
        told = order_of(row)
    try:
        body, media = (order_pdf(told), "application/pdf") if form == "pdf" else (order_docx(told), DOCX)
    except Refusal as why:
        return _page(request, row, refusal=why, status=422)
    answer = HttpResponse(body, content_type=media)
    answer["Content-Disposition"] = f'{"inline" if form == "pdf" else "attachment"}; filename="order-{row.pk}.{form}"'
    return answer


@require_GET
@needs("inspections.read")
def lists(request: HttpRequest, visit: uuid.UUID) -> HttpResponseBase:
    """The six lists of the visit, together or one alone as a workbook."""
    row = find_visit(actor_of(request), visit)
    with looking(actor_of(request), row) as reader:
        if not row.is_told and not _is_insider(reader, row):
            raise NotKnown("检查结果还没有反馈。")
        six = lists_of(row)
        if wants_sheet(request):
            one = request.GET.get("list", "")
            chosen = [each for each in six if each.key == one] or six
            return as_sheet(f"{row.number} {chosen[0].name if one else '六张清单'}", *[each.table for each in chosen])
        return page(request, "inspections/lists.html", {"visit": row, "six": six})


def _is_insider(reader: Actor, row: Visit) -> bool:
    """Whether the reader may see what was not yet fed back: the bureau's people and those who were sent."""
    return reader.is_system or reader.scope == row.by_path or row.by_path.startswith(reader.scope)


def _kept(request: HttpRequest, actor: Actor) -> list[str]:
    told = [str(i) for i in map(read_id, request.POST.getlist("files")) if i]
    return [*told, *uploads(request, actor)]


def _do(request: HttpRequest, visit: uuid.UUID, done: str, run: Callable[[Visit], Any]) -> HttpResponse:
    row = find_visit(actor_of(request), visit)
    try:
        run(row)
    except (Invalid, Stale) as why:
        return _page(request, find_visit(actor_of(request), visit), refusal=why, status=why.status)
    messages.success(request, done)
    return redirect("inspections:visit", row.id)


def _page(request: HttpRequest, row: Visit, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    with looking(actor, row) as reader:
        moves = allowed_moves(VISIT, reader if reader.holds("inspections.do") else actor, row)
        context = {**_content(actor, reader, row), "moves": {m.key: m for m in moves}, "why": why_not(VISIT, reader, row),
                   "refusal": refusal, "said": request.POST.get("words", "") or request.POST.get("opinion", "")}  # fmt: skip
        return page(request, "inspections/visit.html", context, status=status)


def _content(actor: Actor, reader: Actor, row: Visit) -> dict[str, Any]:
    is_inside = _is_insider(reader, row)
    parts = list(row.parts.select_related("campaign__unit").order_by("-is_head", "id"))
    found = list(row.findings.order_by("id")) if row.is_told else []
    on = is_on(actor, row)
    lines = merged(row, parts) if is_inside else []
    return {
        "visit": row, "pill": visit_pill(row), "steps": steps_of(row), "facts": facts_of(row), "is_inside": is_inside,
        "is_on": on, "is_head": actor.person_id == row.head_id or actor.is_system,
        "own_ways": [(p.way, WAYS[p.way], p) for p in parts if p.person_id == actor.person_id],
        "parts": parts, "ways": WAYS, "findings": [(f, body_of(f)) for f in found],
        "hazards": {h.id: h for h in hazards_of(VISIT.key, row.id).select_related("unit")} if row.is_told or is_inside else {},
        "lines": lines, "overruled": overruled(row, lines), "conflicts": conflicts(row) if is_inside and row.state == "running" else [],
        "pictures": _pictures(row), "fix_files": list(StoredFile.objects.filter(id__in=row.fix_files)),
        "records": _records(row) if is_inside else [], "entries": entries_of(VISIT.key, row.id),
        "finish": FinishForm(initial={"opinion": row.opinion}), "sign_form": SignForm(),
        "record_url": reverse("sheets:record", args=[row.record]) if row.record and actor.scope == row.by_path else "",
    }  # fmt: skip


def _pictures(row: Visit) -> list[StoredFile]:
    """Signatures and paper forms."""
    ids = [i for i in (row.head_signature, row.place_signature, *map(read_id, row.paper)) if i]
    return list(StoredFile.objects.filter(id__in=ids))


def _records(row: Visit) -> list[Evidence]:
    """The newest records that the campaign's own list is looked at beside, or what an online inspector begins from."""
    shows = line_sets()[row.campaign.line_set].shows if row.campaign.line_set else ()
    held = Record.objects.filter(unit_id=row.place_id, state="filed").order_by("-happened_on", "-id")
    rows = [held.filter(sheet=key).first() for key in shows]
    if not shows and "online" in row.campaign.ways:
        rows = list(held[:12])
    return [
        Evidence(r.sheet_name, f"{r.summary} · {cn_day(r.happened_on)}", sheet(r.sheet).icon, reverse("sheets:record", args=[r.pk]))
        for r in rows if r
    ]  # fmt: skip


def steps_of(row: Visit) -> list[Step]:
    """检查 → 反馈 → 整改 → 复查 → 评价, each with its time and who."""
    at = {"planned": 0, "running": 0, "issued": 2, "fixed": 3, "checked": 4, "closed": 5, "cancelled": 0}[row.state]
    if row.state == "issued" and not row.failed:
        at = 4
    told = [
        ("检查", row.started_at, row.started_by or row.head_name), ("反馈", row.issued_at, row.issued_by),
        ("整改", row.fixed_at, row.fixed_by or (row.place.label if at == 2 else "")),
        ("复查", row.checked_at if at > 3 else None, row.checked_by if at > 3 else ""), ("评价", row.evaluated_at, row.evaluated_by),
    ]  # fmt: skip
    steps = []
    for n, (name, when, who) in enumerate(told):
        lines = [w for w in (cn_moment(when) if when else "", who) if w]
        if n == 2 and row.returned:
            lines.append(f"退回 {row.returned} 次")
        steps.append(Step(name, "done" if n < at else "now" if n == at else "next", lines))
    return steps


def facts_of(row: Visit) -> list[tuple[str, Any]]:
    campaign = row.campaign
    return [
        ("编号", row.number), ("督查", campaign.name), ("方式", row.how.name), ("检查日期", cn_day(row.planned_on)),
        ("带队", row.head_name), ("依据", campaign.basis or (f"《{campaign.document.short}》" if campaign.document else "")),
        ("反馈意见", row.opinion), ("整改期限", cn_day(row.due) if row.due and row.failed else ""),
        ("整改回复", row.fix_words), ("复查意见", row.check_words), ("评价", row.evaluation),
        ("单位签名", row.place_signer or (f"没有签名：{row.why_unsigned}" if row.why_unsigned else "")),
        ("取消原因", row.why_cancelled),
    ]  # fmt: skip
