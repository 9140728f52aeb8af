"""The monthly risk study."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.errors import NotAllowed, NotKnown, Refusal
from xiaoan.kernel.excel import wants_sheet
from xiaoan.risks.county import units_without_study
from xiaoan.risks.forms import StudyForm, refuse
from xiaoan.risks.models import Study
from xiaoan.risks.pages.places import actor_of
from xiaoan.risks.pages.taken import unstudied_sheet
from xiaoan.risks.services.studies import category_names, changes_since_last, record_study

MOST = 300


@require_http_methods(["GET", "POST"])
@needs("risks.study")
def new(request: HttpRequest) -> HttpResponse:
    """This month's study: what changed is listed, the conclusion is written."""
    actor = actor_of(request)
    unit = own_unit(actor)
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seconds = request.POST.get("seconds", "0")
        try:
            row = record_study(
                actor=actor, unit=unit, seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0,
                **form.cleaned_data,
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, {k: v for k, v in getattr(why, "fields", {}).items() if k in form.fields}, why.sentence)
        else:
            messages.success(request, "已记录，也作为“风险研判”的佐证，不用另报。")
            return redirect("risks:study", row.id)
    context = {"form": form, "unit": unit, "changes": changes_since_last(unit)}
    return page(request, "risks/study_form.html", context, status=422 if form.errors else 200)


@require_GET
@needs("risks.read")
def show(request: HttpRequest, study: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row: Study | None = Study.objects.visible_to(actor, "risks.read").select_related("unit").filter(id=study).first()
    if row is None:
        raise NotKnown("没有这次研判，或者它不在您的管理范围内。")
    return page(request, "risks/study.html", {"study": row, "about": category_names(row.changes)})


@require_GET
@needs("risks.read")
def without(request: HttpRequest) -> HttpResponseBase:
    """Units that have not recorded this month's study (or another month's)."""
    unit = own_unit(actor_of(request))
    month = request.GET.get("month", "")
    if (
        len(month) != 7
        or month[4] != "-"
        or not (month[:4] + month[5:]).isascii()
        or not (month[:4] + month[5:]).isdigit()
    ):
        month = f"{clock.today():%Y-%m}"
    found = units_without_study(unit, month)
    if wants_sheet(request):
        return unstudied_sheet(month, found)
    rows = list(found[: MOST + 1])
    context = {"unit": unit, "month": month, "rows": rows[:MOST], "is_more": len(rows) > MOST}
    return page(request, "risks/unstudied.html", context)
