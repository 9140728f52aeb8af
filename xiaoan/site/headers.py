"""What every answer tells the browser to refuse, pages and static files alike. Nothing here differs by page: a constant
costs nothing, a policy made anew for each answer would."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Scripts and style sheets only from our own files. Attributes may style: bars and clauses pass their figures to the style
# sheet as custom properties, and an attribute can load and run nothing. data: are Tabler's marks and the second factor's
# QR code, blob: a photo that a phone has taken and not sent yet.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def headers_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    told = dict(HEADERS)
    if settings.CONF.https:
        told["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in told.items():
            response.headers.setdefault(name, value)
        return response

    return answer
