"""First passwords handed out by the workbook: made, told once, kept only as hashes."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.passwords import new_first_password
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid

HEADINGS = ["账号", "姓名", "单位", "岗位", "首次密码"]
BATCH = 500
MOST = 5000


@dataclass(frozen=True)
class Handed:
    """A first password, told once."""

    username: str
    name: str
    unit: str
    role: str
    first: str


def count_to_reissue(*, actor: Actor, unit: Unit) -> int:
    """How many at `unit` and below never signed in and have no post out of the actor's scope."""
    require(actor, "people.manage", unit.path)
    with wall.opened():
        return _never_in(actor, unit).values("person_id").distinct().count()


def reissue_first_passwords(*, actor: Actor, unit: Unit) -> list[Handed]:
    """New first passwords for all of them at once: when the workbook was lost, or the passwords have lapsed."""
    require(actor, "people.manage", unit.path)
    with transaction.atomic():
        with wall.opened():
            posts = {post.person_id: post for post in _never_in(actor, unit).select_related("person", "unit")}
        if not posts:
            raise Invalid(f"{unit.name}和下级没有还没登录过的人员，不用重发。")
        if len(posts) > MOST:
            raise Invalid(f"一次最多重发 {MOST:,} 人，这里有 {len(posts):,} 人，请到下级单位分别办理。")
        handed = [_hand(post) for post in posts.values()]
        people = [post.person for post in posts.values()]
        Person.objects.bulk_update(people, ["password", "password_set_on"], batch_size=BATCH)
        write_entry(
            actor=actor, verb="重发首次密码", subject_type="unit", subject_id=unit.id, subject_name=unit.name,
            unit_path=unit.path, changes={"count": len(people), "accounts": [p.username for p in people]},
        )  # fmt: skip
    return handed


def passwords_workbook(
    handed: Iterable[Handed], headings: Sequence[str] = (), left_out: Iterable[tuple[Mapping[str, str], str]] = ()
) -> bytes:
    """The workbook of first passwords; `left_out` are rows of an import with their reasons, on a second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    rows = [[one.username, one.name, one.unit, one.role, one.first] for one in handed]
    _sheet(book, "首次密码", HEADINGS, rows)
    rest = [[*[values.get(name, "") for name in headings[:-1]], reason] for values, reason in left_out]
    if rest:
        _sheet(book, "没有导入的行", headings, rest)
    book.close()
    return out.getvalue()


def _sheet(book: Any, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    head, plain = book.add_format({"bold": True, "bg_color": "#e8f0fb"}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(name)
    sheet.set_column(0, len(headings) - 1, 24, plain)
    sheet.write_row(0, 0, headings, head)
    for line, row in enumerate(rows, 1):
        sheet.write_row(line, 0, row, plain)


def _never_in(actor: Actor, unit: Unit) -> QuerySet[Post]:
    """Current posts at `unit` and below of people who never signed in, none of whose posts is out of scope. To be read
    with the wall opened: behind it nobody has a post elsewhere."""
    outside = Post.objects.current().filter(person=OuterRef("person")).exclude(below(actor.scope, "unit_path"))
    posts: QuerySet[Post] = Post.objects.current().under(unit.path).filter(
        ~Exists(outside), person__must_change_password=True, person__last_login__isnull=True
    )  # fmt: skip
    return posts


def _hand(post: Post) -> Handed:
    first = new_first_password()
    post.person.password, post.person.password_set_on = make_password(first, hasher="first"), clock.today()
    return Handed(post.person.username, post.person.name, post.unit.name, post.role_name, first)
