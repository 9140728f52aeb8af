"""`/health/`: for load balancers and monitors. Says whether, never why: it is open to all."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from xiaoan.engines.jobs.queries import is_worker_alive
from xiaoan.kernel import clock
from xiaoan.kernel.gate import public
from xiaoan.kernel.replica import stands_ready


@public
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """200 while this process can serve, 503 without the database. A silent worker or a lost replica is told, but takes
    no web process out of service: pages do without them."""
    try:
        told = {"database": True, "worker": is_worker_alive(clock.now())}
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": False}, status=503)
    if settings.XIAOAN_REPLICA:
        told["replica"] = stands_ready()
    return JsonResponse(told)
