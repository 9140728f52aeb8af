"""The numbers that differ by region: what holds here, who said so, since when, on what basis."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from xiaoan.ground.norms.areas import AREAS, area_of
from xiaoan.ground.norms.declare import Norm, declared
from xiaoan.ground.norms.forms import NormForm
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.norms.queries import Value, rows_around, value_at, values_at
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.norms.words import CONFIDENCE, value_in_words
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import unit_below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.kernel.gate import needs

ORDER = [*AREAS.values()]
COLUMNS = (
    Col("类别", lambda row: row["area"]), Col("规范", lambda row: row["sentence"], 60), Col("这里的值", lambda row: row["value"]),
    Col("由谁设定", lambda row: row["source"] or "未设定", 24), Col("起", lambda row: row["since"] if row["source"] else None),
    Col("依据", lambda row: row["basis"], 40), Col("可靠程度", lambda row: row["confidence"]),
)  # fmt: skip


@needs("norms.read")
def home(request: HttpRequest) -> HttpResponse:
    """The norms of the reader's own unit."""
    actor = _actor(request)
    unit = unit_below(actor, None) or Unit.objects.filter(parent=None).order_by("path").first()
    if unit is None:
        raise NotKnown("还没有单位。")
    return redirect("norms:list", unit.pk)


@needs("norms.read")
def listed(request: HttpRequest, unit: UUID) -> HttpResponseBase:
    """Every norm by area, as it holds at this unit today."""
    actor, found = _seen(request, unit)
    values = values_at(found.path)
    names = _names({v.unit_path for v in values if v.unit_path})
    rows = sorted((_row(v, names, found) for v in values), key=lambda r: _place(r["area"]))
    if wants_sheet(request):
        return sheet(f"{found.name}规范值", Table("规范值", COLUMNS, rows))
    areas = [(area, list(group)) for area, group in groupby(rows, key=lambda r: str(r["area"]))]
    return render(
        request, "norms/list.html", {"unit": found, "areas": areas, "may_set": actor.may("norms.set", found.path)}
    )


@needs("norms.read")
def show(request: HttpRequest, unit: UUID, norm: str) -> HttpResponse:
    """One norm: what holds here, and every value that was set above or below."""
    actor, found = _seen(request, unit)
    known = _known(norm)
    value = value_at(norm, found.path)
    rows = [
        r for r in rows_around(norm, found.path)[:200] if actor.sees(r.unit_path) or found.path.startswith(r.unit_path)
    ]
    context = {
        "unit": found, "norm": known, "here": _row(value, _names({value.unit_path}), found),
        "rows": [_history(known, r, value) for r in rows], "default": value_in_words(known, known.default),
        "confidence": CONFIDENCE[known.confidence], "may_set": actor.may("norms.set", found.path),
    }  # fmt: skip
    return render(request, "norms/show.html", context)


@needs("norms.set")
def change(request: HttpRequest, unit: UUID, norm: str) -> HttpResponse:
    """Set another value here and below from a day on."""
    actor, found = _seen(request, unit)
    require(actor, "norms.set", found.path)
    known = _known(norm)
    form = NormForm(known, request.POST) if request.method == "POST" else NormForm(known)
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_norm(
                actor=actor,
                unit=found,
                key=norm,
                text=given["value"],
                valid_from=given["valid_from"],
                basis=given["basis"],
            )
        except (Invalid, Stale) as why:
            form.refuse(why)
        else:
            messages.success(request, "已设定，到生效日起用于本单位和下属单位。")
            return redirect("norms:show", found.pk, norm)
    now = value_at(norm, found.path)
    context = {
        "unit": found, "norm": known, "form": form, "here": value_in_words(known, now.value),
        "back": reverse("norms:show", args=[found.pk, norm]),
    }  # fmt: skip
    return render(request, "norms/form.html", context, status=422 if form.errors else 200)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _seen(request: HttpRequest, unit: UUID) -> tuple[Actor, Unit]:
    actor = _actor(request)
    found = Unit.objects.visible_to(actor, "norms.read").filter(pk=unit).first()
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return actor, found


def _known(key: str) -> Norm:
    if key not in declared():
        raise NotKnown("没有这个规范值。")
    return declared()[key]


def _names(paths: set[str]) -> dict[str, str]:
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))


def _row(value: Value, names: dict[str, str], unit: Unit) -> dict[str, Any]:
    norm = value.norm
    return {
        "key": norm.key, "area": area_of(norm.key), "sentence": norm.sentence, "value": value_in_words(norm, value.value),
        "source": names.get(value.unit_path, "") if value.unit_path else "", "is_own": value.unit_path == unit.path,
        "since": value.valid_from, "basis": value.basis,
        "confidence": "本地规定" if value.unit_path else CONFIDENCE[norm.confidence],
    }  # fmt: skip


def _history(norm: Norm, row: NormRow, now: Value) -> dict[str, Any]:
    if (row.unit_path, row.valid_from) == (now.unit_path, now.valid_from):
        state = "在用"
    elif row.valid_from > clock.today():
        state = "待生效"
    else:
        state = ""
    return {"row": row, "value": value_in_words(norm, row.value), "state": state}


def _place(area: str) -> int:
    return ORDER.index(area) if area in ORDER else len(ORDER)
