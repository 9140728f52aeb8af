"""Mediation, contacts, keepers, key persons: pages that are read by few."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from xiaoan.engines.ui.dates import cn_day
from xiaoan.engines.ui.marks import pill
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.matters.forms import KeyPersonForm
from xiaoan.matters.models import Keeper, KeyPerson, Matter
from xiaoan.matters.models.cases import CALM
from xiaoan.matters.models.people import DUTIES
from xiaoan.matters.pages.cases import actor_of, refuse, show_page
from xiaoan.matters.picking import picked
from xiaoan.matters.seeing import find_matter, require_in_case, require_keeper
from xiaoan.matters.services import keepers


@require_POST
@needs("disputes.report")
def contact(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Write down a talk or a visit with who petitions."""
    actor = actor_of(request)
    found = find_matter(actor, matter)
    try:
        keepers.record_contact(
            actor=actor, matter=found, words=request.POST.get("words", ""), calm=request.POST.get("calm", "")
        )
    except (Invalid, Stale) as why:
        return show_page(request, actor, found, refusal=why, status=why.status)
    messages.success(request, "已记下。")
    return redirect("matters:matter", found.id)


@require_http_methods(["GET", "POST"])
@needs("disputes.read")
def mediation(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """The mediation of a dispute, to those in the case and the keeper; anybody else is refused, in the journal too."""
    actor = actor_of(request)
    found = find_matter(actor, matter)
    require_in_case(actor, found)
    refusal = None
    if request.method == "POST":
        try:
            _write(request, actor, found)
        except Invalid as why:
            refusal = why
        else:
            return redirect("matters:mediation", found.id)
    context = {
        "m": found, "rows": list(found.mediations.order_by("-at")), "refusal": refusal,
        "parties": list(found.parties.select_related("person").order_by("id")), "staff": _staff(found),
        "may_write": found.family == "dispute" and actor.holds("disputes.report"),
    }  # fmt: skip
    return page(request, "matters/mediation.html", context, status=422 if refusal else 200)


def _write(request: HttpRequest, actor: Actor, found: Matter) -> None:
    if request.POST.get("person"):
        person = picked(Person.objects.all(), request.POST.get("person"))
        if person is None:
            raise NotKnown("没有这个人。")
        keepers.add_party(actor=actor, matter=found, person=person)
    else:
        keepers.record_mediation(actor=actor, matter=found, words=request.POST.get("words", ""))


def _staff(matter: Matter) -> list[Post]:
    held = set(matter.parties.values_list("person_id", flat=True))
    rows = Post.objects.current().filter(unit_path=matter.unit_path).exclude(role__in=("student_officer", "parent"))
    return [p for p in rows.select_related("person").order_by("id")[:200] if p.person_id not in held]


@require_http_methods(["GET", "POST"])
@needs("keepers.name")
def name_keepers(request: HttpRequest) -> HttpResponse:
    """Whom the own unit has named, naming another and ending one."""
    actor = actor_of(request)
    unit = Unit.objects.get(path=actor.unit_path)
    refusal = None
    if request.method == "POST":
        try:
            _name_or_end(request, actor, unit)
        except NotAllowed:
            raise
        except Refusal as why:
            refusal = why
        else:
            return redirect("matters:keepers")
    rows = Keeper.objects.filter(unit_path=unit.path, ended_at__isnull=True).select_related("post__person", "unit")
    posts = Post.objects.current().filter(unit_path=unit.path).select_related("person").order_by("role", "id")[:200]
    duties = [(k, n) for k, n in DUTIES.items() if k == "mediation" or not unit.is_school]
    context = {
        "unit": unit,
        "rows": list(rows.order_by("duty", "id")),
        "posts": list(posts),
        "duties": duties,
        "refusal": refusal,
    }
    return page(request, "matters/keepers.html", context, status=refusal.status if refusal else 200)


def _name_or_end(request: HttpRequest, actor: Actor, unit: Unit) -> None:
    if request.POST.get("end"):
        held = Keeper.objects.filter(unit_path=unit.path).select_related("post__person", "unit")
        row = picked(held, request.POST.get("end"))
        if row is None:
            raise NotKnown("没有这个专人。")
        keepers.end_keeper(actor=actor, keeper=row)
        return
    post = picked(Post.objects.select_related("person"), request.POST.get("post"))
    if post is None:
        raise Invalid("请选择岗位。", {"post": "请选择岗位。"})
    keepers.name_keeper(actor=actor, unit=unit, post=post, duty=request.POST.get("duty", ""))


@require_http_methods(["GET", "POST"])
@needs("")
def key_persons(request: HttpRequest) -> HttpResponse:
    """The list of key persons, to the keepers of petitions; anybody else is refused, in the journal too."""
    actor = actor_of(request)
    require_keeper(actor, "petitions", keepers.KEY_PERSONS)
    form = KeyPersonForm()
    if request.method == "POST":
        form = KeyPersonForm(request.POST)
        try:
            if _change(request, actor, form):
                messages.success(request, "已记下。")
                return redirect("matters:key_persons")
        except (Invalid, Stale) as why:
            refuse(form, why)
    days = int(norm("matters.contact_days", actor.unit_path))
    context = {"rows": _listed(actor, days), "form": form, "days": days, "calms": list(CALM.items())}
    return page(request, "matters/key_persons.html", context, status=422 if form.is_bound else 200)


def _change(request: HttpRequest, actor: Actor, form: KeyPersonForm) -> bool:
    if not request.POST.get("person"):
        if form.is_valid():
            keepers.add_key_person(actor=actor, unit=Unit.objects.get(path=actor.unit_path), **form.cleaned_data)
            return True
        return False
    listed = KeyPerson.objects.filter(unit_path=actor.unit_path).select_related("unit")
    person = picked(listed, request.POST.get("person"))
    if person is None:
        raise NotKnown("名单里没有这个人。")
    if request.POST.get("end"):
        keepers.end_key_person(actor=actor, person=person)
    else:
        keepers.record_contact(
            actor=actor, person=person, words=request.POST.get("words", ""), calm=request.POST.get("calm", "")
        )
    return True


def _listed(actor: Actor, days: int) -> list[tuple[KeyPerson, object]]:
    """Those whose last contact is longest ago come first."""
    rows = KeyPerson.objects.filter(unit_path=actor.unit_path, ended_at__isnull=True).order_by("-id")[:500]
    late = clock.now() - timedelta(days=days)

    def mark(p: KeyPerson) -> object:
        if p.contacted_at is None:
            return pill("due", "还没有联系过")
        return pill("late" if p.contacted_at < late else "ok", cn_day(p.contacted_at))

    return [(p, mark(p)) for p in sorted(rows, key=lambda p: p.contacted_at or p.made_at)]
