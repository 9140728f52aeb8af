"""Every change of people and posts."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid


def create_person(
    *, actor: Actor, unit: Unit, username: str, name: str, password: str, phone: str = "", is_synthetic: bool = False
) -> Person:
    """A new person known to `unit`. The first password must be changed at the first sign-in."""
    require(actor, "people.manage", unit.path)
    if Person.objects.filter(username=username).exists():
        raise Invalid(f"账号“{username}”已有人使用,请换一个。", {"username": "账号重复。"})
    with transaction.atomic():
        person = Person(username=username, name=name, phone=phone, must_change_password=True, is_synthetic=is_synthetic)
        person.set_password(password)
        person.save(force_insert=True)
        write_entry(
            actor=actor, verb="新增人员", subject_type="person", subject_id=person.id, subject_name=name,
            unit_path=unit.path,
        )  # fmt: skip
    return person


def appoint(
    *, actor: Actor, person: Person, unit: Unit, role: str, starts: date | None = None, ends: date | None = None,
    title: str = "", deputy_for: Post | None = None,
) -> Post:  # fmt: skip
    """Give a person a post. The role must belong to the unit's rank."""
    require(actor, "people.manage", unit.path)
    if unit.rank not in ROLES[role].ranks:
        raise Invalid(f"{unit.get_rank_display()}没有“{ROLES[role].name}”这个岗位。", {"role": "岗位与单位层级不符。"})
    starts = starts or clock.today()
    if ends and ends < starts:
        raise Invalid("岗位的结束日期早于开始日期。", {"ends": "结束日期早于开始日期。"})
    with transaction.atomic():
        post = Post.objects.create(
            person=person, role=role, title=title, starts=starts, ends=ends, deputy_for=deputy_for, **scope_of(unit)
        )
        write_entry(
            actor=actor, verb="任命岗位", subject_type="post", subject_id=post.id,
            subject_name=f"{person.name} {ROLES[role].name}", unit_path=unit.path,
            changes={"role": role, "starts": starts.isoformat()},
        )  # fmt: skip
        _tell_listeners(post)
    return post


def dismiss(*, actor: Actor, post: Post, ends: date) -> Post:
    """End a post on a day; what was done in it stays."""
    require(actor, "people.manage", post.unit_path)
    with transaction.atomic():
        post.ends = ends
        post.save(update_fields=["ends"])
        write_entry(
            actor=actor, verb="免去岗位", subject_type="post", subject_id=post.id, subject_name=str(post),
            unit_path=post.unit_path, changes={"ends": ends.isoformat()},
        )  # fmt: skip
        _tell_listeners(post)
    return post


def _tell_listeners(post: Post) -> None:
    for listener in settings.XIAOAN_POST_LISTENERS:
        import_string(listener)(post)
