"""What officers and others tell: hazards, suspicions, concerns; sending chosen ones up."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.hazards.services import report_hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.officers.flows import CONCERN
from xiaoan.officers.models import Concern, Group, Note, Officer, Report
from xiaoan.officers.seeing import find_concern, is_teacher, office_of

SOURCE = "student_officer"


def report_as_officer(
    *, actor: Actor, group: Group, words: str, place: str = "", photos: Sequence[str] = (), officer: Officer | None = None,
    happened_at: datetime | None = None, captured_at: datetime | None = None, report_id: uuid.UUID | None = None,
) -> Report:  # fmt: skip
    """A hazard that the group's officer found; it goes the way of every hazard, told in the group's name, not the pupil's."""
    require(actor, "officers.report", group.unit_path)
    officer = officer or _officer_for(actor, group)
    key = report_id or new_id()
    if sent := Report.objects.filter(id=key).first():
        return _same(sent, group.unit)
    with transaction.atomic():
        hazard = report_hazard(
            actor=_nameless(actor, group), unit=group.unit, words=words, place=place or group.name, photos=photos, source=SOURCE,
            origin=("officer_report", key), happened_at=happened_at, captured_at=captured_at, hazard_id=key,
            reporter=_label(group),
        )  # fmt: skip
        return Report.objects.create(
            id=key, kind="hazard", group=group, officer=officer, hazard=hazard, words=hazard.words[:500], place=hazard.place[:80],
            by=_label(group), by_id=actor.person_id, at=happened_at or clock.now(), **scope_of(group.unit),
        )  # fmt: skip


def report_suspicion(
    *, actor: Actor, unit: Unit, words: str, place: str = "", group: Group | None = None, officer: Officer | None = None,
    happened_at: datetime | None = None, report_id: uuid.UUID | None = None,
) -> Report:  # fmt: skip
    """Somebody or something looks suspicious: whoever is on duty sees it at once."""
    require(actor, "officers.report", unit.path)
    if not words.strip():
        raise Invalid("请写看到了什么。", {"words": "请写看到了什么。"})
    key = report_id or new_id()
    if sent := Report.objects.filter(id=key).first():
        return _same(sent, unit)
    officer = officer or office_of(actor)
    group = group or (officer.group if officer else None)
    who = _label(group) if group and officer else actor.name
    with transaction.atomic():
        row = Report.objects.create(
            id=key, kind="suspicion", group=group, officer=officer, words=words.strip()[:500], place=place.strip()[:80], by=who,
            by_id=actor.person_id, at=happened_at or clock.now(), **scope_of(unit),
        )  # fmt: skip
        _tell(actor.named(who), "报告可疑情况", row)
    return row


def handle_suspicion(*, actor: Actor, report: Report, how: str) -> Report:
    """The duty person says what was done."""
    require(actor, "suspicions.handle", report.unit_path)
    if actor.unit_path != report.unit_path and not actor.is_system:
        raise NotAllowed("由本校值班人员处理。")
    if not how.strip():
        raise Invalid("请写怎样处理的。", {"how": "请写怎样处理的。"})
    told = {"handled_by": actor.name, "handled_at": clock.now(), "how": how.strip()[:300]}
    with transaction.atomic():
        if not Report.objects.filter(id=report.id, kind="suspicion", handled_at__isnull=True).update(**told):
            raise Stale("已经有人处理了，请看最新情况。")
        report.refresh_from_db()
        _tell(actor, "处理可疑情况", report)
    return report


def see_reports(*, actor: Actor, group: Group) -> int:
    """The teacher has opened the group's page: what was new is seen, with its time."""
    if not is_teacher(actor, group):
        return 0
    rows = Report.objects.filter(group=group, seen_at__isnull=True)
    return rows.update(seen_at=clock.now(), seen_by=actor.name)


def send_up(*, actor: Actor, group: Group, reports: Sequence[uuid.UUID]) -> int:
    """The teacher sends chosen lines of the ledger to the school, with the time."""
    require(actor, "officers.keep", group.unit_path)
    if not (is_teacher(actor, group) or (actor.role in SCHOOL_LEADS and actor.unit_path == group.unit_path)):
        raise NotAllowed("由这个班的班主任报送。")
    with transaction.atomic():
        rows = Report.objects.filter(group=group, id__in=list(reports), sent_at__isnull=True)
        number = rows.update(sent_at=clock.now(), sent_by=actor.name)
        if not number:
            raise Invalid("请选择还没有报送的内容。", {"reports": "请选择还没有报送的内容。"})
        _write(actor, "报送台账", "group", group.id, group.name, group.unit_path, {"reports": number})
    return number


def take_sent(*, actor: Actor, report: Report) -> Report:
    """A lead of the school has seen what was sent up."""
    require(actor, "officers.keep", report.unit_path)
    if actor.role not in SCHOOL_LEADS or actor.unit_path != report.unit_path:
        raise NotAllowed("由学校负责人签收。")
    with transaction.atomic():
        rows = Report.objects.filter(id=report.id, sent_at__isnull=False, taken_at__isnull=True)
        if not rows.update(taken_at=clock.now(), taken_by=actor.name):
            raise Stale("还没有报送，或者已经签收。")
        report.refresh_from_db()
        _tell(actor, "签收台账", report)
    return report


def report_concern(
    *, actor: Actor, group: Group, pupil: str, words: str, at: datetime | None = None, concern_id: uuid.UUID | None = None,
    by: str = "",
) -> Concern:  # fmt: skip
    """Worry about a pupil, in private. Neither name nor words stand anywhere but in the concern itself."""
    require(actor, "concerns.report", group.unit_path)
    wrong = {} if words.strip() else {"words": "请写为什么担心。"}
    if not pupil.strip():
        wrong["pupil"] = "请写是哪一位同学。"
    if group.kind != "class":
        wrong["group"] = "请选择这位同学的班级。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    officer = office_of(actor)
    who = by or (_label(officer.group) if officer else actor.name)
    try:
        with transaction.atomic():
            row = Concern.objects.create(
                id=concern_id or new_id(), group=group, pupil=pupil.strip()[:40], words=words.strip()[:1000], by=who,
                at=at or clock.now(), **scope_of(group.unit),
            )  # fmt: skip
            _write(actor.named(who), "报告关心事项", CONCERN.key, row.id, str(row), row.unit_path)
    except IntegrityError:
        return Concern.objects.get(id=concern_id)  # type: ignore[misc]  # the same command arrived twice
    return row


def follow_concern(*, actor: Actor, concern: Concern, words: str, move: str = "", seen: int | None = None) -> Concern:
    """One of its two readers writes down what was done, and moves it on if they say so."""
    find_concern(actor, concern.id)
    if not words.strip():
        raise Invalid("请写做了什么、情况怎样。", {"words": "请写做了什么、情况怎样。"})
    with transaction.atomic():
        if move:
            run_move(CONCERN, actor=actor, case=concern, move=move, seen=seen)
        Note.objects.create(
            concern=concern, words=words.strip()[:1000], by=actor.name, at=clock.now(), **scope_of(concern.unit)
        )
    return concern


def _officer_for(actor: Actor, group: Group) -> Officer | None:
    """The officer who reports: the actor, or the one in whose name the group's teacher writes it down."""
    own = office_of(actor)
    if own and own.group_id == group.id:
        return own
    if actor.role == "student_officer":
        raise NotAllowed("您不是这个班（宿舍）的安全员，请选自己的班级。")
    return Officer.objects.filter(group=group, ended_on__isnull=True).first()


def _label(group: Group) -> str:
    return f"{group.name}安全员"


def _nameless(actor: Actor, group: Group) -> Actor:
    """The same person under the group's name: a pupil's name leaves the school in no case and no journal entry."""
    return actor.named(_label(group)) if actor.role == "student_officer" or actor.is_system else actor


def _same(sent: Report, unit: Unit) -> Report:
    if sent.unit_id != unit.id:
        raise NotKnown("这个编号已用在别的记录上，请重新填写一次。")
    return sent


def _tell(actor: Actor, verb: str, report: Report) -> None:
    _write(actor, verb, "officer_report", report.id, str(report), report.unit_path)


def _write(
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
