"""Who sees a pupil's name, who reads a concern, who is on duty."""

import uuid

from django.db.models import Q, QuerySet

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, NotKnown
from xiaoan.officers.models import Concern, Counsellor, Group, Officer, Watch

NOT_HERE = "没有这个班级或宿舍，或者它不在您的管理范围内。"
PRIVATE = "这是私下报告的内容，只给该班班主任和心理辅导员看。这次请求已经记入操作日志。"


def find_group(actor: Actor, group_id: uuid.UUID) -> Group:
    """The group, to those who may know of it. Raises NotKnown."""
    rows = Group.objects.visible_to(actor, "officers.read").select_related("unit", "teacher__person")
    found: Group | None = rows.filter(id=group_id).first()
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def is_teacher(actor: Actor, group: Group) -> bool:
    """Whether the actor looks after the group: in the post that was named, or standing in for it."""
    if group.teacher_id is None or actor.post_id is None:
        return False
    standing_in = Post.objects.current().filter(id=actor.post_id, deputy_for=group.teacher_id)
    return actor.post_id == group.teacher_id or standing_in.exists()


def sees_names(actor: Actor, group: Group) -> bool:
    """Inside the school only: its leads and the group's own teacher."""
    if actor.unit_path != group.unit_path:
        return False
    return actor.role in SCHOOL_LEADS or is_teacher(actor, group)


def own_groups(actor: Actor) -> QuerySet[Group]:
    """Groups that the actor looks after as a teacher."""
    stands_for = Post.objects.current().filter(id=actor.post_id, deputy_for__isnull=False).values("deputy_for")
    rows = Group.objects.filter(Q(teacher=actor.post_id) | Q(teacher__in=stands_for), ended_on__isnull=True)
    return rows.filter(unit_path=actor.unit_path) if actor.post_id else rows.none()


def office_of(actor: Actor) -> Officer | None:
    """The group of which the actor is the officer, by account."""
    if actor.person_id is None:
        return None
    rows = Officer.objects.filter(person_id=actor.person_id, unit_path=actor.unit_path, ended_on__isnull=True)
    return rows.select_related("group", "unit").first()


def is_counsellor(actor: Actor) -> bool:
    rows = Counsellor.objects.filter(unit_path=actor.unit_path, ended_at__isnull=True)
    return actor.post_id is not None and rows.filter(post_id=actor.post_id).exists()


def concerns_for(actor: Actor) -> QuerySet[Concern]:
    """Concerns of the actor's own classes; of the whole school for its counsellor. Nobody else, the system not either."""
    rows = Concern.objects.filter(unit_path=actor.unit_path).select_related("group", "unit")
    return rows if is_counsellor(actor) else rows.filter(group__in=own_groups(actor).filter(kind="class"))


def find_concern(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """The concern, to its two readers. Everybody else is refused, and that is written down."""
    found = concerns_for(actor).filter(id=concern_id).first() if actor.holds("concerns.follow") else None
    if found is not None:
        return found
    write_entry(
        actor=actor, verb="查看被拒绝", subject_type="refusal", subject_id=concern_id, subject_name="关心事项",
        unit_path=actor.unit_path,
    )  # fmt: skip
    if Concern.objects.filter(id=concern_id, unit_path=actor.unit_path).exists():
        raise NotAllowed(PRIVATE)
    raise NotKnown("没有这件事，或者它不给您看。这次请求已经记入操作日志。")


def is_on_duty(actor: Actor) -> bool:
    """Whether the actor is on duty today; where nobody is named, the leads and the guards are."""
    named = set(Watch.objects.filter(unit_path=actor.unit_path, on=clock.today()).values_list("post_id", flat=True))
    return actor.post_id in named if named else actor.role in SCHOOL_LEADS | {"guard"}
