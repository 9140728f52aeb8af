"""Teams, third parties, who looks after which school; the black list; supervised items; samples of records."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.inspections import blacklist, rosters, supervised, truth
from xiaoan.inspections.catalogue import list_rules
from xiaoan.inspections.flows import BLACKLIST
from xiaoan.inspections.forms import ListForm, MemberForm, SampleForm, SupervisedForm, ThirdPartyForm
from xiaoan.inspections.kinds import TEAMS, VERDICTS, WAYS
from xiaoan.inspections.models import Blacklisting, Finding, Keeper, Member, Part, Sample, Supervised
from xiaoan.inspections.pages import taken
from xiaoan.inspections.pages.asking import actor_of, entries_of, refuse, step_of
from xiaoan.inspections.resource_places import PLACES
from xiaoan.inspections.resource_rosters import MEMBERS, blacklist_pill, rate_words, supervised_pill
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.kernel.excel import wants_sheet
from xiaoan.kernel.ids import read_id


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def add_member(request: HttpRequest) -> HttpResponse:
    """Take somebody in post into a team."""
    actor, unit = actor_of(request), own_unit(actor_of(request))
    form = MemberForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            person = rosters.find_person(actor, given.pop("person"))
            rosters.add_member(actor=actor, unit=unit, person=person, **given)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已加入。")
            return redirect("inspections:members")
    return _form(request, form, unit, "加入督查队伍", "加入", "user-plus")


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def third_party(request: HttpRequest) -> HttpResponse:
    """Open a limited post for a third party; the first password is told once."""
    actor, unit = actor_of(request), own_unit(actor_of(request))
    form = ThirdPartyForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        wanted = [i for i in map(read_id, given.pop("places")) if i]
        try:
            member, first = rosters.admit_third_party(
                actor=actor, unit=unit, places=list(Unit.objects.under(unit.path).filter(id__in=wanted)), **given
            )
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(
                request, f"已开通{member.person_name}的限期岗位，首次密码 {first}，请当面告知，页面不再显示。"
            )
            return redirect("inspections:members")
    return _form(request, form, unit, "第三方限期岗位", "开通", "certificate")


@require_GET
@needs("inspections.oversee")
def member(request: HttpRequest, member: uuid.UUID) -> HttpResponseBase:
    """One member: where they were sent, what they found."""
    actor = actor_of(request)
    row: Any = MEMBERS.rows(actor).filter(pk=member).first()
    if row is None:
        raise NotKnown("没有这名队员，或者不在您的管理范围内。")
    parts = (
        Part.objects.under(actor.scope)
        .filter(person_id=row.person_id)
        .select_related("visit__place", "visit__campaign")
    )
    found = Finding.objects.under(actor.scope).filter(person_id=row.person_id).select_related("visit", "unit")
    parts, found = parts.order_by("-id")[:60], found.order_by("-id")[:60]
    if wants_sheet(request):
        return taken.member_sheet(row, parts, found)
    places = Unit.objects.filter(id__in=[i for i in map(read_id, row.places) if i]).order_by("path")
    context = {
        "member": row, "team": TEAMS[row.team], "parts": parts, "findings": found,
        "places": places, "may_end": row.is_current(clock.today()) and actor.holds("inspections.plan"), "ways": WAYS,
    }  # fmt: skip
    return page(request, "inspections/member.html", context)


@require_POST
@needs("inspections.plan")
def end_member(request: HttpRequest, member: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    row = Member.objects.visible_to(actor, "inspections.plan").select_related("unit").filter(pk=member).first()
    if row is None:
        raise NotKnown("没有这名队员，或者不在您的管理范围内。")
    try:
        rosters.end_member(actor=actor, member=row)
    except NotAllowed:
        raise
    except Refusal as why:
        messages.warning(request, why.sentence)
    else:
        messages.success(request, "已离队。")
    return redirect("inspections:members")


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def keepers(request: HttpRequest) -> HttpResponseBase:
    """Who looks after which school: schools without anybody first, many given to one person at once."""
    actor, unit = actor_of(request), own_unit(actor_of(request))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            person = rosters.find_person(actor, request.POST.get("person", ""))
            wanted = [i for i in map(read_id, request.POST.getlist("schools")) if i]
            schools = list(Unit.objects.under(actor.scope).schools().filter(id__in=wanted))
            if not schools:
                raise Invalid("请至少选一所学校。", {"schools": "请至少选一所学校。"})
            number = rosters.keep_schools(actor=actor, schools=schools, person=person)
        except NotAllowed:
            raise
        except Refusal as why:
            refusal = why
        else:
            messages.success(request, f"{number} 所学校已由{person.name}包校。")
            return redirect("inspections:keepers")
    rows = list(PLACES.rows(actor).order_by("path")[:400]) if unit.rank not in ("province", "city") else []
    held = {
        k.unit_id: k for k in Keeper.objects.under(actor.scope).filter(ends__isnull=True, unit__in=[u.pk for u in rows])
    }
    kept = [(u, held.get(u.pk), _is_overdue(u, held.get(u.pk))) for u in rows]
    if wants_sheet(request):
        return taken.keepers_sheet(unit, kept)
    context = {
        "unit": unit, "rows": kept, "refusal": refusal,
        "people": rosters.people_for(unit), "with": len(held), "all_words": f"{len(rows)} 所", "is_high": unit.rank in ("province", "city"),
    }  # fmt: skip
    return page(request, "inspections/keepers.html", context, status=422 if refusal else 200)


def _is_overdue(unit: Any, keeper: Keeper | None) -> bool:
    """Whether nobody has visited the school for longer than the norm says."""
    days = norm("inspections.keeper_days", unit.county_path)
    return keeper is not None and (unit.last_on is None or (clock.today() - unit.last_on).days > days)


@require_http_methods(["GET", "POST"])
@needs("blacklist.keep")
def new_blacklisting(request: HttpRequest) -> HttpResponse:
    """Put a unit on the black list."""
    actor = actor_of(request)
    form = ListForm(request.POST or None, initial={"unit": request.GET.get("name", "")[:80]})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        unit = Unit.objects.under(actor.scope).active().filter(name=given.pop("unit").strip()).first()
        try:
            if unit is None:
                raise Invalid("范围内没有这个名称的单位，请写全称。", {"unit": "没有这个单位。"})
            row = blacklist.put_on_list(actor=actor, unit=unit, **given)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已列入，被列入的单位会看到，可以申诉。")
            return redirect("inspections:blacklisting", row.id)
    return _form(request, form, own_unit(actor), "列入黑名单", "列入", "ban")


@require_GET
@needs("inspections.read")
def blacklisting(request: HttpRequest, blacklisting: uuid.UUID) -> HttpResponse:
    return _listed_page(request, _listed(actor_of(request), blacklisting))


@require_POST
@needs("inspections.read")
def move_blacklisting(request: HttpRequest, blacklisting: uuid.UUID, move: str) -> HttpResponse:
    """Appeal, uphold, lift."""
    actor = actor_of(request)
    row, words = _listed(actor, blacklisting), request.POST.get("words", "")[:500]
    try:
        if move == "appeal":
            blacklist.appeal(actor=actor, row=row, words=words, seen=step_of(request))
        else:
            blacklist.answer(actor=actor, row=row, move=move, decision=words, seen=step_of(request))
    except (Invalid, Stale) as why:
        return _listed_page(request, _listed(actor, blacklisting), why, status=why.status)
    messages.success(request, "已提交申诉。" if move == "appeal" else "已答复。")
    return redirect("inspections:blacklisting", row.id)


def _listed(actor: Actor, wanted: uuid.UUID) -> Blacklisting:
    row: Blacklisting | None = (
        Blacklisting.objects.visible_to(actor, "inspections.read")
        .select_related("unit", "visit")
        .filter(pk=wanted)
        .first()
    )
    if row is None:
        raise NotKnown("没有这条黑名单，或者不在您的管理范围内。")
    return row


def _listed_page(
    request: HttpRequest, row: Blacklisting, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "row": row, "rule": list_rules()[row.rule], "pill": blacklist_pill(row), "refusal": refusal,
        "moves": {m.key: m for m in allowed_moves(BLACKLIST, actor, row) if m.key != "appeal" or not row.decided_at},
        "why": why_not(BLACKLIST, actor, row), "entries": entries_of(BLACKLIST.key, row.id),
    }  # fmt: skip
    return page(request, "inspections/blacklisting.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs("supervised.keep")
def new_supervised(request: HttpRequest) -> HttpResponse:
    """Set an item up."""
    actor = actor_of(request)
    form = SupervisedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = supervised.supervise(actor=actor, unit=own_unit(actor), **form.cleaned_data)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已立项，到提醒日会出现在首页。")
            return redirect("inspections:supervised", row.id)
    return _form(request, form, own_unit(actor), "立项督办", "立项", "gavel")


@require_http_methods(["GET", "POST"])
@needs("inspections.read")
def supervised_item(request: HttpRequest, supervised_item: uuid.UUID) -> HttpResponse:
    """One item; POST finishes it."""
    actor = actor_of(request)
    row: Supervised | None = (
        Supervised.objects.visible_to(actor, "inspections.read")
        .select_related("unit")
        .filter(pk=supervised_item)
        .first()
    )
    if row is None:
        raise NotKnown("没有这项督办，或者不在您的管理范围内。")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            supervised.finish(actor=actor, item=row, result=request.POST.get("result", ""), seen=step_of(request))
        except NotAllowed:
            raise
        except Refusal as why:
            refusal = why
            row.refresh_from_db()
        else:
            messages.success(request, "已办结。")
            return redirect("inspections:supervised", row.id)
    context = {
        "row": row, "pill": supervised_pill(row), "refusal": refusal, "entries": entries_of("supervised", row.id),
        "may": actor.holds("supervised.keep") and actor.unit_path == row.unit_path and row.state == "open",
    }  # fmt: skip
    return page(request, "inspections/supervised.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def new_sample(request: HttpRequest) -> HttpResponse:
    """Draw records to see whether they are true."""
    actor, today = actor_of(request), clock.today()
    form = SampleForm(request.POST or None, initial={"first": today.replace(day=1), "last": today})
    if request.method == "POST" and form.is_valid():
        try:
            row = truth.draw_records(actor=actor, unit=own_unit(actor), **form.cleaned_data)
        except Refusal as why:
            refuse(form, why)
        else:
            return redirect("inspections:sample", row.id)
    return _form(request, form, own_unit(actor), "抽查记录", "随机抽取", "zoom-question")


@require_http_methods(["GET", "POST"])
@needs("inspections.oversee")
def sample(request: HttpRequest, sample: uuid.UUID) -> HttpResponseBase:
    """The drawn records with what was found; POST says it of one."""
    actor = actor_of(request)
    row: Sample | None = (
        Sample.objects.visible_to(actor, "inspections.oversee").select_related("unit").filter(pk=sample).first()
    )
    if row is None:
        raise NotKnown("没有这次抽查，或者不在您的管理范围内。")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _judge(actor, row, request)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            return redirect("inspections:sample", row.id)
    rows = list(row.rows.select_related("record__unit", "sample").order_by("position"))
    if wants_sheet(request):
        return taken.sample_sheet(row, rows)
    context = {
        "sample": row, "rows": rows, "rate": rate_words(row) or "—", "size_words": f"{row.size} 条", "verdicts": VERDICTS, "ways": WAYS, "refusal": refusal,
        "may": actor.holds("inspections.do"),
    }  # fmt: skip
    return page(request, "inspections/sample.html", context, status=refusal.status if refusal else 200)


def _judge(actor: Actor, row: Sample, request: HttpRequest) -> None:
    wanted, told = read_id(request.POST.get("row", "")), request.POST
    drawn = row.rows.select_related("sample").filter(pk=wanted).first() if wanted else None
    if drawn is None:
        raise Invalid("请选一条抽中的记录。")
    truth.judge_record(
        actor=actor, row=drawn, verdict=told.get("verdict", ""), way=told.get("way", "site"), why=told.get("why", "")
    )


def _form(request: HttpRequest, form: Any, unit: Unit, title: str, verb: str, icon: str) -> HttpResponse:
    context = {"form": form, "unit": unit, "title": title, "verb": verb, "icon": icon}
    return page(request, "inspections/form.html", context, status=422 if form.is_bound else 200)
