"""The pages of checklists: making, editing, publishing, reading; the starter set; the criteria."""

import re
import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.checks import services
from xiaoan.checks.catalogue import LEVELS, Item, categories
from xiaoan.checks.criteria import Criterion, criteria_for, levels_at, national
from xiaoan.checks.forms import CriterionForm, HeadForm, LineForm, UploadForm, refuse
from xiaoan.checks.importing import read_checklist
from xiaoan.checks.models import Checklist, CriterionRow
from xiaoan.checks.queries import find_checklist, versions_of
from xiaoan.checks.resource import state_pill
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.paths import ancestors
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet

MOST_BYTES = 5 * 1024 * 1024
DONE = {"publish": "已发布，学校马上能用；上一版已停用。", "end": "已停用。"}


@require_GET
@needs("checks.read")
def starter(request: HttpRequest) -> HttpResponse:
    """The starter set by category, with the grade that a fault has here."""
    actor = _actor(request)
    chosen = request.GET.get("category", "")
    shown = [c for c in categories().values() if not chosen or c.code == chosen]
    if wants_sheet(request):
        found = [i for c in shown for i in c.items]
        return sheet("基础检查项目", _table(actor.scope, found))  # type: ignore[return-value]
    level = levels_at(actor.scope)
    groups = [(c, [(i, LEVELS[level(i)]) for i in c.items]) for c in shown]
    options = [("", "全部"), *((c.code, c.name) for c in categories().values())]
    context = {"groups": groups, "options": options, "chosen": chosen if chosen in categories() else ""}
    return page(request, "checks/items.html", context)


@require_http_methods(["GET", "POST"])
@needs("checks.write")
def new(request: HttpRequest) -> HttpResponse:
    """Start a draft, from nothing or with whole categories."""
    actor = _actor(request)
    form = HeadForm(request.POST or None)
    taken = set(request.POST.getlist("take"))
    if request.method == "POST" and form.is_valid():
        keys = [i.key for c in categories().values() if c.code in taken for i in c.items]
        try:
            row = services.make_checklist(actor=actor, unit=own_unit(actor), keys=keys, **form.cleaned_data)
        except Invalid as why:
            refuse(form, why.fields, why.sentence)
        else:
            return redirect("checks:checklist", row.id)
    context = {"form": form, "categories": categories().values(), "taken": taken}
    return page(request, "checks/new.html", context, status=422 if form.errors else 200)


@require_GET
@needs("checks.read")
def show(request: HttpRequest, checklist: uuid.UUID) -> HttpResponse:
    """A checklist; its own unit edits a draft here."""
    actor = _actor(request)
    row = find_checklist(actor, checklist)
    if wants_sheet(request):
        return sheet(str(row), _table(actor.scope, row.items))  # type: ignore[return-value]
    return _page(request, actor, row)


@require_POST
@needs("checks.write")
def change(request: HttpRequest, checklist: uuid.UUID, move: str) -> HttpResponse:
    """One change of a draft, or publishing, a new version, ending."""
    actor = _actor(request)
    row = find_checklist(actor, checklist)
    line, upload = LineForm(request.POST if move == "line" else None), UploadForm()
    try:
        target = _change(request, actor, row, move, line)
    except (Invalid, Stale) as why:
        fields = getattr(why, "fields", {})
        if move == "line":
            refuse(line, {k: v for k, v in fields.items() if k not in line.errors}, why.sentence)
        return _page(request, actor, row, line=line, upload=upload, refusal=why, status=why.status)
    if move in DONE:
        messages.success(request, DONE[move])
    return redirect("checks:checklist", target.id)


def _change(request: HttpRequest, actor: Actor, row: Checklist, move: str, line: LineForm) -> Checklist:
    seen = _number(request, "step")
    if move == "add":
        return services.add_items(actor=actor, checklist=row, keys=request.POST.getlist("take"), seen=seen)
    if move == "drop":
        return services.drop_lines(actor=actor, checklist=row, keys=request.POST.getlist("key"), seen=seen)
    if move == "weigh":
        return services.change_line(
            actor=actor, checklist=row, key=request.POST.get("key", ""), score=_number(request, "score"),
            level=request.POST.get("level", ""), seen=seen,
        )  # fmt: skip
    if move == "line":
        if not line.is_valid():
            raise Invalid("这一项没有填好。", {k: str(v[0]) for k, v in line.errors.items()})
        told = line.cleaned_data
        own = Item(
            "", told["category"], told["subcategory"] or "其他", told["text"], level=told["level"], score=told["score"]
        )
        return services.add_lines(actor=actor, checklist=row, lines=[own], seen=seen)
    if move == "import":
        return _import(request, actor, row, seen)
    if move == "publish":
        return services.publish_checklist(actor=actor, checklist=row, seen=seen)
    if move == "version":
        return services.new_version(actor=actor, checklist=row)
    if move == "end":
        return services.end_checklist(actor=actor, checklist=row)
    raise NotKnown("清单没有这一步。")


def _import(request: HttpRequest, actor: Actor, row: Checklist, seen: int | None) -> Checklist:
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid("请先选择要导入的表格。", {"file": "请先选择要导入的表格。"})
    if (upload.size or 0) > MOST_BYTES:
        raise Invalid("表格超过 5 兆，请只留清单再传。", {"file": "表格太大。"})
    read = read_checklist(upload.read())
    done = services.add_lines(actor=actor, checklist=row, lines=read.lines, seen=seen)
    messages.success(request, f"从{'XLSForm' if read.is_xlsform else '表格'}导入了 {len(read.lines)} 项，看过再发布。")
    for fault in read.faults[:5]:
        messages.warning(request, fault)
    return done


def _page(
    request: HttpRequest, actor: Actor, row: Checklist, *, line: LineForm | None = None,
    upload: UploadForm | None = None, refusal: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    is_own = actor.scope == row.unit_path and actor.holds("checks.write")
    held = {line["key"] for line in row.lines}
    groups: dict[str, list[Item]] = {}
    for item in row.items:
        groups.setdefault(categories()[item.category].name, []).append(item)
    rest = [(c, [i for i in c.items if i.key not in held]) for c in categories().values()]
    context = {
        "row": row, "pill": state_pill(row), "groups": groups, "is_own": is_own, "may_edit": is_own and row.is_draft,
        "rest": [(c, left) for c, left in rest if left], "line": line or LineForm(), "upload": upload or UploadForm(),
        "versions": versions_of(actor, row), "refusal": refusal, "levels": LEVELS.items(),
        "total": sum(i.score for i in row.items),
    }  # fmt: skip
    return page(request, "checks/checklist.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs("checks.read")
def criteria(request: HttpRequest) -> HttpResponse:
    """What makes a hazard major here, where each row comes from; a bureau sets rows of its own over the national ones."""
    actor = _actor(request)
    form = CriterionForm(request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST":
        if not actor.holds("checks.judge"):
            raise NotAllowed("判定标准由教育主管部门发布。")
        if form.is_valid() and _set(actor, form):
            messages.success(request, "已发布，从那天起本地按它判定。")
            return redirect("checks:criteria")
    found = criteria_for(actor.scope)
    if wants_sheet(request):
        columns = [Col("编号", lambda c: c.key), Col("类别", lambda c: c.category, 20), Col("方式", lambda c: c.mode_words, 22),
                   Col("判定标准", lambda c: c.words, 70), Col("依据", lambda c: c.basis, 40),
                   Col("核实", lambda c: "已核实" if c.is_verified else "未核实")]  # fmt: skip
        return sheet("重大隐患判定标准", Table("判定标准", columns, found))  # type: ignore[return-value]
    groups: dict[str, list[Criterion]] = {}
    for each in found:
        groups.setdefault(each.category, []).append(each)
    near = CriterionRow.objects.filter(unit_path__in=ancestors(actor.scope)).select_related("unit")
    context = {
        "groups": groups, "form": form, "may_set": actor.holds("checks.judge"), "rows": list(near.order_by("-valid_from", "key")[:60]),
        "national": national(actor.scope).keys(), "unverified": sum(not c.is_verified for c in found), "count": len(found),
    }  # fmt: skip
    return page(request, "checks/criteria.html", context, status=422 if form.errors else 200)


def _set(actor: Actor, form: CriterionForm) -> bool:
    told = form.cleaned_data
    row = Criterion(
        key=told["key"], category=told["category"], mode=told["mode"], words=told["words"], basis=told["basis"],
        group=told["group"], at_least=told["at_least"] or 1,
        items=tuple(re.findall(r"C\d\d-\d\d", told["items"].upper())),
    )  # fmt: skip
    try:
        services.set_criterion(
            actor=actor, unit=own_unit(actor), criterion=row, valid_from=told["valid_from"], is_off=told["is_off"]
        )
    except Invalid as why:
        refuse(form, why.fields, why.sentence)
        return False
    return True


def _table(path: str, rows: list[Item]) -> Table:
    names, level = {c.code: c.name for c in categories().values()}, levels_at(path)
    columns = [
        Col("编号", lambda i: i.key), Col("类别", lambda i: names[i.category], 16), Col("小类", lambda i: i.subcategory, 12),
        Col("检查内容", lambda i: i.text, 60), Col("频次", lambda i: i.every, 10), Col("责任岗位", lambda i: i.post, 14),
        Col("隐患等级", lambda i: LEVELS[level(i)], 10), Col("分值", lambda i: i.score, 8), Col("依据", lambda i: i.basis, 40),
        Col("核实", lambda i: "已核实" if i.is_verified else "未核实", 10),
    ]  # fmt: skip
    return Table("检查项目", columns, [replace(i) for i in rows])


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
