"""Pages about people, posts and rights."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.forms import AppointForm, DeputyForm, DismissForm, EnrolForm, PersonForm, SaidForm
from xiaoan.ground.people.middleware import SESSION_KEY
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.queries import all_posts_in, person_seen_by, post_seen_by, posts_in
from xiaoan.ground.people.rights import declared_rights, is_second_factor_due
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.services import (
    appoint,
    appoint_deputy,
    by_account,
    change_person,
    dismiss,
    enrol,
    require_whole,
    reset_first_password,
)
from xiaoan.ground.people.telling import timeline_of
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import unit_below
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.excel import Col, Table, bounded, sheet, wants_sheet
from xiaoan.kernel.gate import needs, signed_in

FILTERS: dict[str, Collection[str] | None] = {"unit": None, "role": ROLES.keys(), "words": None, "was": {"1"}}

COLUMNS = (
    Col("姓名", lambda post: post.person.name), Col("岗位", lambda post: post.role_name, 18),
    Col("代", lambda post: post.deputy_for.person.name if post.deputy_for else ""),
    Col("单位", lambda post: post.unit.name, 26), Col("起", lambda post: post.starts), Col("到", lambda post: post.ends),
    Col("账号", lambda post: post.person.username, 20), Col("数据", lambda post: "演示" if post.person.is_synthetic else ""),
)  # fmt: skip
RIGHT_COLUMNS = (
    Col("可以做什么", lambda row: row["right"].sentence, 40), Col("哪些岗位", lambda row: [r.name for r in row["roles"]], 80),
)  # fmt: skip


@needs("people.read")
def people(request: HttpRequest) -> HttpResponseBase:
    """The posts of a unit and below, filtered by role, name and whether they have ended."""
    actor = _actor(request)
    filters = import_string(settings.XIAOAN_REMEMBER)(request, "people", FILTERS)
    asked = {name: filters.get(name) for name in FILTERS}
    # A unit remembered from another post may lie out of sight now: then the list starts at the top.
    unit = _unit(actor, asked["unit"]) if not filters.recalled or _sees(actor, asked["unit"]) else _unit(actor, "")
    wanted: Any = {"path": unit.path, "role": asked["role"], "words": asked["words"], "was": bool(asked["was"])}
    if wants_sheet(request):
        return sheet("人员", Table("人员", COLUMNS, bounded(all_posts_in(actor, **wanted))))
    found = posts_in(actor, **wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(
        request, "people/list.html",
        {"page": found, "asked": asked, "unit": unit, "roles": ROLES.values(), "may_manage": _manages(actor, unit),
         "is_filtered": bool(asked["role"] or asked["words"] or asked["was"]), "filters": filters},
    )  # fmt: skip


@needs("people.read")
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: posts in the reader's scope and what happened to them."""
    actor = _actor(request)
    found, posts = person_seen_by(actor, person)
    told = [*history("person", found.id), *history("post", *[p.id for p in posts])]
    told.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return render(
        request, "people/person.html",
        {"person": found, "posts": posts, "told": timeline_of(told), "may_manage": actor.holds("people.manage"),
         "is_self": found.id == actor.person_id},
    )  # fmt: skip


@never_cache
@needs("people.manage")
def add_person(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Give a new person an account and a first post; the first password is shown once."""
    actor = _actor(request)
    at = _managed_unit(actor, unit)
    form = EnrolForm(at, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            post, first = enrol(actor=actor, unit=at, **form.cleaned_data)
        except Invalid as why:
            form.refuse(why)
        else:
            return _show_first(request, post.person, first)
    return _form(request, form, f"新增人员 · {at.label}", "新增", f"/people/?unit={at.id}")


@needs("people.manage")
def add_post(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Give somebody who has an account a post at this unit."""
    actor = _actor(request)
    at = _managed_unit(actor, unit)
    form = AppointForm(at, request.POST or None, initial={"username": request.GET.get("username", "")})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            post = appoint(actor=actor, person=by_account(given.pop("username")), unit=at, **given)
        except Invalid as why:
            form.refuse(why)
        else:
            messages.success(request, f"已任命{post.person.name}为{at.label}{post.role_name}。")
            return redirect("people:person", person=post.person_id)
    return _form(request, form, f"任命岗位 · {at.label}", "任命", f"/people/?unit={at.id}")


@needs("people.manage")
def add_deputy(request: HttpRequest, post: UUID) -> HttpResponse:
    """Name somebody who stands in for the holder of a post."""
    actor = _actor(request)
    held = _managed_post(actor, post)
    form = DeputyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = appoint_deputy(actor=actor, post=held, person=by_account(given.pop("username")), **given)
        except Invalid as why:
            form.refuse(why)
        else:
            messages.success(request, f"{made.person.name}已代理{held.unit.label}{held.role_name}。")
            return redirect("people:person", person=held.person_id)
    return _form(request, form, f"指定代理 · {held.person.name} {held.role_name}", "指定", f"/people/{held.person_id}/")


@needs("people.manage")
def end_post(request: HttpRequest, post: UUID) -> HttpResponse:
    """Dismiss somebody from a post."""
    actor = _actor(request)
    held = _managed_post(actor, post)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dismiss(actor=actor, post=held, ends=form.cleaned_data["ends"])
        except Invalid as why:
            form.refuse(why)
        except Stale as why:
            form.add_error(None, why.sentence)
        else:
            messages.success(request, f"{held.person.name}的{held.role_name}岗位将在所填日期结束。")
            return redirect("people:person", person=held.person_id)
    title = f"免去岗位 · {held.person.name} {held.unit.label}{held.role_name}"
    return _form(request, form, title, "免去", f"/people/{held.person_id}/")


@needs("people.manage")
def edit_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Put a name or a phone right."""
    actor = _actor(request)
    found, _ = person_seen_by(actor, person)
    require_whole(actor, found)
    form = PersonForm(request.POST or None, initial={"name": found.name, "phone": found.phone})
    if request.method == "POST" and form.is_valid():
        change_person(actor=actor, person=found, **form.cleaned_data)
        messages.success(request, "已修改。")
        return redirect("people:person", person=found.id)
    return _form(request, form, f"修改人员 · {found.name}", "保存", f"/people/{found.id}/")


@never_cache
@needs("people.manage")
def reset_password(request: HttpRequest, person: UUID) -> HttpResponse:
    """Ask, then give a new first password, shown once."""
    actor = _actor(request)
    found, _ = person_seen_by(actor, person)
    if request.method == "POST":
        return _show_first(request, found, reset_first_password(actor=actor, person=found))
    return render(request, "people/reset_password.html", {"person": found})


@needs("people.read")
def rights(request: HttpRequest) -> HttpResponseBase:
    """Every right with its sentence and the roles that hold it; of one role, what it may."""
    role = request.GET.get("role", "")
    role = role if role in ROLES else ""
    rows = [
        {"right": right, "roles": [r for r in ROLES.values() if r.key in right.roles]}
        for right in declared_rights().values()
        if not role or role in right.roles
    ]
    if wants_sheet(request):
        return sheet("岗位和权限", Table("岗位和权限", RIGHT_COLUMNS, rows))
    return render(request, "people/rights.html", {"rows": rows, "roles": ROLES.values(), "role": role})


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: posts to act in, password, second factor."""
    posts = request.posts  # type: ignore[attr-defined]
    return render(request, "people/me.html", {"posts": posts, "factor_due": is_second_factor_due(posts)})


@require_POST
def _switch(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts from now on."""
    posts = request.posts  # type: ignore[attr-defined]
    chosen = next((post for post in posts if str(post.id) == request.POST.get("post")), None)
    if chosen is None:
        raise NotKnown("这个岗位现在不在任期内，请刷新页面后重新选择。")
    request.session.cycle_key()  # other rights, another key: what somebody may have seen of the old one is worth nothing
    request.session[SESSION_KEY] = str(chosen.id)
    messages.success(request, f"现在以{chosen.unit.label}{chosen.role_name}的身份操作。")
    there = request.POST.get("next", "/")
    return redirect(there if url_has_allowed_host_and_scheme(there, {request.get_host()}) else "/")


switch = signed_in(_switch)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _unit(actor: Actor, text: str) -> Unit:
    """The unit that a filter names, else the top of the actor's scope."""
    try:
        named = unit_below(actor, UUID(text) if text else None)
    except ValueError:
        named = None
    if named is None:
        raise NotKnown("没有这个单位，或者不在您的管理范围内。")
    return named


def _sees(actor: Actor, text: str) -> bool:
    try:
        return bool(_unit(actor, text))
    except NotKnown:
        return False


def _managed_unit(actor: Actor, unit_id: UUID) -> Unit:
    unit = _unit(actor, str(unit_id))
    require(actor, "people.manage", unit.path)
    return unit


def _managed_post(actor: Actor, post_id: UUID) -> Post:
    post = post_seen_by(actor, post_id)
    require(actor, "people.manage", post.unit_path)
    return post


def _manages(actor: Actor, unit: Unit) -> bool:
    return actor.may("people.manage", unit.path) and unit.is_open


def _show_first(request: HttpRequest, person: Person, first: str) -> HttpResponse:
    return render(request, "people/first_password.html", {"person": person, "first": first})


def _form(request: HttpRequest, form: SaidForm, title: str, verb: str, back: str) -> HttpResponse:
    status = 422 if form.errors else 200
    context: dict[str, Any] = {"form": form, "heading": title, "verb": verb, "back": back}
    return render(request, "people/form.html", context, status=status)
