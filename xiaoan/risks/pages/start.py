"""The start-up: what the school has, what that means, adopted in one go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xiaoan.checks.catalogue import facilities_of
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import FACILITIES
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.library import Proposed, areas, library, proposals
from xiaoan.risks.methods import method_for, methods, variant_for
from xiaoan.risks.pages.places import actor_of, own_school
from xiaoan.risks.queries import points_of
from xiaoan.risks.services.chain import Chosen, adopt_points

SCORES = (1, 2, 3, 4, 5)


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def start(request: HttpRequest) -> HttpResponse:
    """First what the school has and its places; then the proposals, ticked and scored; POST takes them over."""
    actor = actor_of(request)
    unit = own_school(actor)
    asked = request.POST if request.method == "POST" else request.GET
    if "has" not in asked and "seen" not in asked:
        return page(request, "risks/start.html", _first(unit))
    found = _proposed(unit, asked)
    if request.method == "GET":
        return page(request, "risks/proposals.html", _second(unit, found, asked))
    try:
        made = adopt_points(
            actor=actor, unit=unit, chosen=_chosen(request.POST, found),
            announced_at=request.POST.get("announced_at", "")[:60],
        )  # fmt: skip
    except Invalid as why:
        context = {**_second(unit, found, asked), "refusal": why.sentence}
        return page(request, "risks/proposals.html", context, status=422)
    messages.success(request, f"已建立 {len(made)} 个风险点和它们的管控措施。接着看看责任人对不对。")
    return redirect("risks:home")


def _first(unit: Unit) -> dict[str, Any]:
    held = facilities_of(unit)
    return {
        "unit": unit, "facilities": [(key, name, key in held) for key, name in FACILITIES.items()],
        "places": library().places, "held": len(points_of(unit)),
    }  # fmt: skip


def _proposed(unit: Unit, asked: QueryDict) -> list[Proposed]:
    has = [key for key in asked.getlist("has") if key in FACILITIES]
    places = {p.key: _names(asked.get(f"place-{p.key}", "")) for p in library().places}
    return proposals(unit.kind, has, places)


def _names(text: str) -> list[str]:
    return [name for name in text[:300].replace("，", "、").replace(",", "、").split("、") if name.strip()]


def _second(unit: Unit, found: list[Proposed], asked: QueryDict) -> dict[str, Any]:
    held = {(p.library, p.name) for p in points_of(unit)}
    groups: dict[str, list[dict[str, Any]]] = {}
    is_posted = bool(asked.getlist("take"))
    taken, method = set(asked.getlist("take")), method_for(unit.path)
    for each in found:
        line = {
            "p": each, "is_held": (each.proposal.key, each.name[:40]) in held,
            "on": not is_posted or each.key in taken,
            "L": asked.get(f"L-{each.key}") or each.proposal.ls[0], "S": asked.get(f"S-{each.key}") or each.proposal.ls[1],
        }  # fmt: skip
        groups.setdefault(areas()[each.proposal.area].name, []).append(line)
    again = [(k, v) for k in asked for v in asked.getlist(k) if k == "has" or k.startswith("place-")]
    return {
        "unit": unit, "groups": groups, "count": len(found), "scores": SCORES, "again": again,
        "is_ls": method.key == "ls", "method": method, "variant": variant_for(unit.path, methods()["ls"]),
        "announced_at": asked.get("announced_at", "校门口公告栏"),
    }  # fmt: skip


def _chosen(post: QueryDict, found: list[Proposed]) -> list[Chosen]:
    taken = set(post.getlist("take"))
    return [
        Chosen(p, {"L": post.get(f"L-{p.key}", ""), "S": post.get(f"S-{p.key}", "")}) for p in found if p.key in taken
    ]
