"""People and posts from a workbook: what each row would do, then all good rows in one transaction."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import make_entry
from xiaoan.ground.people.handing import Handed
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.passwords import new_first_password
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.services import ACCOUNT, check_post
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.ground.units.workbook import Column, Row
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid

MOST = 5000
BATCH = 500
PHONE = re.compile(r"^[0-9+\- ]{5,20}$")
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
ROLE_BY_NAME = {role.name: role.key for role in ROLES.values()}

COLUMNS = [
    Column(
        "账号", "登录时用，建议用手机号或工号，全平台不能重复。同一个人有几个岗位时写几行，账号相同。", required=True
    ),
    Column("姓名", "", required=True),
    Column("手机", "选填"),
    Column("单位", "单位全称，或学校的 10 位标识码。有同名单位时请填标识码。", required=True, width=28),
    Column("岗位", "从列表里选", choices=tuple(ROLE_BY_NAME), required=True, width=18),
    Column("开始日期", "如 2026-09-01;不填为今天"),
    Column("结束日期", "岗位的最后一天；长期任职不用填"),
]
REQUIRED = [column.heading for column in COLUMNS if column.required]
T = TypeVar("T")


@dataclass
class Planned:
    """One row: what it would make, or the reasons why it makes nothing."""

    row: Row
    username: str = ""
    name: str = ""
    phone: str = ""
    unit: Unit | None = None
    role: str = ""
    starts: date = date.min
    ends: date | None = None
    person: Person | None = None
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    good: list[Planned]
    bad: list[Planned]


def plan_people(*, actor: Actor, rows: Sequence[Row]) -> Plan:
    """Look at every row without writing. The reasons are sentences for the person who filled in the workbook."""
    require(actor, "people.manage", actor.scope)
    if len(rows) > MOST:
        raise Invalid(f"一次最多导入 {MOST:,} 行，这个表格有 {len(rows):,} 行，请分成几个文件。")
    planned = [_read(row) for row in rows]
    _find_units(actor, planned)
    _find_people(actor, planned)
    _find_clashes(planned)
    for one in planned:
        _check_post(one)
    return Plan([p for p in planned if not p.reasons], [p for p in planned if p.reasons])


def import_people(
    *, actor: Actor, rows: Sequence[Row], beat: Callable[[int, int], None] = lambda done, all_: None
) -> tuple[list[Handed], Plan]:
    """Make the people and posts of all good rows at once; returns the first passwords, told only here, and the plan.

    `beat(done, all)` is called now and then: a job may show how far it is.
    """
    try:
        with transaction.atomic():
            plan = plan_people(actor=actor, rows=rows)
            if not plan.good:
                raise Invalid("没有一行可以导入。请下载带原因的表格，改好后重新上传。")
            handed = _make_people(actor, plan.good)
            _make_posts(actor, plan.good, beat)
    except IntegrityError:  # somebody took an account between the look and the write
        raise Invalid("刚才有人用了表里的账号，这次一行都没有写入。请看下面新的结果，再确认一次。") from None
    return handed, plan


def parse_day(text: str) -> date | None:
    """A day as people write it: 2026-09-01, 2026/9/1, 2026年9月1日. None when empty; ValueError when it is none."""
    if not text:
        return None
    found = DAY.match(text)
    if not found:
        raise ValueError(text)
    return date(*(int(part) for part in found.groups()))


def _read(row: Row) -> Planned:
    one = Planned(row, row.get("账号"), row.get("姓名")[:60], row.get("手机"))
    if not ACCOUNT.match(one.username):
        one.reasons.append(
            "账号没有填写。" if not one.username else "账号只能用字母、数字、汉字和 . @ + - _,至少 2 个。"
        )
    if not one.name:
        one.reasons.append("姓名没有填写。")
    if one.phone and not PHONE.match(one.phone):
        one.reasons.append(f"手机“{one.phone}”不是电话号码。")
    one.role = ROLE_BY_NAME.get(row.get("岗位"), "")
    if not one.role:
        one.reasons.append(
            f"没有“{row.get('岗位')}”这个岗位，请从模板的列表里选。" if row.get("岗位") else "岗位没有填写。"
        )
    _read_days(one)
    return one


def _read_days(one: Planned) -> None:
    for heading in ("开始日期", "结束日期"):
        try:
            day = parse_day(one.row.get(heading))
        except ValueError:
            one.reasons.append(f"{heading}“{one.row.get(heading)}”不是日期，请写成 2026-09-01 这样。")
            continue
        if heading == "开始日期":
            one.starts = day or clock.today()
        else:
            one.ends = day


def _find_units(actor: Actor, planned: list[Planned]) -> None:
    wanted = sorted({one.row.get("单位") for one in planned} - {""})
    units: dict[str, list[Unit]] = {}
    for some in _chunks(wanted):
        near = Unit.objects.under(actor.scope)
        for unit in near.filter(name__in=some).union(near.filter(identifier__in=some)):
            for key in {unit.name, unit.identifier}:
                units.setdefault(key, []).append(unit)
    for one in planned:
        _settle_unit(one, units.get(one.row.get("单位"), []))


def _settle_unit(one: Planned, found: list[Unit]) -> None:
    named = one.row.get("单位")
    if not named:
        one.reasons.append("单位没有填写。")
    elif not found:
        one.reasons.append(f"您的管理范围内没有“{named}”这个单位，请核对全称或标识码。")
    elif len(found) > 1:
        one.reasons.append(f"有 {len(found)} 个单位都叫“{named}”，请改填 10 位标识码。")
    else:
        one.unit = found[0]


def _find_people(actor: Actor, planned: list[Planned]) -> None:
    """Match accounts that exist: the row then only adds a post, if it is the same person and ours to manage."""
    known: dict[str, Person] = {}
    for some in _chunks(sorted({one.username for one in planned})):
        known |= {p.username: p for p in Person.objects.filter(username__in=some)}
    ours: set[Any] = set()
    for ids in _chunks([p.id for p in known.values()]):
        ours |= set(Post.objects.under(actor.scope).filter(person_id__in=ids).values_list("person_id", flat=True))
    for one in planned:
        person = known.get(one.username)
        if person is None:
            continue
        if person.id not in ours or person.name != one.name:
            one.reasons.append(f"账号“{one.username}”已有人使用，请换一个。")
        elif person.id == actor.person_id:
            one.reasons.append("不能给自己任命岗位。")
        one.person = person


def _find_clashes(planned: list[Planned]) -> None:
    """Rows that contradict an earlier one: one account with two names, or the same post twice."""
    names: dict[str, Planned] = {}
    posts: dict[tuple[str, Any, str], Planned] = {}
    for one in planned:
        first = names.setdefault(one.username, one)
        if one.username and first.name != one.name:
            one.reasons.append(f"账号“{one.username}”在第 {first.row.line} 行是“{first.name}”，一个账号只能是一个人。")
        key = (one.username, one.unit and one.unit.id, one.role)
        same = posts.setdefault(key, one)
        if same is not one and all(key):
            one.reasons.append(f"与第 {same.row.line} 行重复。")


def _check_post(one: Planned) -> None:
    if one.reasons or one.unit is None:
        return
    try:
        check_post(one.person, one.unit, one.role, one.starts, one.ends)
    except Invalid as why:
        one.reasons.append(why.sentence)


def _make_people(actor: Actor, good: list[Planned]) -> list[Handed]:
    """Save the new people; several rows of one account make one person."""
    made: dict[str, Person] = {}
    handed, entries = [], []
    for one in good:
        if one.person is None and one.username not in made:
            first = new_first_password()
            made[one.username] = _person(one, first)
            assert one.unit is not None  # checked by the plan
            handed.append(Handed(one.username, one.name, one.unit.name, ROLES[one.role].name, first))
            entries.append(_entry(actor, "新增人员", "person", made[one.username].id, one.name, one.unit))
        one.person = one.person or made[one.username]
    Person.objects.bulk_create(made.values(), batch_size=BATCH)
    Entry.objects.bulk_create(entries, batch_size=BATCH)
    return handed


def _person(one: Planned, first: str) -> Person:
    return Person(
        username=one.username, name=one.name, phone=one.phone, must_change_password=True,
        password_set_on=clock.today(), password=make_password(first, hasher="first"),
    )  # fmt: skip


def _make_posts(actor: Actor, good: list[Planned], beat: Callable[[int, int], None]) -> None:
    posts, entries = [], []
    for one in good:
        assert one.unit is not None and one.person is not None  # checked by the plan, set by _make_people
        post = Post(person=one.person, role=one.role, starts=one.starts, ends=one.ends, **scope_of(one.unit))
        posts.append(post)
        name = f"{one.name} {ROLES[one.role].name}"
        changes = {"role": one.role, "starts": one.starts.isoformat(), "ends": one.ends.isoformat() if one.ends else ""}
        entries.append(_entry(actor, "任命岗位", "post", post.id, name, one.unit, changes))
    Post.objects.bulk_create(posts, batch_size=BATCH)
    Entry.objects.bulk_create(entries, batch_size=BATCH)
    listeners = [import_string(listener) for listener in settings.XIAOAN_POST_LISTENERS]
    for done, post in enumerate(posts, 1):
        for listener in listeners:
            listener(post)
        if done % BATCH == 0:
            beat(done, len(posts))


def _entry(
    actor: Actor, verb: str, kind: str, subject_id: Any, name: str, unit: Unit, changes: dict[str, Any] | None = None
) -> Entry:
    return make_entry(
        actor=actor, verb=verb, subject_type=kind, subject_id=subject_id, subject_name=name, unit_path=unit.path,
        changes=changes,
    )  # fmt: skip


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rows = list(values)
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
