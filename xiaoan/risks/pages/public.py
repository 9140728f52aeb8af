"""What anybody may see who stands before a point, or was sent a notice: facts to be safe by, and nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.kernel import wall
from xiaoan.kernel.gate import public
from xiaoan.risks.models import COLOURS, Control, Level, Notice, Point
from xiaoan.risks.queries import point_by_token
from xiaoan.risks.services.notices import open_notice

PHONES = ("Mobile", "Android", "iPhone")
SEEN = "xa_reader"
A_YEAR = 365 * 86400
NONE = "这个二维码已经停用。请扫现场最新的告知卡。"


@public
@require_GET
def point(request: HttpRequest, token: str) -> HttpResponse:
    """The card of a point, with the way to report what is wrong there. A phone of the school's own people is led straight
    into its report, with the place filled in; `?card` shows them the card."""
    row = point_by_token(token)
    if row is None:
        raise Http404(NONE)
    if "card" not in request.GET and _reports_by_phone(request, row):
        return redirect(f"{reverse('phone:shell')}#/report?point={row.token}")
    with wall.opened():
        controls = list(Control.objects.filter(point=row, is_active=True).order_by("id")[:12])
    context = {
        "point": row, "level_name": Level(row.level).label if row.is_assessed else "还没有评估",
        "colour": COLOURS[row.level] if row.is_assessed else "", "controls": controls,
    }  # fmt: skip
    return page(request, "risks/public_point.html", context)


def _reports_by_phone(request: HttpRequest, row: Point) -> bool:
    actor = getattr(request, "actor", None) or None
    is_phone = any(word in request.headers.get("User-Agent", "") for word in PHONES)
    return bool(
        actor
        and is_phone
        and actor.scope == row.unit_path
        and actor.holds("hazards.report")
        and actor.holds("phone.use")
    )


@public
@require_GET
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """A published notice by its link or QR code; each browser counts once."""
    with wall.opened():
        row = Notice.objects.select_related("unit").filter(token=token).first()
    if row is None:
        raise Http404("没有这份公告。")
    actor = getattr(request, "actor", None) or None
    browser = request.COOKIES.get(SEEN, "") or get_random_string(24)
    open_notice(notice=row, actor=actor, browser="" if actor else browser)
    response = page(request, "risks/public_notice.html", {"notice": row, "points": with_words(row)})
    if not actor:
        response.set_cookie(SEEN, browser, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def with_words(row: Notice) -> list[dict[str, object]]:
    """The points of a notice with the words of their levels."""
    return [{**p, "level_name": Level(p["level"]).label, "colour": COLOURS[p["level"]]} for p in row.points]
