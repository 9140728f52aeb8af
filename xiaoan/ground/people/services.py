"""Every change of people and posts."""

import re
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import FormerPassword, Person, Post
from xiaoan.ground.people.passwords import new_first_password
from xiaoan.ground.people.rights import current_posts, self_actor
from xiaoan.ground.people.roles import APART, ROLES
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale

ABOVE_SAFETY_DIRECTOR = {"principal", "system_administrator"}
ACCOUNT = re.compile(r"^[\w.@+-]{2,150}$")


def create_person(
    *, actor: Actor, unit: Unit, username: str, name: str, password: str, phone: str = "", is_synthetic: bool = False
) -> Person:
    """A new person known to `unit`. The first password must be changed at the first sign-in."""
    return _add_person(actor, unit, username, name, phone, make_password(password), is_synthetic)


def enrol(
    *, actor: Actor, unit: Unit, username: str, name: str, role: str, phone: str = "", starts: date | None = None,
    ends: date | None = None,
) -> tuple[Post, str]:  # fmt: skip
    """A new person with a first post at `unit`. Returns the post and the first password, told only here."""
    first = new_first_password()
    with transaction.atomic():
        person = _add_person(actor, unit, username, name, phone, make_password(first, hasher="first"))
        post = appoint(actor=actor, person=person, unit=unit, role=role, starts=starts, ends=ends)
    return post, first


def _add_person(
    actor: Actor, unit: Unit, username: str, name: str, phone: str, hashed: str, is_synthetic: bool = False
) -> Person:
    require(actor, "people.manage", unit.path)
    if not ACCOUNT.match(username):
        raise Invalid("账号只能用字母、数字、汉字和 . @ + - _,至少 2 个。", {"username": "账号的写法不对。"})
    if Person.objects.filter(username=username).exists():
        raise _taken(username)
    person = Person(
        username=username, name=name, phone=phone, password=hashed, must_change_password=True,
        password_set_on=clock.today(), is_synthetic=is_synthetic,
    )  # fmt: skip
    with transaction.atomic():
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:  # somebody took it since we looked
            raise _taken(username) from None
        write_entry(
            actor=actor, verb="新增人员", subject_type="person", subject_id=person.id, subject_name=name,
            unit_path=unit.path,
        )  # fmt: skip
    return person


def _taken(username: str) -> Invalid:
    return Invalid(f"账号“{username}”已有人使用，请换一个。", {"username": "账号重复。"})


def change_person(*, actor: Actor, person: Person, name: str, phone: str) -> Person:
    """Put a person's name and phone right. What was written under the old name keeps it."""
    path = require_whole(actor, person)
    if not name.strip():
        raise Invalid("姓名没有填写。", {"name": "姓名没有填写。"})
    changes = {
        field: [getattr(person, field), new]
        for field, new in (("name", name.strip()), ("phone", phone.strip()))
        if getattr(person, field) != new
    }
    with transaction.atomic():
        person.name, person.phone = name.strip(), phone.strip()
        person.save(update_fields=["name", "phone"])
        write_entry(
            actor=actor, verb="修改人员", subject_type="person", subject_id=person.id, subject_name=person.name,
            unit_path=path, changes=changes,
        )  # fmt: skip
    return person


def appoint(
    *, actor: Actor, person: Person, unit: Unit, role: str, starts: date | None = None, ends: date | None = None,
    title: str = "", deputy_for: Post | None = None,
) -> Post:  # fmt: skip
    """Give a person a post. The role must belong to the unit's rank."""
    require(actor, "people.manage", unit.path)
    _not_oneself(actor, person)
    _not_above(actor, role)
    starts = starts or clock.today()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # one appointment of a person at a time
        check_post(person, unit, role, starts, ends)
        post = Post.objects.create(
            person=person, role=role, title=title, starts=starts, ends=ends, deputy_for=deputy_for, **scope_of(unit)
        )
        write_entry(
            actor=actor, verb="任命代理" if deputy_for else "任命岗位", subject_type="post", subject_id=post.id,
            subject_name=f"{person.name} {ROLES[role].name}", unit_path=unit.path,
            changes={"role": role, "starts": starts.isoformat(), "ends": ends.isoformat() if ends else ""},
        )  # fmt: skip
        _tell_listeners(post)
    return post


def _not_above(actor: Actor, role: str) -> None:
    """A safety director looks after the school's people, but not after those who are set over the post."""
    if actor.role == "safety_director" and role in ABOVE_SAFETY_DIRECTOR:
        raise NotAllowed("校长（园长）和系统管理员由校长或上级任免、重置，安全主任不能操作。")


def appoint_deputy(*, actor: Actor, post: Post, person: Person, starts: date, ends: date | None) -> Post:
    """Let another person stand in for the holder of `post` until a day."""
    require(actor, "people.manage", post.unit_path)
    if post.deputy_for_id:
        raise Invalid("代理的岗位不能再找人代理，请从原岗位重新指定代理人。")
    if person.id == post.person_id:
        raise Invalid("代理人不能是本人，请填另一个人的账号。", {"username": "代理人不能是本人。"})
    if ends is None:
        raise Invalid("请填写代理到哪一天为止。", {"ends": "代理必须有结束日期。"})
    return appoint(
        actor=actor, person=person, unit=post.unit, role=post.role, title=post.title, starts=starts, ends=ends,
        deputy_for=post,
    )  # fmt: skip


def dismiss(*, actor: Actor, post: Post, ends: date) -> Post:
    """End a post; `ends` is its last day. What was done in it stays."""
    require(actor, "people.manage", post.unit_path)
    if actor.is_person(post.person_id):
        raise NotAllowed("不能免去自己的岗位，请由本单位的其他管理人员或上级办理。")
    if ends < post.starts - timedelta(days=1):
        raise Invalid(f"最后一天不能早于上任的 {post.starts:%Y年%m月%d日}。", {"ends": "最后一天早于开始日期。"})
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, ends=post.ends).update(ends=ends):
            raise Stale("这个岗位刚被别人改过，请刷新页面后再办。")
        post.ends = ends
        write_entry(
            actor=actor, verb="免去岗位", subject_type="post", subject_id=post.id, subject_name=str(post),
            unit_path=post.unit_path, changes={"ends": ends.isoformat()},
        )  # fmt: skip
        _tell_listeners(post)
    return post


def change_own_password(*, person: Person, password: str, where: str = "") -> None:
    """Replace one's own password; the sentence of the rules was checked by the form."""
    with transaction.atomic():
        FormerPassword.objects.create(person=person, password=person.password)
        person.set_password(password)
        person.must_change_password, person.password_set_on = False, clock.today()
        person.save(update_fields=["password", "must_change_password", "password_set_on"])
        write_entry(
            actor=self_actor(person, where), verb="更换密码", subject_type="person", subject_id=person.id,
            subject_name=person.name,
        )  # fmt: skip


def reset_first_password(*, actor: Actor, person: Person) -> str:
    """Give a person a new first password, without second factor and identities, and end their sessions.
    It is told only here."""
    path = require_whole(actor, person)
    for post in Post.objects.current().filter(person=person):
        _not_above(actor, post.role)
    first = new_first_password()
    with transaction.atomic():
        person.password = make_password(first, hasher="first")
        person.must_change_password, person.password_set_on = True, clock.today()
        person.is_active = True  # closed for want of use: who is given a password is wanted again
        person.save(update_fields=["password", "must_change_password", "password_set_on", "is_active"])
        Authenticator.objects.filter(user=person).delete()
        SocialAccount.objects.filter(user=person).delete()
        write_entry(
            actor=actor, verb="重置密码", subject_type="person", subject_id=person.id, subject_name=person.name,
            unit_path=path,
        )  # fmt: skip
    return first


def require_whole(actor: Actor, person: Person) -> str:
    """Raise unless the actor manages every current post of the person: or a school could take over a county's
    account. Returns the path of the person's unit."""
    with wall.opened():
        posts = current_posts(person) or list(Post.objects.filter(person=person).order_by("-starts")[:1])
    if not any(actor.sees(post.unit_path) for post in posts):
        raise NotKnown("没有这个人员，或者不在您的管理范围内。")
    if not all(actor.may("people.manage", post.unit_path) for post in posts):
        raise NotAllowed("这位人员在您的管理范围以外还有岗位，请由上级单位的系统管理员办理。")
    return posts[0].unit_path


def check_post(person: Person | None, unit: Unit, role: str, starts: date, ends: date | None) -> None:
    """Raise Invalid unless the role belongs to the unit's rank, the days are in order and the post is not held yet."""
    if role not in ROLES:
        raise Invalid("请选择岗位。", {"role": "没有这个岗位。"})
    if unit.rank not in ROLES[role].ranks:
        raise Invalid(f"{unit.get_rank_display()}没有“{ROLES[role].name}”这个岗位。", {"role": "岗位与单位层级不符。"})
    if not unit.is_open:
        raise Invalid(f"{unit.name}已撤销，不能再任命岗位。", {"unit": "单位已撤销。"})
    if ends and ends < starts:
        raise Invalid("岗位的结束日期早于开始日期。", {"ends": "结束日期早于开始日期。"})
    if person and role in APART and _holds_any(person, APART - {role}):
        raise Invalid(
            f"{person.name}不能同时担任系统管理员和审计员：谁管系统，谁就不审计系统。", {"role": "与现任岗位不相容。"}
        )
    if person and _holds(person, unit, role, starts, ends):
        raise Invalid(f"{person.name}这段时间已在{unit.name}担任{ROLES[role].name}。", {"role": "岗位重复。"})


def _holds_any(person: Person, roles: frozenset[str]) -> bool:
    with wall.opened():
        return Post.objects.current().filter(person=person, role__in=roles).exists()


def by_account(username: str) -> Person:
    """Who has this account. Raises Invalid."""
    found = Person.objects.filter(username=username.strip()).first()
    if found is None:
        raise Invalid(f"没有账号“{username[:40]}”。请核对，或先新增人员。", {"username": "没有这个账号。"})
    return found


def _holds(person: Person, unit: Unit, role: str, starts: date, ends: date | None) -> bool:
    held = Post.objects.filter(person=person, unit=unit, role=role).filter(Q(ends__isnull=True) | Q(ends__gte=starts))
    return (held.filter(starts__lte=ends) if ends else held).exists()


def _not_oneself(actor: Actor, person: Person) -> None:
    if actor.is_person(person.id):
        raise NotAllowed("不能给自己任命岗位，请由本单位的其他管理人员或上级办理。")


def _tell_listeners(post: Post) -> None:
    for listener in settings.XIAOAN_POST_LISTENERS:
        import_string(listener)(post)
