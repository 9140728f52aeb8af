"""One matter: telling of it, looking at it, every step."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.files.pages import hand_out
from xiaoan.engines.files.services import store_file
from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.blocks import Entry, Step
from xiaoan.engines.ui.dates import cn_date, cn_day, cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import SYSTEM, Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.matters.flows import MATTER
from xiaoan.matters.forms import MatterForm, partners_for
from xiaoan.matters.kinds import OF_PEOPLE, kinds
from xiaoan.matters.models import Cell, Matter, Spot, Sweep
from xiaoan.matters.models.cases import CALM, CONTENT
from xiaoan.matters.picking import picked
from xiaoan.matters.queries.joint import sweeps_for
from xiaoan.matters.resource import state_pill
from xiaoan.matters.seeing import clues_for, find_matter, is_in_case
from xiaoan.matters.services import around, cases

DONE = {
    "pass": "已转交，等部门签收。", "handle": "已受理。", "send_up": "已请上级协调。", "receive": "已签收。",
    "answer": "已答复，等对方确认。", "send_back": "已退回。", "confirm": "已办结。", "redo": "已退回重办。", "void": "已作废。",
}  # fmt: skip


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def unit_of(actor: Actor, asked: str = "") -> Unit:
    """The unit of that id in the actor's scope, or the actor's own bureau or school. Raises NotKnown."""
    if not asked:
        return own_unit(actor)
    unit = picked(Unit.objects.under(actor.scope).exclude(rank__in=(Rank.DEPARTMENT, Rank.PARTNER)), asked)
    if unit is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return unit


def refuse(form: Any, why: Refusal) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, words in (getattr(why, "fields", {}) or {"": why.sentence}).items():
        form.add_error(name if name in form.fields else None, words)


@require_http_methods(["GET", "POST"])
@needs("matters.report")
def new(request: HttpRequest) -> HttpResponse:
    """Tell of a problem, a dispute, a petition or (with its own right) a clue."""
    actor = actor_of(request)
    unit = unit_of(actor, request.POST.get("unit") or request.GET.get("unit", ""))
    sweep = picked(sweeps_for(actor), request.POST.get("sweep") or request.GET.get("sweep"))
    first = {"kind": request.GET.get("kind", ""), "cell": request.GET.get("cell", "")}
    form = MatterForm(request.POST or None, actor=actor, unit=unit, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            matter = _report(request, actor, unit, form.cleaned_data, sweep)
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, why)
        else:
            return _reported(request, actor, matter)
    context = {"form": form, "unit": unit, "sweep": sweep}
    return page(request, "matters/new.html", context, status=422 if form.is_bound else 200)


def _reported(request: HttpRequest, actor: Actor, matter: Matter) -> HttpResponse:
    """Who sent a clue does not see it again: only its number and time are told."""
    if matter.is_restricted and not clues_for(actor).filter(id=matter.id).exists():
        messages.success(request, f"线索已报送公安，编号 {matter.number}。为保密，报送后本单位不再显示内容。")
        return redirect("matters:matters")
    messages.success(request, "已登记。" if not matter.partner_id else "已登记并转交部门。")
    return redirect("matters:matter", matter.id)


def _report(request: HttpRequest, actor: Actor, unit: Unit, given: dict[str, Any], sweep: Sweep | None) -> Matter:
    cell = picked(Cell.objects.filter(unit_path=unit.path), given["cell"])
    spot = picked(Spot.objects.filter(unit_path=unit.path), given["spot"])
    if spot is None and kinds()[given["kind"]].spot and given["spot_name"]:
        spot = around.add_spot(
            actor=actor,
            unit=unit,
            name=given["spot_name"],
            kind="other",
            address=given["place"],
            cell=cell,
            is_licensed=False,
        )
    partner = picked(Unit.objects.all(), given["partner"])
    return cases.report_matter(
        actor=actor, unit=unit, kind_key=given["kind"], words=given["words"], place=given["place"], cell=cell, spot=spot, sweep=sweep,
        partner=partner, photos=_photos(request, actor, unit),
    )  # fmt: skip


def _photos(request: HttpRequest, actor: Actor, unit: Unit) -> list[str]:
    uploads = request.FILES.getlist("photos")
    if len(uploads) > cases.MOST_PHOTOS:
        raise Invalid(f"最多 {cases.MOST_PHOTOS} 张照片。")
    return [str(store_file(actor=actor, unit=unit, upload=upload).id) for upload in uploads]


@require_GET
@needs("matters.read")
def show(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return show_page(request, actor, find_matter(actor, matter))


@require_GET
@needs("matters.read")
def photo(request: HttpRequest, matter: uuid.UUID, number: int) -> HttpResponseBase:
    """A photo of a matter, to whoever sees the matter: a partner body has no right to other files."""
    found = find_matter(actor_of(request), matter)
    if not 1 <= number <= len(found.photos):
        raise NotKnown("没有这张照片。")
    return hand_out(SYSTEM, uuid.UUID(found.photos[number - 1]), is_download=False)


@require_GET
@needs("matters.read")
def clues(request: HttpRequest) -> HttpResponse:
    """Restricted clues, to the police that they went to and to the keeper of clues."""
    rows = list(clues_for(actor_of(request)).order_by("-id")[:100])
    return page(request, "matters/clues.html", {"rows": [(m, state_pill(m)) for m in rows]})


@require_POST
@needs("matters.read")
def move(request: HttpRequest, matter: uuid.UUID, step: str) -> HttpResponse:
    """One step of a matter; what was typed stays in the form when it is refused."""
    actor = actor_of(request)
    found = find_matter(actor, matter)
    try:
        _run(request, actor, found, step)
    except (Invalid, Stale) as why:
        found.refresh_from_db()
        return show_page(request, actor, found, refusal=why, status=why.status)
    messages.success(request, DONE.get(step, "已催办。"))
    return redirect("matters:matter", found.id)


def _run(request: HttpRequest, actor: Actor, found: Matter, step: str) -> None:
    told = request.POST
    given: dict[str, Any] = {"actor": actor, "matter": found, "seen": _number(told.get("step"))}
    words = told.get("words", "")
    content = _number(told.get("content"))
    steps: dict[str, Callable[[], Any]] = {
        "pass": lambda: cases.pass_on(**given, partner=picked(Unit.objects.all(), told.get("partner")), words=words),
        "handle": lambda: cases.handle(**given, words=words),
        "send_up": lambda: cases.send_up(**given, words=words),
        "receive": lambda: cases.receive(**given),
        "send_back": lambda: cases.send_back(**given, words=words),
        "answer": lambda: cases.answer(**given, words=words, outcome=told.get("outcome", "")),
        "confirm": lambda: cases.confirm(**given, words=words, content=content or None),
        "redo": lambda: cases.redo(**given, words=words),
        "void": lambda: cases.void(**given, words=words),
        "chase": lambda: cases.chase(actor=actor, matter=found),
    }
    if step not in steps:
        raise NotKnown("没有这一步。")
    steps[step]()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


def show_page(
    request: HttpRequest, actor: Actor, matter: Matter, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The page of a matter, with the steps that the actor may take now."""
    keys = {m.key for m in allowed_moves(MATTER, actor, matter)}
    is_holder = actor.unit_path == matter.holder_path and actor.holds("matters.handle")
    context = {
        "m": matter, "pill": state_pill(matter), "steps": strip_of(matter), "keys": keys, "refusal": refusal,
        "why": why_not(MATTER, actor, matter), "said": list(matter.said.order_by("-at", "-id")), "entries": entries_of(matter),
        "partners": _offered(matter) if "pass" in keys else [], "outcomes": matter.told.outcomes if "answer" in keys else (),
        "contents": list(CONTENT.items()), "content_words": CONTENT.get(matter.content or 0, ""),
        "may_send_up": "send_up" in keys and len(matter.holder_path) > 8,
        "may_chase": is_holder and matter.state in ("passed", "received"),
        "photos": [reverse("matters:photo", args=[matter.id, n]) for n in range(1, len(matter.photos) + 1)],
        "has_contacts": matter.family == "petition" and actor.holds("disputes.read"), "calms": list(CALM.items()),
        "contacts": list(matter.contacts.order_by("-at")[:20]) if matter.family == "petition" else [],
        "may_contact": matter.family == "petition" and actor.may("disputes.report", matter.unit_path) and actor.rank != Rank.PARTNER,
        "has_mediation": matter.family == "dispute" and actor.holds("disputes.read") and is_in_case(actor, matter),
        "late": matter.is_late, "by_day": cn_date(matter.answer_by),
    }  # fmt: skip
    return page(request, "matters/matter.html", context, status=status)


def _offered(matter: Matter) -> list[tuple[Unit, bool]]:
    """Partner bodies, those that the kind proposes first and marked."""
    wanted = matter.told.to
    rows = [(p, p.kind in wanted) for p in partners_for(matter.unit_path)]
    return sorted(rows, key=lambda row: (not row[1], wanted.index(row[0].kind) if row[1] else 0))


def strip_of(matter: Matter) -> list[Step]:
    """报告 → 受理或转交 → 办理 → 确认, with dates and holders."""
    at = {"reported": 1, "passed": 1, "handling": 2, "received": 2, "answered": 3, "closed": 4, "void": 4}[matter.state]
    who = matter.partner.label if matter.partner else "本单位"
    answered = (
        [cn_day(matter.answered_at), matter.answered_by]
        if matter.answered_at and at > 2
        else [f"{cn_day(matter.answer_by)}前"]
    )
    if matter.returned:
        answered.append(f"退回 {matter.returned} 次")
    words = [
        ("报告", [cn_date(matter.made_at), matter.reporter if matter.family == "surroundings" else ""]),
        ("签收" if matter.partner else "受理", [who]),
        ("办理", answered),
        ("作废" if matter.state == "void" else "确认", [cn_day(matter.closed_at)] if matter.closed_at else []),
    ]
    return [
        Step(name, "done" if n < at else "now" if n == at else "next", [line for line in lines if line])
        for n, (name, lines) in enumerate(words)
    ]


def entries_of(matter: Matter) -> list[Entry]:
    """What happened, from the journal: steps and people, no texts."""
    return [Entry(e.verb, "", f"{e.person_name} · {cn_moment(e.at)}") for e in history(MATTER.key, matter.id)]


def require_people(actor: Actor, matter: Matter) -> None:
    """A page about the people of a matter is for those with the right to disputes."""
    if matter.family in OF_PEOPLE:
        require(actor, "disputes.read", matter.unit_path)
