"""Naming keepers, key persons and contacts with them, mediation."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.matters.models import Contact, Keeper, KeyPerson, Matter, Mediation, Party
from xiaoan.matters.models.cases import CALM
from xiaoan.matters.models.people import DUTIES
from xiaoan.matters.seeing import require_in_case, require_keeper

KEY_PERSONS = "信访重点人员名单"


def name_keeper(*, actor: Actor, unit: Unit, post: Post, duty: str) -> Keeper:
    """Name a post of the unit for a duty. A school names for mediation only."""
    require(actor, "keepers.name", unit.path)
    _require_own(actor, unit)
    if duty not in DUTIES or (unit.is_school and duty != "mediation"):
        raise Invalid("请选择专人的职责。", {"duty": "请选择专人的职责。"})
    if post.unit_id != unit.id or not post.is_current():
        raise Invalid("请选择本单位现任的岗位。", {"post": "请选择本单位现任的岗位。"})
    try:
        with transaction.atomic():
            row = Keeper.objects.create(
                duty=duty, post=post, named_by=actor.name, named_at=clock.now(), **scope_of(unit)
            )
            _tell(actor, "指定专人", "keeper", row.id, f"{DUTIES[duty]} {post}", unit.path)
    except IntegrityError:
        raise Stale("这个岗位已经是专人。") from None
    return row


def end_keeper(*, actor: Actor, keeper: Keeper) -> None:
    """The post is no keeper any more."""
    require(actor, "keepers.name", keeper.unit_path)
    _require_own(actor, keeper.unit)
    with transaction.atomic():
        if not Keeper.objects.filter(id=keeper.id, ended_at__isnull=True).update(ended_at=clock.now()):
            raise Stale("这个岗位已经不是专人。")
        _tell(actor, "取消专人", "keeper", keeper.id, f"{DUTIES[keeper.duty]} {keeper.post}", keeper.unit_path)


def add_key_person(
    *, actor: Actor, unit: Unit, name: str, why: str, responsible: str, keeper: str, matter: Matter | None = None
) -> KeyPerson:
    """Put somebody on the list, with who looks after them. The journal holds no name."""
    require(actor, "disputes.read", unit.path)
    _require_own(actor, unit)
    require_keeper(actor, "petitions", KEY_PERSONS)
    told = {"name": name, "why": why, "responsible": responsible, "keeper": keeper}
    if wrong := {key: "请填写。" for key, value in told.items() if not value.strip()}:
        raise Invalid("姓名、原因、责任单位和联系人都要填写。", wrong)
    with transaction.atomic():
        row = KeyPerson.objects.create(
            name=name.strip()[:40], why=why.strip()[:300], responsible=responsible.strip()[:80], keeper=keeper.strip()[:40],
            matter=matter, made_at=clock.now(), made_by=actor.name, **scope_of(unit),
        )  # fmt: skip
        _tell(actor, "列入重点人员", "key_person", row.id, str(row), unit.path)
    return row


def end_key_person(*, actor: Actor, person: KeyPerson) -> None:
    """Take somebody off the list."""
    require(actor, "disputes.read", person.unit_path)
    require_keeper(actor, "petitions", KEY_PERSONS)
    with transaction.atomic():
        if not KeyPerson.objects.filter(id=person.id, ended_at__isnull=True).update(ended_at=clock.now()):
            raise Stale("已经移出名单。")
        _tell(actor, "移出重点人员", "key_person", person.id, str(person), person.unit_path)


def record_contact(
    *, actor: Actor, words: str, calm: str, matter: Matter | None = None, person: KeyPerson | None = None,
    at: datetime | None = None, contact_id: uuid.UUID | None = None,
) -> Contact:  # fmt: skip
    """Write down a talk or a visit: with who petitions (the school does), or with a key person (the keeper does)."""
    about = matter or person
    if about is None:
        raise Invalid("没有说明联系的是谁。")
    require(actor, "disputes.report", about.unit_path)
    if person is not None:
        require_keeper(actor, "petitions", KEY_PERSONS)
    wrong = {} if words.strip() else {"words": "请写一句谈了什么、情况怎样。"}
    if calm not in CALM:
        wrong["calm"] = "请选择现在的状态。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        row = Contact.objects.create(
            **({"id": contact_id} if contact_id else {}), matter=matter, key_person=person, words=words.strip()[:500],
            calm=calm, by=actor.name, at=at or clock.now(), **scope_of(about.unit),
        )  # fmt: skip
        latest = {"calm": calm, "contacted_at": row.at}
        if matter is not None:
            Matter.objects.filter(id=matter.id).update(**latest)
            KeyPerson.objects.filter(matter=matter, ended_at__isnull=True).update(**latest)
        if person is not None:
            KeyPerson.objects.filter(id=person.id).update(**latest)
        _tell(actor, "记录走访疏导", "contact", row.id, str(about), about.unit_path)
    return row


def add_party(*, actor: Actor, matter: Matter, person: Person) -> Party:
    """Let somebody who has to do with the case read its mediation: the unit's own people only."""
    require_in_case(actor, matter)
    if not Post.objects.current().filter(person=person, unit_path=matter.unit_path).exists():
        raise Invalid("只能加本单位现任的人员。", {"person": "只能加本单位现任的人员。"})
    with transaction.atomic():
        row, is_new = Party.objects.get_or_create(matter=matter, person=person, defaults=scope_of(matter.unit))
        if is_new:
            _tell(actor, "加入调解", "matter", matter.id, str(matter), matter.unit_path)
    return row


def record_mediation(*, actor: Actor, matter: Matter, words: str, at: datetime | None = None) -> Mediation:
    """Keep what was said and agreed in a mediation, for those in the case and the keeper alone."""
    require(actor, "disputes.report", matter.unit_path)
    require_in_case(actor, matter)
    if matter.family != "dispute":
        raise Invalid("只有矛盾纠纷有调解记录。")
    if not words.strip():
        raise Invalid("请写明调解经过和结果。", {"words": "请写明调解经过和结果。"})
    with transaction.atomic():
        row = Mediation.objects.create(
            matter=matter, words=words.strip()[:4000], by=actor.name, at=at or clock.now(), **scope_of(matter.unit)
        )
        _tell(actor, "记录调解", "matter", matter.id, str(matter), matter.unit_path)
    return row


def _require_own(actor: Actor, unit: Unit) -> None:
    if actor.unit_path != unit.path and not actor.is_system:
        raise NotAllowed("由单位自己办理。")


def _tell(actor: Actor, verb: str, kind: str, subject: uuid.UUID, name: str, path: str) -> None:
    write_entry(actor=actor, verb=verb, subject_type=kind, subject_id=subject, subject_name=name, unit_path=path)
