"""Asking without an account, and reading the answer through a private link."""

import uuid

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.gate import public
from xiaoan.ground.people.middleware import where_from
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import wall
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal
from xiaoan.matters.forms import AskForm
from xiaoan.matters.models.cases import CONTENT
from xiaoan.matters.pages.cases import refuse
from xiaoan.matters.services import enquiries

HOUR = 3600


@require_http_methods(["GET", "POST"])
@public
def ask(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Ask a school or a bureau. Only so many an hour from one address."""
    with wall.opened():
        asked = Unit.objects.active().filter(id=unit).exclude(rank__in=(Rank.DEPARTMENT, Rank.PARTNER)).first()
        if asked is None:
            raise Http404("没有这个单位。")
        form = AskForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                _count(request, asked)
                matter = enquiries.ask(unit=asked, **form.cleaned_data)
            except Refusal as why:
                refuse(form, why)
            else:
                request.session["asked"] = str(matter.id)
                return redirect("matters:asked", matter.token)
        context = {"unit": asked, "form": form, "days": norm("matters.enquiry_days", asked.path)}
        return page(request, "matters/ask.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@public
def asked(request: HttpRequest, link: str) -> HttpResponse:
    """The question, its answer, and whether it satisfied."""
    with wall.opened():
        try:
            matter = enquiries.find_by_token(link)
        except NotKnown as why:
            raise Http404(why.sentence) from why
        refusal = None
        if request.method == "POST":
            told, step = request.POST.get("content", ""), request.POST.get("step", "")
            try:
                enquiries.judge(
                    matter=matter, content=int(told) if told in ("1", "2", "3") else 0, words=request.POST.get("words", "")[:500],
                    seen=int(step) if step.isascii() and step.isdigit() and len(step) < 7 else -1,
                )  # fmt: skip
            except Refusal as why:
                refusal = why
            else:
                return redirect("matters:asked", link)
        context = {
            "m": matter, "refusal": refusal, "contents": list(CONTENT.items()), "content_words": CONTENT.get(matter.content or 0, ""),
            "is_new": request.session.pop("asked", "") == str(matter.id),
        }  # fmt: skip
        response = page(request, "matters/asked.html", context, status=refusal.status if refusal else 200)
    response["Referrer-Policy"], response["Cache-Control"] = "no-referrer", "private, no-store"
    return response


def _count(request: HttpRequest, unit: Unit) -> None:
    """Raise Invalid when this address has asked too often within the hour."""
    key, most = f"asks:{where_from(request)}", int(norm("matters.asks_hour", unit.path))
    cache.add(key, 0, HOUR)
    try:
        n = cache.incr(key)
    except ValueError:  # thrown out meanwhile
        n = 1
    if n > most:
        raise Invalid(f"同一个网络一小时内最多提交 {most} 次，请过一会儿再来。")
