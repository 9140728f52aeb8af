"""The public report and its private link: plain pages that work without a script."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.ground.people.gate import public
from xiaoan.ground.people.middleware import where_from
from xiaoan.hazards.telling.forms import TellForm
from xiaoan.hazards.telling.queries import find_tip, told
from xiaoan.hazards.telling.services import tell_hazard
from xiaoan.kernel import wall
from xiaoan.kernel.errors import Refusal
from xiaoan.risks.models import Point
from xiaoan.risks.queries import point_by_token

NO_POINT = "这个二维码已经停用。请把看到的情况直接告诉学校的门卫或老师。"


@require_http_methods(["GET", "POST"])
@public
def tell(request: HttpRequest, point: str) -> HttpResponse:
    """Report what is dangerous at a point, without an account."""
    found = point_by_token(point)
    if found is None:
        raise Http404(NO_POINT)
    form = TellForm(request.POST or None, request.FILES or None, unit=found.unit)
    if form.is_trapped:
        return redirect("hazards:thanks")
    if form.is_bound and form.is_valid():
        answer = _taken(request, found, form)
        if answer:
            return answer
    return _quiet(
        render(request, "hazards/tell.html", {"form": form, "point": found}, status=422 if form.is_bound else 200)
    )


def _taken(request: HttpRequest, point: Point, form: TellForm) -> HttpResponse | None:
    """The way to the private link, or None when it was refused: then the form says why."""
    given = form.cleaned_data
    try:
        with wall.opened():
            tip = tell_hazard(
                point=point, hazard_id=given["ticket"], words=given["words"], place=given["place"], photos=given["photos"],
                source=given["who"] or "parent", contact=given["contact"], where=where_from(request),
            )  # fmt: skip
    except Refusal as why:
        form.add_error(None, why.sentence)
        return None
    return redirect(f"{reverse('hazards:told', args=[tip.token])}?new=1")


@require_GET
@public
def told_page(request: HttpRequest, told_token: str) -> HttpResponse:
    """What became of it. Whoever holds the link sees it; it names nobody."""
    with wall.opened():
        try:
            shown = told(find_tip(told_token))
        except Refusal as why:
            raise Http404(why.sentence) from why
    link = request.build_absolute_uri(request.path)
    return _quiet(render(request, "hazards/told.html", {"told": shown, "link": link, "is_new": "new" in request.GET}))


@require_GET
@public
def thanks(request: HttpRequest) -> HttpResponse:
    """What a program that walked into the trap gets to see."""
    return _quiet(render(request, "hazards/thanks.html"))


def _quiet(response: HttpResponse) -> HttpResponse:
    """Not for search engines, not for the next person at this phone."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response
