"""The tree, one unit, and searching."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.divisions import find, is_built, parents, search
from xiaoan.ground.units.kinds import FACILITIES, PARENTS, PartnerKind, Rank, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import (
    all_units,
    children_of,
    counts_below,
    line_of,
    near,
    roots_of,
    search_units,
    unit_seen_by,
)
from xiaoan.ground.units.telling import timeline_of
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.excel import Col, Table, bounded, sheet, wants_sheet
from xiaoan.kernel.gate import needs

MOST_HISTORY = 30

COLUMNS = (
    Col("单位", lambda unit: unit.name, 28), Col("层级", lambda unit: unit.get_rank_display()),
    Col("类别", lambda unit: unit.get_kind_display() if unit.kind else ""),
    Col("上级单位", lambda unit: unit.parent.name if unit.parent else "", 24), Col("标识码", lambda unit: unit.identifier),
    Col("学生", lambda unit: unit.pupils), Col("撤销", lambda unit: unit.closed_on),
    Col("数据", lambda unit: "合成" if unit.is_synthetic else ""),
)  # fmt: skip


@needs("units.read")
def tree(request: HttpRequest) -> HttpResponseBase:
    """The actor's tree, its first level open; or what a search found."""
    actor = actor_of(request)
    words, kind = request.GET.get("words", "").strip()[:80], request.GET.get("kind", "")
    asked: dict[str, Any] = {"words": words, "kind": kind if kind in KINDS else ""}
    if wants_sheet(request):
        return sheet("单位", Table("单位", COLUMNS, bounded(all_units(actor, words, asked["kind"]))))
    if words or asked["kind"]:
        found = search_units(actor, words, asked["kind"], request.GET.get("after", ""))
        return render(request, "units/found.html", {"found": found, "asked": asked, "kinds": KINDS.items()})
    roots = roots_of(actor)
    first = children_of(roots[0]) if len(roots) == 1 else None
    context = {
        "roots": roots,
        "first": first,
        "asked": asked,
        "kinds": KINDS.items(),
        "may_manage": actor.holds("units.manage"),
    }
    return render(request, "units/tree.html", context)


@needs("units.read")
def children(request: HttpRequest, unit: UUID) -> HttpResponse:
    """The next level of the tree, or more of it."""
    found = unit_seen_by(actor_of(request), unit)
    page = children_of(found, request.GET.get("after", ""))
    return render(request, "units/parts/children.html", {"unit": found, "page": page})


@needs("units.read")
def show(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Facts, what stands below, history, and what may be done."""
    actor = actor_of(request)
    found = unit_seen_by(actor, unit)
    told = Entry.objects.filter(subject_type="unit", subject_id=str(found.id)).order_by("-at")[:MOST_HISTORY]
    context = {
        "unit": found, "facts": facts_of(found), "counts": counts_below(found), "crumbs": crumbs_of(found, actor),
        "departments": near(found, Rank.DEPARTMENT), "partners": near(found, Rank.PARTNER),
        "formers": found.formers.exclude(name="").order_by("-until"), "entries": timeline_of(list(told)),
        "predecessors": list(found.predecessors.all()[:20]),
        "may_manage": actor.may("units.manage", found.path) and found.is_open,
        "addable": [(r.value, r.label) for r in Rank if found.rank in PARENTS[r]],
    }  # fmt: skip
    return render(request, "units/show.html", context)


@needs("units.read")
def divisions(request: HttpRequest) -> HttpResponse:
    """Suggestions for a division code, while a name is being typed."""
    words = request.GET.get("division", "")
    found = search(words) if is_built() and not words.isdigit() else []
    return render(request, "units/parts/divisions.html", {"found": found})


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


KINDS = {str(value): str(label) for value, label in [*SchoolKind.choices, *PartnerKind.choices]}


def crumbs_of(unit: Unit, actor: Actor) -> list[dict[str, Any]]:
    """The way from the actor's own unit to this one, for the component `crumbs`."""
    return [
        {"label": u.label, "href": reverse("units:show", args=[u.pk]), "on": u.pk == unit.pk}
        for u in line_of(unit, actor)
    ]


def facts_of(unit: Unit) -> list[tuple[str, Any]]:
    """What the component `facts` shows; empty ones are left out by it."""
    school = [
        ("学校标识码", unit.identifier), ("统一社会信用代码", unit.credit_code),
        ("学生", f"{unit.pupils:,} 人" if unit.pupils else ""), ("寄宿生", f"{unit.boarders:,} 人" if unit.boarders else ""),
        ("教职工", f"{unit.staff:,} 人" if unit.staff else ""), ("班级", f"{unit.classes} 个" if unit.classes else ""),
        ("设施", "、".join(FACILITIES.get(key, key) for key in unit.has)),
    ]  # fmt: skip
    return [
        ("层级", unit.get_rank_display()), ("类别", unit.get_kind_display() if unit.kind else ""), ("简称", unit.short),
        ("上级单位", unit.parent.name if unit.parent else ""), ("行政区划", place_of(unit.division)),
        *(school if unit.is_school else []),
        ("撤销", f"{unit.closed_on.year}年{unit.closed_on.month}月{unit.closed_on.day}日" if unit.closed_on else ""),
        ("数据", "合成数据，不是真实单位" if unit.is_synthetic else ""),
    ]  # fmt: skip


def place_of(code: str) -> str:
    """A division code with its name in words."""
    known = find(code) if code and is_built() else None
    if known is None:
        return code
    return f"{known.full_name}({code})" if parents(code) else f"{known.name}({code})"
