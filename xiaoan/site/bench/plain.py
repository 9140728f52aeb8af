"""What our lists and writes are measured against: Django with nothing of ours but the table.

A settings module and its addresses in one: no middleware, no sign-in, no rights, no journal.
"""

import json
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, JsonResponse
from django.urls import path

from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id
from xiaoan.site.settings import *  # noqa: F403

INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth.")]  # noqa: F405
MIDDLEWARE = []
ROOT_URLCONF = "xiaoan.site.bench.plain"
DEBUG = False
ALLOWED_HOSTS = ["*"]


def rows(request: HttpRequest) -> JsonResponse:
    """The newest records of a unit's subtree by one ancestor column, with the unit's name; `count` asks for the number
    of all, as the plain view of the peers' page gave it."""
    Record = _records()
    found = Record.objects.filter(**{request.GET["column"]: request.GET["path"]}, state="filed").select_related("unit")
    told: dict[str, Any] = {"rows": [_row(r) for r in found.order_by("-happened_on", "-id")[:20]]}
    if "count" in request.GET:
        told["total"] = found.count()
    return JsonResponse(told)


def counted(request: HttpRequest) -> JsonResponse:
    """Every record of the province by sheet and month, counted."""
    Record = _records()
    found = Record.objects.filter(province_path=request.GET["path"], state="filed").annotate(
        month=TruncMonth("happened_on")
    )
    told = found.values("sheet", "month").annotate(records=Count("id")).order_by("sheet", "month")
    return JsonResponse({"rows": list(told)})


def row(request: HttpRequest, pk: Any) -> JsonResponse:
    Record = _records()
    return JsonResponse(_row(Record.objects.select_related("unit").get(pk=pk)))


def add(request: HttpRequest) -> JsonResponse:
    """One row written and nothing else."""
    Record = _records()
    told = json.loads(request.body)
    at = datetime.fromisoformat(told["happened_at"])
    made = Record.objects.create(
        id=new_id(), sheet=told["sheet"], version=1, happened_at=at, happened_on=at.date(), captured_at=at,
        received_at=at, answers=told["answers"], unit_id=told["unit"], unit_path=told["path"],
        county_path=told["path"][:12], state="withdrawn",
    )  # fmt: skip
    return JsonResponse({"id": str(made.id)}, status=201)


def hazards(request: HttpRequest) -> JsonResponse:
    """The newest hazards of a unit's subtree, as `rows`."""
    found = _hazards().filter(**{request.GET["column"]: request.GET["path"]}).select_related("unit")
    told: dict[str, Any] = {"rows": [_hazard(h) for h in found.order_by("-id")[:25]]}
    if "count" in request.GET:
        told["total"] = found.count()
    return JsonResponse(told)


def hazards_counted(request: HttpRequest) -> JsonResponse:
    """Every hazard of the province by state, level and category, counted."""
    found = _hazards().filter(province_path=request.GET["path"]).values("state", "level", "category")
    return JsonResponse({"rows": list(found.annotate(n=Count("id")).order_by("state", "level", "category"))})


def hazard(request: HttpRequest, pk: Any) -> JsonResponse:
    return JsonResponse(_hazard(_hazards().select_related("unit").get(pk=pk)))


def add_hazard(request: HttpRequest) -> JsonResponse:
    """One row written and nothing else."""
    told, now = json.loads(request.body), clock.now()
    made = _hazards().create(
        words=told["words"], place=told["place"], source="self_check", happened_at=now, captured_at=now, made_at=now,
        found_on=clock.day_of(now), state="false", unit_id=told["unit"], unit_path=told["path"],
        county_path=told["path"][:12], verify_path=told["path"],
    )  # fmt: skip
    return JsonResponse({"id": str(made.id)}, status=201)


def _hazards() -> Any:
    from xiaoan.hazards.models import Hazard

    wall.ask_as(SYSTEM)
    return Hazard.objects.all()


def _hazard(h: Any) -> dict[str, Any]:
    return {
        "id": str(h.id), "words": h.words, "unit_name": h.unit.name, "state": h.state, "level": h.level, "holder": h.holder,
        "due": h.due, "number": h.number,
    }  # fmt: skip


def _records() -> Any:
    """The model, with the walls of the database down: nobody in particular asks."""
    from xiaoan.engines.sheets.models import Record

    wall.ask_as(SYSTEM)
    return Record


def _row(r: Any) -> dict[str, Any]:
    return {
        "id": str(r.id), "sheet_name": r.sheet_name, "summary": r.summary, "unit_name": r.unit.name,
        "happened_on": r.happened_on, "person_name": r.person_name, "failed": r.failed,
    }  # fmt: skip


urlpatterns = [
    path("rows/", rows), path("rows/<uuid:pk>/", row), path("add/", add), path("counted/", counted),
    path("hazards/", hazards), path("hazards/<uuid:pk>/", hazard), path("hazards/add/", add_hazard),
    path("hazards/counted/", hazards_counted),
]  # fmt: skip
