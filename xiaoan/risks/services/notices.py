"""Publishing the risks inside a school, and counting who opened the notice."""

from django.db import IntegrityError, transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.roles import SCHOOL_STAFF
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import Notice, Opening, Reader
from xiaoan.risks.queries import controls_by_point, points_of


def publish_notice(*, actor: Actor, unit: Unit, title: str, words: str = "", lowest: int = 4) -> Notice:
    """Publish the list as it is now, down to the level `lowest`; the notice before it is kept but no longer current."""
    require(actor, "risks.announce", unit.path)
    points = [p for p in points_of(unit) if p.is_assessed and p.level <= lowest]
    if not title.strip():
        raise Invalid("请写公告标题。", {"title": "请写公告标题。"})
    if not points:
        raise Invalid("没有评估过的风险点，公告里没有内容。请先评估。")
    measures = controls_by_point(points)
    row = Notice(
        title=title.strip()[:80], words=words.strip()[:500], at=clock.now(), by=actor.name, **scope_of(unit),
        points=[
            {"id": str(p.id), "name": p.name, "code": p.code, "level": p.level, "place": p.place, "owner": p.owner,
             "post": p.post, "measures": [c.words for c in measures.get(p.id, ())][:4]}
            for p in points
        ],
    )  # fmt: skip
    with transaction.atomic():
        Notice.objects.filter(unit_path=unit.path, is_current=True).update(is_current=False)
        row.save(force_insert=True)
        write_entry(
            actor=actor, verb="发布风险公告", subject_type="notice", subject_id=row.id, subject_name=row.title,
            unit_path=unit.path, changes={"points": len(row.points)},
        )  # fmt: skip
    return row


def open_notice(*, notice: Notice, actor: Actor | None, browser: str = "") -> None:
    """Somebody opened it: a person of the school by name of their post, anybody else by what their browser keeps. Each
    counts once; those who publish and bureaux do not count."""
    if actor is not None and actor.person_id:
        kind = Reader.PARENT if actor.role == "parent" else Reader.STAFF if actor.role in SCHOOL_STAFF else None
        reader = actor.person_id.hex
        if kind is None or actor.unit_path != notice.unit_path:
            return
    elif browser:
        kind, reader = Reader.VISITOR, browser[:40]
    else:
        return
    with wall.opened():
        if Opening.objects.filter(notice=notice, reader=reader).exists():
            return
        try:
            with transaction.atomic():
                Opening.objects.create(
                    notice=notice, kind=kind, reader=reader, at=clock.now(), unit_id=notice.unit_id,
                    unit_path=notice.unit_path, county_path=notice.county_path,
                )  # fmt: skip
        except IntegrityError:
            return
