"""Publishing risks inside the school, and who opened what."""

import uuid

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.kernel import clock
from xiaoan.kernel.errors import NotAllowed, NotKnown, Refusal
from xiaoan.kernel.excel import wants_sheet
from xiaoan.risks.forms import NoticeForm, refuse
from xiaoan.risks.models import Notice, Reader
from xiaoan.risks.pages.places import actor_of, entries_of, own_school
from xiaoan.risks.pages.public import with_words
from xiaoan.risks.pages.taken import notice_sheet
from xiaoan.risks.queries import points_of
from xiaoan.risks.services.notices import open_notice, publish_notice


@require_http_methods(["GET", "POST"])
@needs("risks.announce")
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    unit = own_school(actor)
    today = clock.today()
    initial = {"title": f"{unit.label}安全风险公告（{today.year}年{today.month}月）"}
    form = NoticeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = publish_notice(
                actor=actor, unit=unit, title=told["title"], words=told["words"], lowest=int(told["lowest"])
            )
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
        else:
            messages.success(request, "公告已发布。把二维码或网址发给教职工和家长，打印公告栏贴在校门口。")
            return redirect("risks:notice", row.id)
    graded = sum(p.is_assessed for p in points_of(unit))
    context = {"form": form, "graded": graded}
    return page(request, "risks/notice_form.html", context, status=422 if form.errors else 200)


@require_GET
@needs("risks.notices")
def show(request: HttpRequest, notice: uuid.UUID) -> HttpResponseBase:
    """The notice; opening it counts for staff and parents of the school. Those who publish see how many."""
    actor = actor_of(request)
    row = Notice.objects.under(actor.scope).select_related("unit").filter(id=notice).first()
    if row is None:
        raise NotKnown("没有这份公告，或者它不在您的管理范围内。")
    open_notice(notice=row, actor=actor)
    if wants_sheet(request):
        return notice_sheet(row)
    told = dict(row.openings.values_list("kind").annotate(n=Count("id")))
    context = {
        "notice": row, "points": with_words(row), "openings": [(Reader(k).label, told.get(k, 0)) for k in Reader.values],
        "opened": sum(told.values()), "public_url": request.build_absolute_uri(reverse("risks:public_notice", args=[row.token])),
        "is_lead": actor.holds("risks.read"), "entries": entries_of("notice", row.id),
    }  # fmt: skip
    return page(request, "risks/notice.html", context)
