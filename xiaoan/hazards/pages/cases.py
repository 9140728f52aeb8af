"""One hazard: its page, its moves, its pictures; reporting one at a desk."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.pages import NO_FILE, given
from xiaoan.engines.files.services import store_file
from xiaoan.engines.ui.pages import page
from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.hazards import showing
from xiaoan.hazards.doing import DOERS, do_move
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.forms import FIELDS, WITH_PHOTOS, MoveForm, ReportForm, refuse
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.photos import MOST, SUBJECT
from xiaoan.hazards.queries import find_hazard, places_to_report, similar_elsewhere, similar_here, touched
from xiaoan.hazards.resource import category_word, state_pill
from xiaoan.hazards.services import report_hazard
from xiaoan.hazards.states import LEVELS, SOURCES
from xiaoan.hazards.telling.queries import contact_of
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal
from xiaoan.kernel.ids import read_id
from xiaoan.risks.models import Found
from xiaoan.risks.queries import control_at, points_of

TITLES = {"supervise": "挂牌督办", "progress": "报进展", "strike": "摘牌", "look": "复核"}


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@require_GET
@needs("hazards.read")
def show(request: HttpRequest, hazard: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, actor, find_hazard(actor, hazard))


@require_http_methods(["GET", "POST"])
@needs("hazards.read")
def do(request: HttpRequest, hazard: uuid.UUID, move: str) -> HttpResponse:
    """The form of a move, in its place on the case's page; sent, it is done."""
    actor = actor_of(request)
    case = find_hazard(actor, hazard)
    if move not in DOERS:
        raise NotKnown("隐患没有这一步。")
    if request.method == "GET":
        return (
            _page(request, actor, case, _asked(case, move)) if move in FIELDS else redirect("hazards:hazard", case.id)
        )
    photos = _ids(request)
    try:
        photos += _take_files(request, actor)
        do_move(actor, case, move, request.POST, photos, _number(request.POST.get("step", "")))
    except NotAllowed:
        raise
    except Refusal as why:
        return _page(request, actor, case, _refused(request, case, move, why, photos), why, status=why.status)
    messages.success(request, f"已{_name(move)}。")
    return redirect("hazards:hazard", case.id)


@require_http_methods(["GET", "POST"])
@needs("hazards.report")
def new(request: HttpRequest) -> HttpResponse:
    """Report at a desk: at the own unit, or at one below it."""
    actor = actor_of(request)
    unit = unit_below(actor, read_id(request.POST.get("unit") or request.GET.get("unit")))
    form = ReportForm(request.POST or None, points=points_of(unit), initial=_begun(request, actor, unit))
    before, after = _ids(request), _ids(request, "kept_after")
    if request.method == "POST":
        try:
            before += _take_files(request, actor)
            after += _take_files(request, actor, "new_after")
            if form.is_valid():
                case = _report(actor, unit, form.cleaned_data, before, after)
                messages.success(
                    request, f"已上报，编号 {case.number}。" if case.is_open else "已登记为当场整改，并已销号。"
                )
                seen = Hazard.objects.visible_to(actor, "hazards.read").filter(id=case.id).exists()
                return redirect("hazards:hazard", case.id) if seen else redirect("hazards:list")
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
    context = {
        "form": form, "unit": unit, "units": places_to_report(actor), "kept": _files(before), "kept_after": _files(after),
    }  # fmt: skip
    return page(request, "hazards/new.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs("hazards.report")
def similar(request: HttpRequest) -> HttpResponse:
    """Open cases like what is being reported: JSON for the phone and for the desk's form."""
    actor = actor_of(request)
    unit = unit_below(actor, read_id(request.GET.get("unit")))
    told: dict[str, Any] = {key: request.GET.get(key, "")[:120] for key in ("place", "item", "category", "point")}
    rows = similar_here(actor, unit.path, **told)
    shown = [
        {"id": str(h.id), "number": h.number, "words": h.words, "place": h.place, "level": LEVELS[h.level],
         "state": HAZARD.state(h.state).label} for h in rows
    ]  # fmt: skip
    return JsonResponse({"rows": shown})


@require_GET
@needs("hazards.read")
def picture(request: HttpRequest, hazard: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """A picture of the case, to whoever sees the case."""
    case = find_hazard(actor_of(request), hazard)
    found = StoredFile.objects.filter(id=file, subject_type=SUBJECT, subject_id=case.id).first()
    if found is None:
        raise Http404(NO_FILE)
    return given(found, is_download="download" in request.GET)


def _page(
    request: HttpRequest, actor: Actor, case: Hazard, asked: dict[str, Any] | None = None, refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    entries = history("hazard", case.id, most=60)
    context = {
        "case": case, "asked": asked, "refusal": refusal, "level": LEVELS[case.level], "pill": state_pill(case),
        "category": category_word(case), "steps": showing.steps_of(case), "clocks": showing.clocks_of(case),
        "rule": showing.rule_of(case), "moves": showing.moves_of(actor, case), "needs": showing.needs_of(actor, case),
        "why": showing.why_of(actor, case), "entries": showing.timeline_of(entries), "source": SOURCES[case.source],
        "five": _five(case), "listings": list(case.listings.prefetch_related("progress").order_by("-id")),
        "pictures": _pictures(case), "earlier": case.earlier, "duplicate_of": case.duplicate_of,
        "near": similar_here(actor, case.unit_path, hazard=case), "elsewhere": similar_elsewhere(actor, case),
        "touched": touched(case), "contact": contact_of(actor, case), "rechecks": list(case.rechecks.exclude(found="").order_by("-id")[:5]),
    }  # fmt: skip
    return page(request, "hazards/case.html", context, part={"move-form": "hazards/parts/form.html"}, status=status)


def _five(case: Hazard) -> list[tuple[str, Any]]:
    if not case.measures:
        return []
    return [
        ("责任", case.responsible), ("措施", case.measures), ("资金", case.funds), ("时限", case.fix_by), ("预案", case.plan),
        ("防护", case.interim),
    ]  # fmt: skip


def _pictures(case: Hazard) -> list[dict[str, Any]]:
    """Before and after, side by side, as far as they exist."""
    before = {"label": "整改前", "ids": case.photos, "at": case.captured_at, "by": case.reporter}
    after = {"label": "整改后", "ids": case.after_photos, "at": case.fixed_at, "by": case.fixed_by}
    return [side for side in (before, after) if side["ids"]]


def _asked(case: Hazard, move: str, form: MoveForm | None = None, photos: list[str] | None = None) -> dict[str, Any]:
    return {
        "move": move, "name": _name(move), "form": form or MoveForm(move=move, hazard=case), "case": case,
        "takes_photos": move in WITH_PHOTOS, "kept": _files(photos or []), "most": MOST,
    }  # fmt: skip


def _refused(request: HttpRequest, case: Hazard, move: str, why: Refusal, photos: list[str]) -> dict[str, Any] | None:
    """The form again with all that was typed; a move without a form has only the sentence."""
    if move not in FIELDS:
        return None
    form = MoveForm(request.POST, move=move, hazard=case)
    form.is_valid()
    refuse(form, getattr(why, "fields", {}), why.sentence)
    return _asked(case, move, form, photos)


def _name(move: str) -> str:
    return TITLES.get(move) or ("催办" if move == "chase" else HAZARD.move(move).name)


def _report(actor: Actor, unit: Unit, told: Mapping[str, Any], before: list[str], after: list[str]) -> Hazard:
    fixed = {"by": told["fixed_by"], "how": told["fixed_how"], "photos": after} if told["fixed_by"] or after else None
    return report_hazard(
        actor=actor, unit=unit, words=told["words"], place=told["place"], point=read_id(told["point"]), item=told["item"],
        level=told["level"], source=told["source"], kind=told["kind"] or "hazard", photos=before,
        is_anonymous=told["is_anonymous"], fixed=fixed, control=told["control"],
    )  # fmt: skip


def _begun(request: HttpRequest, actor: Actor, unit: Unit) -> dict[str, Any]:
    """What the form begins with: after a control that did not hold, its point, its item and what was said of it."""
    told: dict[str, Any] = {"source": _source(actor)}
    control = control_at(unit, read_id(request.GET.get("control")))
    if control is None:
        return told
    said = control.confirmations.exclude(found=Found.WELL).order_by("-at").values_list("note", flat=True).first()
    return told | {
        "control": control.id, "point": control.point_id, "item": control.item, "place": control.point.name,
        "words": said or f"管控措施没有做到：{control.words}",
    }  # fmt: skip


def _source(actor: Actor) -> str:
    named = {"student_officer": "student_officer", "parent": "parent", "partner_officer": "partner", "guard": "patrol"}
    return named.get(actor.role, "self_check" if actor.rank == "school" else "inspection")


def _ids(request: HttpRequest, name: str = "kept") -> list[str]:
    """Pictures that were kept when a form was refused."""
    found = []
    for text in request.POST.getlist(name):
        with suppress(ValueError):
            found.append(str(uuid.UUID(text)))
    return list(dict.fromkeys(found))


def _take_files(request: HttpRequest, actor: Actor, name: str = "new") -> list[str]:
    uploads = request.FILES.getlist(name)
    if len(uploads) > MOST:
        raise Invalid(f"照片最多 {MOST} 张。")
    own = own_unit(actor)
    return [str(store_file(actor=actor, unit=own, upload=upload).id) for upload in uploads]


def _files(ids: list[str]) -> list[StoredFile]:
    return list(StoredFile.objects.filter(id__in=ids)) if ids else []


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
