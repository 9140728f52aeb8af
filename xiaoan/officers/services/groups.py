"""Groups of a school, their officers, thanks, counsellors and the duty roster."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.officers.models import KINDS, Counsellor, Group, Officer, Thanks, Watch
from xiaoan.officers.registers import read_after
from xiaoan.officers.seeing import is_teacher

MOST_AT_ONCE = 200


def add_groups(
    *, actor: Actor, unit: Unit, kind: str, names: Sequence[str], grade: int | None = None, teacher: Post | None = None
) -> list[Group]:
    """Enter classes, dormitories or housing areas by their names; those that are there already are left alone."""
    require(actor, "officers.keep", unit.path)
    wanted = list(dict.fromkeys(n.strip()[:30] for n in names if n.strip()))
    wrong = {} if wanted else {"names": "请写名称，一行一个。"}
    if len(wanted) > MOST_AT_ONCE:
        wrong["names"] = f"一次最多 {MOST_AT_ONCE} 个。"
    if kind not in KINDS:
        wrong["kind"] = "请选择班级、宿舍或宿舍区。"
    if kind == "class" and not grade:
        wrong["grade"] = "请填几年级，初一填 7，高一填 10。"
    if not unit.is_school:
        wrong["kind"] = "只有学校登记班级和宿舍。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    _check_teacher(unit, teacher)
    with transaction.atomic(), read_after(unit.id, kind):
        held = set(Group.objects.filter(unit=unit, kind=kind, ended_on__isnull=True).values_list("name", flat=True))
        grade = grade if kind == "class" else None
        rows = [
            Group(kind=kind, name=n, grade=grade, teacher=teacher, **scope_of(unit)) for n in wanted if n not in held
        ]
        Group.objects.bulk_create(rows)
        _tell(actor, "登记班级宿舍", "group", unit.id, KINDS[kind], unit.path, {"names": [g.name for g in rows]})
    return rows


def set_teacher(*, actor: Actor, group: Group, teacher: Post | None) -> Group:
    """Who looks after the group: the school's leads say."""
    _require_lead(actor, group)
    _check_teacher(group.unit, teacher)
    with transaction.atomic():
        group.teacher = teacher
        group.save(update_fields=["teacher"])
        _tell(actor, "指定班主任或宿管", "group", group.id, group.name, group.unit_path, {"post": str(teacher or "")})
    return group


def end_group(*, actor: Actor, group: Group) -> None:
    """The class has left, the room is closed; its officer's time ends with it."""
    _require_lead(actor, group)
    today = clock.today()
    with transaction.atomic(), read_after(group.unit_id, group.kind):
        if not Group.objects.filter(id=group.id, ended_on__isnull=True).update(ended_on=today, has_officer=False):
            raise Stale("已经停用。")
        Officer.objects.filter(group=group, ended_on__isnull=True).update(ended_on=today)
        _tell(actor, "停用班级宿舍", "group", group.id, group.name, group.unit_path)


def name_officer(*, actor: Actor, group: Group, name: str, person: Person | None = None) -> Officer:
    """The teacher names the officer; the one before leaves. The journal holds no pupil's name."""
    _require_keeper(actor, group)
    if not name.strip():
        raise Invalid("请写安全员的姓名。", {"name": "请写安全员的姓名。"})
    if person and not Post.objects.current().filter(person=person, unit_path=group.unit_path).exists():
        raise Invalid("这个账号不是本校的。", {"person": "这个账号不是本校的。"})
    today = clock.today()
    with transaction.atomic(), read_after(group.unit_id, group.kind):
        Group.objects.select_for_update().get(id=group.id)
        Officer.objects.filter(group=group, ended_on__isnull=True).update(ended_on=today)
        row = Officer.objects.create(
            group=group, name=name.strip()[:40], person=person, token=secrets.token_urlsafe(32), since=today,
            named_by=actor.name, **scope_of(group.unit),
        )  # fmt: skip
        Group.objects.filter(id=group.id).update(has_officer=True)
        group.has_officer = True
        _tell(actor, "指定安全员", "officer", row.id, str(row), group.unit_path)
    return row


def end_officer(*, actor: Actor, officer: Officer) -> None:
    """The officer's time is over; the private link ends with it."""
    _require_keeper(actor, officer.group)
    with transaction.atomic(), read_after(officer.unit_id, officer.group.kind):
        if not Officer.objects.filter(id=officer.id, ended_on__isnull=True).update(ended_on=clock.today()):
            raise Stale("已经卸任。")
        Group.objects.filter(id=officer.group_id).update(has_officer=False)
        _tell(actor, "安全员卸任", "officer", officer.id, str(officer), officer.unit_path)


def thank(*, actor: Actor, officer: Officer, words: str, points: int = 0) -> Thanks:
    """Thank an officer, with points if wished. There is no ranking of them anywhere."""
    _require_keeper(actor, officer.group)
    wrong = {} if words.strip() else {"words": "请写一句感谢的话。"}
    if not 0 <= points <= 10:
        wrong["points"] = "积分在 0 到 10 之间。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        row = Thanks.objects.create(
            officer=officer,
            words=words.strip()[:200],
            points=points,
            by=actor.name,
            at=clock.now(),
            **scope_of(officer.unit),
        )
        _tell(actor, "感谢安全员", "officer", officer.id, str(officer), officer.unit_path, {"points": points})
    return row


def name_counsellor(*, actor: Actor, unit: Unit, post: Post) -> Counsellor:
    """The principal names who reads concerns beside the homeroom teacher."""
    require(actor, "counsellors.name", unit.path)
    _check_teacher(unit, post)
    try:
        with transaction.atomic():
            row = Counsellor.objects.create(post=post, named_by=actor.name, named_at=clock.now(), **scope_of(unit))
            _tell(actor, "指定心理辅导员", "counsellor", row.id, str(post), unit.path)
    except IntegrityError:
        raise Stale("这个岗位已经是心理辅导员。") from None
    return row


def end_counsellor(*, actor: Actor, counsellor: Counsellor) -> None:
    require(actor, "counsellors.name", counsellor.unit_path)
    with transaction.atomic():
        if not Counsellor.objects.filter(id=counsellor.id, ended_at__isnull=True).update(ended_at=clock.now()):
            raise Stale("已经取消。")
        _tell(actor, "取消心理辅导员", "counsellor", counsellor.id, str(counsellor.post), counsellor.unit_path)


def set_watch(*, actor: Actor, unit: Unit, on: date, posts: Sequence[Post]) -> None:
    """Say who is on duty on a day; nobody means the leads and the guards."""
    require(actor, "watches.set", unit.path)
    for post in posts:
        _check_teacher(unit, post)
    with transaction.atomic():
        Watch.objects.filter(unit_path=unit.path, on=on).delete()
        Watch.objects.bulk_create([Watch(on=on, post=post, **scope_of(unit)) for post in posts])
        _tell(
            actor,
            "安排值班",
            "watch",
            unit.id,
            unit.name,
            unit.path,
            {"on": on.isoformat(), "posts": [str(p) for p in posts]},
        )


def _require_lead(actor: Actor, group: Group) -> None:
    require(actor, "officers.keep", group.unit_path)
    if not (actor.is_system or (actor.role in SCHOOL_LEADS and actor.unit_path == group.unit_path)):
        raise NotAllowed("由学校负责人办理。")


def _require_keeper(actor: Actor, group: Group) -> None:
    """The group's own teacher, or a lead of the school."""
    require(actor, "officers.keep", group.unit_path)
    is_lead = actor.role in SCHOOL_LEADS and actor.unit_path == group.unit_path
    if not (actor.is_system or is_lead or is_teacher(actor, group)):
        raise NotAllowed("由这个班的班主任、宿管或学校负责人办理。")


def _check_teacher(unit: Unit, post: Post | None) -> None:
    if post is not None and (
        post.unit_id != unit.id or not post.is_current() or post.role in ("student_officer", "parent")
    ):
        raise Invalid("请选择本校现任的教职工。", {"teacher": "请选择本校现任的教职工。"})


def _tell(
    actor: Actor, verb: str, kind: str, subject: uuid.UUID, name: str, path: str, changes: dict[str, Any] | None = None
) -> None:
    write_entry(
        actor=actor,
        verb=verb,
        subject_type=kind,
        subject_id=subject,
        subject_name=name,
        unit_path=path,
        changes=changes or {},
    )
