"""One point: its chain, its grade, its history, and what may be done with it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.checks.catalogue import category_names, items
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import claim_files, store_file
from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.blocks import Step
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import value_at
from xiaoan.ground.people.gate import needs
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.kernel.excel import wants_sheet
from xiaoan.risks.flows import POINT
from xiaoan.risks.forms import AssessForm, ControlForm, PointForm, refuse
from xiaoan.risks.library import areas
from xiaoan.risks.methods import rested_on
from xiaoan.risks.models import COLOURS, Control, Found, Level, Point, Why
from xiaoan.risks.pages.places import actor_of, entries_of, number_of, own_school
from xiaoan.risks.pages.taken import point_sheet
from xiaoan.risks.queries import controls_of, find_point
from xiaoan.risks.services import assess_point
from xiaoan.risks.services.chain import FACTS, add_control, change_control, change_point, make_point
from xiaoan.risks.services.sources import declare_points, end_point, refuse_point, register_point, supervise_point

DONE = {
    "register": "已登记。",
    "refuse": "已退回学校。",
    "supervise": "已记下。",
    "end": "已记为消除，历史都在。",
    "declare": "已申报，等区县登记。",
}


@require_GET
@needs("risks.read")
def show(request: HttpRequest, point: uuid.UUID) -> HttpResponseBase:
    actor = actor_of(request)
    row = find_point(actor, point)
    return point_sheet(row) if wants_sheet(request) else _page(request, actor, row)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def new(request: HttpRequest) -> HttpResponse:
    """A point of the school's own; next it is graded."""
    actor = actor_of(request)
    unit = own_school(actor)
    form = PointForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            row = make_point(actor=actor, unit=unit, **form.facts())
        except Invalid as why:
            refuse(form, why.fields, why.sentence)
        else:
            messages.success(request, "已建立，接着评估它的等级。")
            return redirect("risks:assess", row.id)
    return page(request, "risks/point_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def edit(request: HttpRequest, point: uuid.UUID) -> HttpResponse:
    """Change what is known of a point; a report of an old building goes with it."""
    actor = actor_of(request)
    row = find_point(actor, point)
    initial = {name: getattr(row, name) for name in FACTS}
    form = PointForm(request.POST or None, unit=row.unit, initial={**initial, "owner_id": str(row.owner_id or "")})
    if request.method == "POST" and form.is_valid():
        try:
            change_point(
                actor=actor, point=row, seen=number_of(request), **form.facts(), **_report(request, actor, row)
            )
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
        else:
            messages.success(request, "已改好。")
            return redirect("risks:point", row.id)
    return page(request, "risks/point_form.html", {"form": form, "point": row}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def assess(request: HttpRequest, point: uuid.UUID) -> HttpResponse:
    """Grade it by the region's method."""
    actor = actor_of(request)
    row = find_point(actor, point)
    last = row.assessments.exclude(why=Why.RULE).order_by("-at").first()
    initial = {**(last.factors if last else {}), "why": Why.DUE if row.is_assessed else Why.INITIAL}
    form = AssessForm(request.POST or None, unit=row.unit, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = assess_point(
                actor=actor, point=row, factors=form.scores(), why=told["why"], reason=told["reason"],
                seen=number_of(request),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
        else:
            messages.success(request, f"{made.reason or '已评估'}：{Level(row.level).label}（{row.colour}）。")
            return redirect("risks:point", row.id)
    return page(request, "risks/assess.html", {"form": form, "point": row}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def new_control(request: HttpRequest, point: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = find_point(actor, point)
    form = ControlForm(request.POST or None, unit=row.unit)
    if request.method == "POST" and form.is_valid():
        add_control(actor=actor, point=row, **form.facts())
        messages.success(request, "已增加管控措施。")
        return redirect("risks:point", row.id)
    return page(request, "risks/control_form.html", {"form": form, "point": row}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def control(request: HttpRequest, control: uuid.UUID) -> HttpResponse:
    """Change a control, or take it away."""
    actor = actor_of(request)
    row = (
        Control.objects.visible_to(actor, "risks.read")
        .select_related("point__unit", "event")
        .filter(id=control)
        .first()
    )
    if row is None:
        raise NotKnown("没有这项措施，或者它不在您的管理范围内。")
    names = ("words", "sort", "way", "post", "every", "period")
    initial = {"event": row.event.name, "holder_id": str(row.holder_id or ""), **{n: getattr(row, n) for n in names}}
    form = ControlForm(request.POST or None, unit=row.point.unit, initial=initial)
    if "drop" in request.POST:
        change_control(actor=actor, control=row, is_active=False)
        messages.success(request, "已去掉这项措施。")
        return redirect("risks:point", row.point_id)
    if request.method == "POST" and form.is_valid():
        change_control(actor=actor, control=row, **form.facts())
        messages.success(request, "已改好。")
        return redirect("risks:point", row.point_id)
    context = {"form": form, "point": row.point, "control": row}
    return page(request, "risks/control_form.html", context, status=422 if form.errors else 200)


@require_POST
@needs("risks.read")
def move(request: HttpRequest, point: uuid.UUID, move: str) -> HttpResponse:
    """Declare, register, send back, supervise, end."""
    actor = actor_of(request)
    row = find_point(actor, point)
    words = request.POST.get("words", "").strip()
    try:
        _move(actor, row, move, words, number_of(request))
    except (Invalid, Stale) as why:
        return _page(request, actor, row, refusal=why, status=why.status)
    messages.success(request, DONE[move])
    return redirect("risks:point", row.id)


def _move(actor: Actor, row: Point, key: str, words: str, seen: int | None) -> None:
    if key == "declare":
        declare_points(actor=actor, unit=row.unit, points=[row])
    elif key == "register":
        register_point(actor=actor, point=row, supervision=words, seen=seen)
    elif key in ("refuse", "supervise", "end"):
        {"refuse": refuse_point, "supervise": supervise_point, "end": end_point}[key](
            actor=actor, point=row, note=words, seen=seen
        )
    else:
        raise NotKnown("没有这一步。")


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def declare(request: HttpRequest) -> HttpResponse:
    """Declare several points at once: those that the region wants declared are ticked."""
    actor = actor_of(request)
    unit = own_school(actor)
    rows = list(Point.objects.filter(unit_path=unit.path, is_active=True, state="identified").order_by("level", "code"))
    least = value_at("risks.declare_level", unit.path)
    context: dict[str, Any] = {"points": rows, "least": least, "unit": unit}
    if request.method == "POST":
        taken = set(request.POST.getlist("point"))
        try:
            done = declare_points(actor=actor, unit=unit, points=[p for p in rows if str(p.id) in taken])
        except NotAllowed:
            raise
        except Refusal as why:
            return page(request, "risks/declare.html", {**context, "refusal": why.sentence}, status=why.status)
        messages.success(request, f"已申报 {len(done)} 个风险点，等区县登记。")
        return redirect(reverse("risks:points") + "?state=declared")
    return page(request, "risks/declare.html", context)


def _report(request: HttpRequest, actor: Actor, row: Point) -> dict[str, Any]:
    """The risk assessment of an old building, kept and claimed."""
    upload = request.FILES.get("report")
    if upload is None:
        return {}
    file = store_file(actor=actor, unit=row.unit, upload=upload)
    claim_files(ids=[str(file.id)], unit=row.unit, subject_type="point", subject_id=row.id)
    return {"report_file": file.id}


def _page(
    request: HttpRequest, actor: Actor, row: Point, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    moves = allowed_moves(POINT, actor, row)
    controls = controls_of(row)
    tier = value_at(f"risks.tier_{row.level}", row.unit_path)
    is_own = actor.unit_path == row.unit_path
    state = POINT.state(row.state)
    context = {
        "point": row, "state": state, "moves": moves, "why": why_not(POINT, actor, row), "refusal": refusal,
        "chain": _chain(controls), "level_name": Level(row.level).label, "colour": COLOURS[row.level],
        "tier": tier, "area": areas().get(row.area), "category": category_names().get(row.kind, ""),
        "assessments": [(a, rested_on(a)) for a in row.assessments.order_by("-at", "-id")[:20]],
        "supervisions": row.supervisions.order_by("-at")[:10], "entries": entries_of("point", row.id),
        "steps": steps_of(row), "items": items(), "today": clock.today(),
        "may_write": is_own and actor.holds("risks.write") and row.is_active,
        "may_report": is_own and actor.holds("hazards.report") and row.is_active,
        "may_confirm": is_own and actor.holds("risks.confirm") and row.is_active,
        "report": StoredFile.objects.filter(id=row.report_file).first() if row.report_file else None,
        "found": Found.choices,
    }  # fmt: skip
    return page(request, "risks/point.html", context, status=status)


def _chain(controls: list[Control]) -> list[tuple[Any, list[Control]]]:
    """The controls under their events, in order."""
    found: dict[Any, list[Control]] = {}
    for each in controls:
        found.setdefault(each.event, []).append(each)
    return list(found.items())


def steps_of(row: Point) -> list[Step]:
    """辨识 → 申报 → 登记 → 监管, with dates and holders."""
    at = {"identified": 1, "declared": 2, "registered": 3, "ended": 4}[row.state]
    last = row.supervisions.order_by("-at").first()
    told = [
        ("辨识", [cn_date(row.made_on), row.made_by]),
        ("申报", [cn_date(row.declared_at), row.declared_by] if row.declared_at else ["学校申报"]),
        ("登记", [cn_date(row.registered_at), row.registered_by] if row.registered_at else ["区县登记"]),
        ("监管", [cn_date(last.on), last.by] if last else ["区县监管"]),
    ]
    return [
        Step(name, "done" if n < at else "now" if n == at else "next", lines) for n, (name, lines) in enumerate(told)
    ]
