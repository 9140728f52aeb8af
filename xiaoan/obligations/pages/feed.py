"""The calendar feed and the page where its address is copied and renewed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs, public
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import wall
from xiaoan.obligations.feed import calendar_of, etag_of, post_of, renew_token, token_of
from xiaoan.obligations.pages.places import actor_of


@require_http_methods(["GET", "POST"])
@needs("duties.read")
def settings(request: HttpRequest) -> HttpResponse:
    """Copy the address, or take another one."""
    actor = actor_of(request)
    if request.method == "POST":
        renew_token(actor=actor)
        messages.success(request, "已换成新地址，旧地址立即失效。请在手机和电脑的日历里换上新的。")
        return redirect("obligations:feed_settings")
    held = token_of(actor)
    address = request.build_absolute_uri(reverse("obligations:feed", args=[held.token]))
    return page(request, "obligations/feed.html", {"address": address, "held": held})


@public
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. An unknown or old address is not there."""
    post = post_of(token)
    actor = actor_for(post) if post else None
    if post is None or actor is None or not actor.holds("duties.read"):
        raise Http404("没有这个日历，地址可能已经换过。")
    with wall.asking(actor):
        body = calendar_of(own_unit(actor), post.role)
    tag = etag_of(body)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = tag, "private, max-age=900"
    response["Content-Disposition"] = 'inline; filename="duties.ics"'
    return response
