"""Posts and who holds them: reading, appointing somebody who has an account, ending. Accounts, passwords and phone numbers
are not handed to other systems."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.engines.resource.declare import Column, Filter, Options, Resource
from xiaoan.ground.people.models import Person, Post, in_force
from xiaoan.ground.people.queries import post_seen_by
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.services import appoint, by_account, dismiss
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import scope
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import read_id


def _rows(actor: Actor) -> QuerySet[Post]:
    return Post.objects.visible_to(actor, "people.read").select_related("person", "unit", "deputy_for")


def _roles(actor: Actor) -> Options:
    return [(role.key, role.name) for role in ROLES.values()]


def _by_name(rows: QuerySet[Post], words: str, actor: Actor) -> QuerySet[Post]:
    return rows.filter(person__in=Person.objects.filter(name__startswith=words))


def _by_unit(rows: QuerySet[Post], value: str, actor: Actor) -> QuerySet[Post]:
    """A unit and all below it."""
    wanted = read_id(value)
    found = Unit.objects.under(actor.scope).filter(id=wanted).first() if wanted else None
    return rows.filter(scope(found.path)) if found else rows.none()


def _by_state(rows: QuerySet[Post], value: str, actor: Actor) -> QuerySet[Post]:
    return rows if value == "all" else rows.filter(in_force(clock.today()))


def _detail(actor: Actor) -> Sequence[Column]:
    return [Column("deputy_for", "代理哪个岗位", lambda p: p.deputy_for_id, type=uuid.UUID)]


POSTS = Resource(
    key="posts",
    one="post",
    name="岗位",
    right="people.read",
    rows=_rows,
    columns=[
        Column("name", "姓名", lambda p: p.person.name),
        Column("role", "岗位", lambda p: p.role),
        Column("role_name", "岗位名称", lambda p: p.role_name),
        Column("unit_name", "单位", lambda p: p.unit.name),
        Column("starts", "从", lambda p: p.starts, type=date),
        Column("ends", "到", lambda p: p.ends, type=date),
    ],
    filters=[
        Filter("role", "岗位", lambda rows, value, actor: rows.filter(role=value), options=_roles),
        Filter("unit", "单位编号", _by_unit, kind="words"),
        Filter("words", "姓名开头", _by_name, kind="words"),
        Filter(
            "state", "状态", _by_state,
            options=lambda actor: [("current", "在任"), ("all", "全部")], default="current",
        ),
    ],
    keys=[
        Column("unit", "单位编号", lambda p: p.unit_id, type=uuid.UUID),
        Column("person", "人员编号", lambda p: p.person_id, type=uuid.UUID),
    ],
    order=("-id",),
    href=lambda post: reverse("people:person", args=[post.person_id]),
    detail=_detail,
)  # fmt: skip

router = router_for(POSTS)
PostTold = detail_schema(POSTS)


class PostGiven(Schema):
    """`username` is the account of somebody who has one already."""

    username: str = Field(max_length=150)
    unit: uuid.UUID
    role: str = Field(max_length=24)
    title: str = Field("", max_length=40)
    starts: date | None = None
    ends: date | None = None


class EndGiven(Schema):
    ends: date = Field(description="最后一天")


@router.post("/", response={201: PostTold}, summary="任命岗位", url_name="list_posts")
@writes("people.manage")
def appoint_post(request: HttpRequest, given: PostGiven) -> Any:
    """Give somebody who has an account a post."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    unit = unit_below(actor, given.unit)
    post = appoint(
        actor=actor, person=by_account(given.username), unit=unit, role=given.role, title=given.title, starts=given.starts,
        ends=given.ends,
    )  # fmt: skip
    return detail_of(POSTS, actor, post)


@router.post("/{uuid:post}/end/", response=PostTold, summary="免去岗位", url_name="end_post")
@writes("people.manage")
def end(request: HttpRequest, post: uuid.UUID, given: EndGiven) -> Any:
    """End a post after its last day."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return detail_of(POSTS, actor, dismiss(actor=actor, post=post_seen_by(actor, post), ends=given.ends))
