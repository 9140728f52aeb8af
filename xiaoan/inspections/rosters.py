"""Teams, limited posts of third parties, and who looks after which school."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.services import enrol
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.ground.units.queries import own_unit
from xiaoan.inspections.kinds import BODIES, TEAMS
from xiaoan.inspections.models import Keeper, Member
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.ids import read_id

MOST_PLACES = 300
ROOMS = ("department", "partner")  # of the bureau itself


def add_member(
    *, actor: Actor, unit: Unit, team: str, person: Person, body: str = "own", organisation: str = "",
    places: Sequence[Unit] = (), starts: date | None = None, ends: date | None = None, skills: Sequence[str] = (),
) -> Member:  # fmt: skip
    """Take a person into a team of a bureau or school. Where they belong is told by their post outside the bureau; that
    unit they never inspect."""
    require(actor, "inspections.plan" if not unit.is_school else "supervised.keep", unit.path)
    starts = starts or clock.today()
    _check(team, body, starts, ends)
    home = home_of(person, unit, starts)
    if team == "third_party" and (not places or not organisation.strip() or ends is None):
        raise Invalid("第三方要写明机构名称、到哪天为止、可以查哪些学校。", {"places": "请选学校并写明到期日。"})
    row = Member(
        team=team, person_id=person.id, person_name=person.name, home_path=home.path if home else "",
        home_name=home.name if home else "", body="third_party" if team == "third_party" else body,
        organisation=organisation.strip()[:60], places=[str(p.id) for p in places][:MOST_PLACES], starts=starts,
        ends=ends, skills=list(skills), **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        if Member.objects.current(starts).filter(unit=unit, team=team, person_id=person.id).exists():
            raise Stale(f"{person.name}已经在{TEAMS[team]}里。")
        row.save(force_insert=True)
        _tell(actor, "加入督查队伍", row, {"team": TEAMS[team], "ends": ends.isoformat() if ends else ""})
    return row


def admit_third_party(
    *, actor: Actor, unit: Unit, organisation: str, name: str, username: str, places: Sequence[Unit], ends: date,
    phone: str = "",
) -> tuple[Member, str]:  # fmt: skip
    """A limited post for somebody of a third party: only until `ends`, only for the chosen units. Returns the member and
    the first password, told only here."""
    require(actor, "inspections.plan", unit.path)
    if ends < clock.today():
        raise Invalid("到期日已经过去。", {"ends": "到期日已经过去。"})
    with transaction.atomic():
        post, first = enrol(actor=actor, unit=unit, username=username, name=name, role="expert", phone=phone, ends=ends)
        member = add_member(
            actor=actor, unit=unit, team="third_party", person=post.person, organisation=organisation, places=places,
            ends=ends,
        )  # fmt: skip
    return member, first


def end_member(*, actor: Actor, member: Member, why: str = "") -> Member:
    """The person leaves the team today."""
    require(actor, "inspections.plan" if not member.unit.is_school else "supervised.keep", member.unit_path)
    today = clock.today()
    with transaction.atomic():
        if not Member.objects.current(today).filter(pk=member.pk).update(ends=max(member.starts, today)):
            raise Stale("这个人已经离开队伍。")
        member.refresh_from_db()
        _tell(actor, "离开督查队伍", member, {"why": why[:200]})
    return member


def home_of(person: Person, unit: Unit, on: date) -> Unit | None:
    """Where the person belongs: the unit of a post that is not the bureau's own; none for the bureau's own people."""
    with wall.opened():
        posts = Post.objects.current(on).filter(person=person).select_related("unit__parent").order_by("-starts", "id")
        others = [
            p.unit
            for p in posts
            if (p.unit_path != unit.path and not (p.unit.parent_id == unit.id and p.unit.rank in ROOMS))
            or p.unit.is_school
        ]
    return others[0] if others else None


def keep_school(*, actor: Actor, school: Unit, person: Person | None) -> Keeper | None:
    """Say who looks after a school from today; None: nobody any more. Whoever did so before ends yesterday or today."""
    by = own_unit(actor) if actor.scope else school
    require(actor, "inspections.plan", school.path)
    today = clock.today()
    with transaction.atomic():
        held: Keeper | None = Keeper.objects.select_for_update().filter(unit=school, ends__isnull=True).first()
        if held and person and held.person_id == person.id:
            return held
        if held:
            Keeper.objects.filter(pk=held.pk).update(ends=today)
        row: Keeper | None = None
        if person:
            if Post.objects.current(today).filter(person=person, unit=school).exists():
                raise Invalid("本校的人不能包本校，请换一位。", {"person": "本校的人不能包本校。"})
            row = Keeper.objects.create(
                person_id=person.id, person_name=person.name, by_path=by.path, starts=today, **scope_of(school)
            )
        write_entry(
            actor=actor, verb="指定包校人员", subject_type="unit", subject_id=school.id, subject_name=school.name,
            unit_path=school.path, changes={"keeper": person.name if person else ""},
        )  # fmt: skip
    return row


def keep_schools(*, actor: Actor, schools: Iterable[Unit], person: Person) -> int:
    """The same for many at once. Returns how many."""
    with transaction.atomic():
        return len([keep_school(actor=actor, school=school, person=person) for school in schools])


def people_for(unit: Unit, words: str = "", most: int = 200) -> list[Post]:
    """Current posts of the bureau and below, whose people may be asked into a team."""
    rows = (
        Post.objects.current()
        .under(unit.path)
        .select_related("person", "unit")
        .exclude(role__in=["student_officer", "parent"])
    )
    if words:
        rows = rows.filter(person__name__contains=words)
    found: dict[Any, Post] = {}
    for post in rows.order_by("unit_path", "id")[: most * 2]:
        found.setdefault(post.person_id, post)
    return list(found.values())[:most]


def find_person(actor: Actor, person_id: str) -> Person:
    """A person with a post in the actor's scope. Raises Invalid."""
    wanted = read_id(person_id)
    post = Post.objects.current().under(actor.scope).select_related("person").filter(person_id=wanted).first()
    if not wanted or post is None:
        raise Invalid("请选一位在岗的人员。", {"person": "请选一位在岗的人员。"})
    person: Person = post.person
    return person


def _check(team: str, body: str, starts: date, ends: date | None) -> None:
    wrong = {}
    if team not in TEAMS:
        wrong["team"] = "请选择队伍。"
    if body not in BODIES:
        wrong["body"] = "请选择代表的部门。"
    if ends and ends < starts:
        wrong["ends"] = "到期日早于开始日期。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _tell(actor: Actor, verb: str, row: Member, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="member", subject_id=row.id, subject_name=row.person_name,
        unit_path=row.unit_path, changes=changes,
    )  # fmt: skip
