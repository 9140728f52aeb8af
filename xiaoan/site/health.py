"""`/health/`: for load balancers and monitors. Says whether, never why: it is open to all."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from xiaoan.engines.jobs.queries import is_worker_alive
from xiaoan.kernel import clock
from xiaoan.kernel.gate import public


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
        told["replica"] = _answers("replica")
    return JsonResponse(told)


def _answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except (DatabaseError, InterfaceError):
        connections[alias].close()
        return False
