"""Groups: entering them, the summary of one with its officer, reports, thanks; the school's counsellor and roster."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.ui.marks import pill
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.kernel.ids import read_id
from xiaoan.officers.forms import GroupsForm, staff_of
from xiaoan.officers.models import Concern, Counsellor, Group, Officer, Report, Watch
from xiaoan.officers.resource import officer_pill, state_of
from xiaoan.officers.seeing import concerns_for, find_group, is_counsellor, is_teacher, sees_names
from xiaoan.officers.services import groups, reports

DAYS = 7


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def refuse(form: Any, why: Refusal) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, words in (getattr(why, "fields", {}) or {"": why.sentence}).items():
        form.add_error(name if name in form.fields else None, words)


def post_of(actor: Actor, told: str | None) -> Post | None:
    """A post of the own school by its id."""
    wanted = read_id(told) if told else None
    rows = Post.objects.current().filter(unit_path=actor.unit_path).select_related("person", "unit")
    return rows.filter(id=wanted).first() if wanted else None


@require_http_methods(["GET", "POST"])
@needs("officers.keep")
def new_groups(request: HttpRequest) -> HttpResponse:
    """Enter classes, dormitories or housing areas."""
    actor = actor_of(request)
    form = GroupsForm(request.POST or None, unit_path=actor.unit_path)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            rows = groups.add_groups(
                actor=actor, unit=Unit.objects.get(path=actor.unit_path), kind=given["kind"], names=given["names"].splitlines(),
                grade=given["grade"], teacher=post_of(actor, given["teacher"]),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, f"已登记 {len(rows)} 个。")
            return redirect("officers:groups")
    return page(request, "officers/new_groups.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@needs("officers.read")
def show(request: HttpRequest, group: uuid.UUID) -> HttpResponse:
    """The summary of a class: its officer, everything that was told with its state, thanks. Names for few."""
    actor = actor_of(request)
    found = find_group(actor, group)
    if request.method == "GET":
        reports.see_reports(actor=actor, group=found)
    return show_page(request, actor, found)


def show_page(
    request: HttpRequest, actor: Actor, group: Group, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    names = sees_names(actor, group)
    told = list(Report.objects.filter(group=group).select_related("hazard", "officer").order_by("-id")[:100])
    context = {
        "g": group, "pill": officer_pill(group), "names": names, "refusal": refusal,
        "officers": _officers(group) if names else [], "is_own": is_teacher(actor, group),
        "is_lead": actor.role in SCHOOL_LEADS and actor.unit_path == group.unit_path,
        "rows": [(r, pill(*state_of(r))) for r in told], "staff": staff_of(group.unit_path) if names else [],
        "pupils": _accounts(group) if names else [], "may_send": names and any(r.sent_at is None for r in told),
        "concerns": _concerns(actor, group),
    }  # fmt: skip
    return page(request, "officers/group.html", context, status=status)


def _officers(group: Group) -> list[Any]:
    """Everyone who has been the officer, the present one first, with reports, thanks and points: in time's order."""
    rows = group.officers.annotate(told=Count("reports", distinct=True)).order_by("-since", "-id")[:20]
    thanked = {
        row["officer"]: row for row in group.officers.model.objects.filter(group=group).values(officer=F("id")).annotate(
            n=Count("thanks"), points=Sum("thanks__points"))
    }  # fmt: skip
    return [(o, thanked[o.id]["n"], thanked[o.id]["points"] or 0) for o in rows]


def _accounts(group: Group) -> list[Post]:
    """Accounts of pupils at the school."""
    rows = Post.objects.current().filter(unit_path=group.unit_path, role="student_officer")
    return list(rows.select_related("person").order_by("id")[:400])


def _concerns(actor: Actor, group: Group) -> list[Concern]:
    """For its two readers only."""
    if not (is_teacher(actor, group) or is_counsellor(actor)):
        return []
    return list(concerns_for(actor).filter(group=group).order_by("-id")[:50])


@require_POST
@needs("officers.keep")
def change(request: HttpRequest, group: uuid.UUID) -> HttpResponse:
    """Name the officer, thank, send up, set the teacher, end."""
    actor = actor_of(request)
    found, told = find_group(actor, group), request.POST
    steps: dict[str, Callable[[], Any]] = {
        "name": lambda: groups.name_officer(actor=actor, group=found, name=told.get("name", ""), person=_person(actor, told.get("post"))),
        "thank": lambda: groups.thank(actor=actor, officer=_current(found), words=told.get("words", ""), points=_points(told.get("points"))),
        "leave": lambda: groups.end_officer(actor=actor, officer=_current(found)),
        "send": lambda: reports.send_up(actor=actor, group=found, reports=[i for i in map(read_id, told.getlist("reports")) if i]),
        "teacher": lambda: groups.set_teacher(actor=actor, group=found, teacher=post_of(actor, told.get("teacher"))),
        "end": lambda: groups.end_group(actor=actor, group=found),
    }  # fmt: skip
    step = steps.get(told.get("what", ""))
    if step is None:
        return show_page(request, actor, found, refusal=Invalid("请选择要办的事。"), status=422)
    try:
        step()
    except (Invalid, Stale) as why:
        found.refresh_from_db()
        return show_page(request, actor, found, refusal=why, status=why.status)
    messages.success(request, "已办好。")
    return redirect("officers:group", found.id)


def _current(group: Group) -> Officer:
    row: Officer | None = (
        Officer.objects.filter(group=group, ended_on__isnull=True).select_related("group", "unit").first()
    )
    if row is None:
        raise Invalid("还没有指定安全员。")
    return row


def _person(actor: Actor, told: str | None) -> Any:
    post = post_of(actor, told)
    return post.person if post and post.role == "student_officer" else None


def _points(told: str | None) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 4 else 0


@require_http_methods(["GET", "POST"])
@needs("watches.set")
def setup(request: HttpRequest) -> HttpResponse:
    """Who is on duty in the next days, and who is the counsellor."""
    actor = actor_of(request)
    unit = Unit.objects.get(path=actor.unit_path)
    refusal = None
    if request.method == "POST":
        try:
            _set_up(request, actor, unit)
        except NotAllowed:
            raise
        except Refusal as why:
            refusal = why
        else:
            messages.success(request, "已办好。")
            return redirect("officers:setup")
    today = clock.today()
    rows = Watch.objects.filter(Q(on__gte=today), unit_path=unit.path, on__lt=today + timedelta(days=DAYS))
    named: dict[date, set[uuid.UUID]] = {}
    for row in rows:
        named.setdefault(row.on, set()).add(row.post_id)
    days = [(d, named.get(d, set())) for d in (today + timedelta(days=n) for n in range(DAYS))]
    counsellors = Counsellor.objects.filter(unit_path=unit.path, ended_at__isnull=True).select_related("post__person")
    context = {
        "unit": unit, "days": days, "staff": staff_of(unit.path), "counsellors": list(counsellors.order_by("id")), "refusal": refusal,
        "may_name": actor.holds("counsellors.name"),
    }  # fmt: skip
    return page(request, "officers/setup.html", context, status=refusal.status if refusal else 200)


def _set_up(request: HttpRequest, actor: Actor, unit: Unit) -> None:
    told = request.POST
    if end := read_id(told.get("end", "")):
        row = Counsellor.objects.filter(id=end, unit_path=unit.path).select_related("post__person").first()
        if row is None:
            raise NotKnown("没有这位辅导员。")
        groups.end_counsellor(actor=actor, counsellor=row)
    elif told.get("counsellor"):
        post = post_of(actor, told.get("counsellor"))
        if post is None:
            raise Invalid("请选择本校的岗位。")
        groups.name_counsellor(actor=actor, unit=unit, post=post)
    else:
        try:
            on = date.fromisoformat(told.get("on", ""))
        except ValueError:
            raise Invalid("请选择哪一天。") from None
        posts = [p for p in (post_of(actor, t) for t in told.getlist("posts")[:20]) if p]
        groups.set_watch(actor=actor, unit=unit, on=on, posts=posts)
