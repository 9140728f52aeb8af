"""Forms: adding, changing, renaming, moving, merging and closing units."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from xiaoan.ground.units.forms import CloseForm, MergeForm, MoveForm, RefusedForm, RenameForm, UnitForm, initial_of
from xiaoan.ground.units.kinds import PARENTS, Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.pages import actor_of, crumbs_of
from xiaoan.ground.units.places import Places
from xiaoan.ground.units.queries import unit_seen_by
from xiaoan.ground.units.reshaping import merge_units, rename_unit, reparent_unit
from xiaoan.ground.units.services import change_unit, close_unit, create_unit
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.gate import needs

MOST_SUGGESTIONS = 500


@needs("units.manage")
def add(request: HttpRequest, unit: UUID, rank: str) -> HttpResponse:
    """A new unit below this one."""
    actor, parent = _manager(request, unit)
    if rank not in PARENTS or parent.rank not in PARENTS[rank]:
        raise NotKnown("这里不能新增这种单位。")
    form = UnitForm(rank, request.POST or None)
    title = f"新增{Rank(rank).label}"

    def do() -> Unit:
        return create_unit(actor=actor, parent=parent, rank=rank, **form.facts())

    return _answer(request, parent, form, do, title, f"设在{parent.name}下面", "新增", f"{title}已完成。")


@needs("units.manage")
def change(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Facts but the name: renaming asks for its basis."""
    actor, found = _manager(request, unit)
    form = UnitForm(found.rank, request.POST or None, is_new=False, initial=initial_of(found))
    return _answer(
        request, found, form, lambda: change_unit(actor=actor, unit=found, **form.facts()), "修改单位资料",
        "学生数、寄宿和设施决定哪些要求适用", "保存", "已保存。",
    )  # fmt: skip


@needs("units.manage")
def rename(request: HttpRequest, unit: UUID) -> HttpResponse:
    actor, found = _manager(request, unit)
    form = RenameForm(request.POST or None, initial={"name": found.name, "short": found.short})
    return _answer(
        request, found, form, lambda: rename_unit(actor=actor, unit=found, **form.cleaned_data), "单位改名",
        "原名称会保留，按原名称也能搜到", "改名", "已改名。",
    )  # fmt: skip


@needs("units.manage")
def move(request: HttpRequest, unit: UUID) -> HttpResponse:
    actor, found = _manager(request, unit)
    places = Places(actor, PARENTS[found.rank])
    form = MoveForm(request.POST or None)
    return _answer(
        request, found, form,
        lambda: reparent_unit(
            actor=actor, unit=found, parent=places.find(form.cleaned_data["unit"]), basis=form.cleaned_data["basis"]
        ),
        "调整隶属", "下属单位、记录、人员和统计数字都会一起转到新的上级单位", "调整", "已调整隶属。", _suggestions(places, found),
    )  # fmt: skip


@needs("units.manage")
def merge(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Dissolve this unit into another of its rank nearby."""
    actor, found = _manager(request, unit)
    places = Places(actor, [found.rank], under=_around(found))
    form = MergeForm(request.POST or None)

    def do() -> Unit:
        given = form.cleaned_data
        return merge_units(
            actor=actor, units=[found], into=places.find(given["unit"]), on=given["on"], basis=given["basis"]
        )

    about = "原单位撤销，岗位结束；记录留在原单位名下，页面上指明并入的单位；学生、教职工人数和设施加到并入的单位"
    return _answer(request, found, form, do, "合并单位", about, "合并", "已合并。", _suggestions(places, found))


@needs("units.manage")
def close(request: HttpRequest, unit: UUID) -> HttpResponse:
    actor, found = _manager(request, unit)
    form = CloseForm(request.POST or None)
    return _answer(
        request, found, form, lambda: close_unit(actor=actor, unit=found, on=form.cleaned_data["on"]), "撤销单位",
        "岗位在这一天结束，以前的记录保留", "撤销", "已撤销。",
    )  # fmt: skip


def _manager(request: HttpRequest, unit: UUID) -> tuple[Actor, Unit]:
    actor = actor_of(request)
    found = unit_seen_by(actor, unit)
    require(actor, "units.manage", found.path)
    return actor, found


def _answer(
    request: HttpRequest, unit: Unit, form: RefusedForm, do: Callable[[], Unit], title: str, about: str, verb: str,
    done: str, suggestions: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the form; when it is sent, do it, and go to the unit, or show what is wrong with what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = do()
        except (Invalid, Stale) as why:
            form.refuse(why)
        else:
            messages.success(request, done)
            return redirect("units:show", changed.pk)
    context: dict[str, Any] = {
        "unit": unit, "form": form, "title": title, "about": about, "verb": verb, "suggestions": suggestions or [],
        "crumbs": crumbs_of(unit, actor_of(request)), "back": reverse("units:show", args=[unit.pk]),
    }  # fmt: skip
    return render(request, "units/form.html", context, status=422 if form.errors else 200)


def _around(unit: Unit) -> str:
    """Where units are that this one may merge with: the same county, or the same parent for higher ranks."""
    if unit.rank in (Rank.SCHOOL, Rank.TOWNSHIP):
        return unit.county_path
    return unit.parent.path if unit.parent else ""


def _suggestions(places: Places, unit: Unit) -> list[str]:
    labels = [
        label for label, u in zip(places.labels, places.units, strict=True) if u.pk not in (unit.pk, unit.parent_id)
    ]
    return labels if len(labels) <= MOST_SUGGESTIONS else []
