"""Publishing: what would happen, doing it, how far the worker is, ending it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page, wants_part
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import depth
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.policies.forms import EndForm, PublishForm
from xiaoan.policies.models import Document
from xiaoan.policies.pages import blame
from xiaoan.policies.queries import job_of, preview, publications_near, reaches_of, units_to_publish
from xiaoan.policies.rules import findings
from xiaoan.policies.services import end_publication, put_in_force

MOST_YEARS = 6


@require_http_methods(["GET", "POST"])
@needs("policies.publish")
def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose where and for which year; see what it asks, what it costs and which dates move; then publish."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    document = get_object_or_404(
        Document.objects.visible_to(actor, "policies.publish").select_related("owner", "predecessor"), pk=pk
    )
    if document.owner and not actor.sees(document.owner.path):
        raise NotAllowed("这是上级单位的文件，由上级发布，您不用再发布。")
    units = units_to_publish(actor)
    form = _form(request, document, units)
    if request.method == "POST" and form.is_valid() and not wants_part(request):
        try:
            return _publish(request, actor, document, form)
        except (Invalid, Stale) as why:
            blame(form, why if isinstance(why, Invalid) else Invalid(why.sentence))
    unit, years = _chosen(form, units)
    shown = preview(document, unit, years) if unit else None
    kept = document.requirements.filter(is_kept=True).select_related("practice")
    rules = findings(kept, shown.estimate, shown.unit.path) if shown else []
    context = {"document": document, "form": form, "preview": shown, "years": years, "rules": rules}
    status = 422 if request.method == "POST" and form.errors else 200
    return page(request, "policies/publish.html", context, "policies/parts/preview.html", status=status)


@require_GET
@needs("policies.read")
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One publication's state: asked every two seconds while the worker is at it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(publications_near(actor).select_related("document"), pk=pk)
    context = {
        "reach": reaches_of(actor, [found])[found.id], "job": job_of(found),
        "may_end": actor.may("policies.publish", found.unit_path),
    }  # fmt: skip
    return page(request, "policies/parts/publication.html", context)


@require_http_methods(["GET", "POST"])
@needs("policies.publish")
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a publication on a day, with a reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(publications_near(actor).select_related("document"), pk=pk)
    if not actor.may("policies.publish", found.unit_path):
        raise NotAllowed("这是上级发布的文件，只有发布的单位能结束执行。")
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            end_publication(actor=actor, publication=found, **form.cleaned_data)
        except (Invalid, Stale) as why:
            blame(form, why if isinstance(why, Invalid) else Invalid(why.sentence))
        else:
            messages.success(request, f"《{found.document.short}》在{found.unit.label}已结束执行，做过的记录都还在。")
            return redirect("policies:document", found.document_id)
    status = 422 if form.errors else 200
    return page(request, "policies/end.html", {"publication": found, "form": form}, status=status)


def _publish(request: HttpRequest, actor: Actor, document: Document, form: PublishForm) -> HttpResponse:
    unit = Unit.objects.visible_to(actor, "policies.publish").get(id=form.cleaned_data["unit"])
    put_in_force(
        actor=actor, document=document, unit=unit, shift_years=form.cleaned_data["shift_years"],
        note=form.cleaned_data["note"],
    )  # fmt: skip
    messages.success(request, f"已发布到{unit.label}，正在把已有记录对到每一项要求上，不用在这里等。")
    return redirect("policies:document", document.id)


def _form(request: HttpRequest, document: Document, units: list[Unit]) -> PublishForm:
    top = min((depth(u.path) for u in units), default=0)
    places = [(str(u.id), "　" * (depth(u.path) - top) + u.label) for u in units]
    years = _years(document)
    given = request.POST if request.method == "POST" else None
    wanted = request.GET if given is None else given
    initial = {
        "unit": wanted.get("unit") or (places[0][0] if places else ""),
        "shift_years": wanted.get("shift_years") or years[0][0],
    }
    return PublishForm(given, units=places, years=years, initial=initial)


def _years(document: Document) -> list[tuple[int, str]]:
    """0 as written, then each year's shift by which the document would still run this year or later."""
    if not document.ends:
        return [(0, "按原文的日期")]
    late = max(0, clock.today().year - document.ends.year)
    shifts = list(range(max(1, late), max(1, late) + MOST_YEARS))
    adopted = [(n, f"沿用到 {document.ends.year + n} 年，各项日期顺延 {n} 年") for n in shifts]
    as_written = (0, f"按原文的日期，执行到 {document.ends.year} 年")
    return [*adopted, as_written] if late else [as_written, *adopted]


def _chosen(form: PublishForm, units: list[Unit]) -> tuple[Unit | None, int]:
    """The unit and shift now chosen in the form, whether or not all of it is right."""
    unit_id, years = form["unit"].value(), form["shift_years"].value()
    unit = next((u for u in units if str(u.id) == str(unit_id)), None)
    try:
        return unit, max(-20, min(20, int(years or 0)))
    except (TypeError, ValueError):
        return unit, 0
