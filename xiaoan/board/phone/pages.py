"""The phone's frame, its installation, and its data."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from xiaoan.board.phone.data import phone_data
from xiaoan.board.phone.parts import tag_of
from xiaoan.board.phone.shell import shell_urls, version, worker_script
from xiaoan.ground.people.gate import needs, public
from xiaoan.ground.people.middleware import SESSION_KEY

SCOPE = "/phone/"
NAVY = "#10284a"


@require_GET
@needs("phone.use")
def shell(request: HttpRequest) -> HttpResponse:
    """The frame. It says nothing of the person, for the phone keeps it after they have signed out."""
    return render(request, "phone/shell.html", {"tab": "duties"})


@require_GET
@public
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone needs to install the page as an app."""
    icons = [
        {"src": static(f"logo-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": SCOPE, "name": "校安", "short_name": "校安", "description": "校园安全待办和记录，没有网络也能用",
        "lang": "zh-CN", "start_url": SCOPE, "scope": SCOPE, "display": "standalone", "orientation": "portrait",
        "theme_color": NAVY, "background_color": NAVY, "icons": icons,
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_GET
@public
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the addresses it keeps. Never cached, so that a new version is seen at once."""
    told = json.dumps({"version": version(), "page": SCOPE, "files": shell_urls()})
    response = HttpResponse(f"self.XIAOAN={told};\n".encode() + worker_script(), content_type="text/javascript")
    response["Service-Worker-Allowed"] = SCOPE
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@needs("phone.use")
@ensure_csrf_cookie
@gzip_page
def data(request: HttpRequest) -> HttpResponse:
    """Duties, forms and texts as JSON. `?have=` names the parts that the phone has: the same are not sent again."""
    told = phone_data(request.actor, request.posts, have=request.GET.get("have", "").split(","))  # type: ignore[attr-defined]
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    tag = f'"{tag_of(body)}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@needs("phone.use")
def switch_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own posts."""
    wanted = request.POST.get("post", "")
    if any(str(p.id) == wanted for p in request.posts):  # type: ignore[attr-defined]
        request.session[SESSION_KEY] = wanted
    return redirect("phone:shell")
