"""The page on which a bureau uploads, looks over, replaces and removes the outlines of its map."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xiaoan.ground.units.forms import RefusedForm
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.pages import actor_of, crumbs_of
from xiaoan.ground.units.queries import unit_seen_by
from xiaoan.ground.units.shapes import (
    MAPPED,
    WHY_NUMBER,
    check_outlines,
    checked_number,
    remove_shapes,
    save_shapes,
    shapes_of,
)
from xiaoan.kernel.actor import require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.gate import needs

SALT = "units.shapes"
NO_FILE = "请选择图形文件；空的文件不能用。"
GONE = "上次的预览已经失效，请重新选择文件。"


class ShapesForm(RefusedForm):
    file = forms.FileField(
        label="图形文件", error_messages={"required": NO_FILE, "empty": NO_FILE, "invalid": NO_FILE}, help_text="通用的地图图形文件，最多 2 兆字节，最多 10 万个点",
        widget=forms.FileInput(attrs={"accept": ".json,.geojson"}),
    )  # fmt: skip
    number = forms.CharField(
        label="审图号", max_length=40, error_messages={"required": WHY_NUMBER}, help_text=WHY_NUMBER
    )


@needs("units.manage")
def shapes(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Show what is held; a file is looked over first and saved when the preview is confirmed."""
    actor = actor_of(request)
    found = unit_seen_by(actor, unit)
    require(actor, "units.manage", found.path)
    if found.rank not in MAPPED or not found.is_open:
        raise NotKnown("只有省、市、区县可以上传地图图形。")
    held = shapes_of(found)
    form = ShapesForm(initial={"number": held.review_number if held else ""})
    context: dict[str, Any] = {"unit": found, "held": held, "form": form, "crumbs": crumbs_of(found, actor)}
    if request.method != "POST":
        return render(request, "units/shapes.html", context)
    try:
        if (step := request.POST.get("step", "")) in ("save", "remove"):
            _do(request, found, step)
            return redirect("units:shapes", found.pk)
        context |= _preview(request, found)
    except (Invalid, Stale) as why:
        return render(request, "units/shapes.html", context | {"refused": why.sentence}, status=why.status)
    return render(request, "units/shapes.html", context, status=200 if "seen" in context else 422)


def _preview(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    """What the file would keep and leave out, and the file itself, sealed, to be sent again with the confirmation;
    or the form with what is wrong in it."""
    form = ShapesForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"form": form}
    text = form.cleaned_data["file"].read()
    try:
        seen, number = check_outlines(unit, text), checked_number(form.cleaned_data["number"])
    except Invalid as why:
        form.refuse(why)
        return {"form": form}
    sealed = signing.dumps([str(unit.pk), text.decode("utf-8-sig")], salt=SALT, compress=True)
    return {"seen": seen, "sealed": sealed, "number": number}


def _do(request: HttpRequest, unit: Unit, step: str) -> None:
    actor, was = actor_of(request), request.POST.get("was", "")[:16]
    if step == "remove":
        remove_shapes(actor=actor, unit=unit, was=was)
        messages.success(request, "已删除。总览里不再有地图。")
        return
    found = save_shapes(
        actor=actor, unit=unit, text=_opened(request, unit), number=request.POST.get("number", ""), was=was
    )
    messages.success(request, f"已保存 {len(found.matched)} 个图形。总览里可以切换到地图。")


def _opened(request: HttpRequest, unit: Unit) -> str:
    try:
        owner, text = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=3600)
    except signing.BadSignature:
        raise Invalid(GONE) from None
    if owner != str(unit.pk):
        raise Invalid(GONE)
    return str(text)
