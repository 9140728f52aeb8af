"""Items that a unit supervises itself: who, until when, reminded, done in time or not."""

from datetime import date, timedelta

from django.db import transaction

from xiaoan.engines.tally.services import add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.counting import SUPERVISED
from xiaoan.inspections.models import Supervised
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale


def supervise(
    *, actor: Actor, unit: Unit, title: str, holder: str, due: date, remind_on: date | None = None
) -> Supervised:
    """Set an item up with a date and a reminder (some days before, by the norm, unless given)."""
    _require_own(actor, unit.path)
    wrong = {}
    if not title.strip():
        wrong["title"] = "请写督办什么事。"
    if not holder.strip():
        wrong["holder"] = "请写由谁办。"
    if due < clock.today():
        wrong["due"] = "完成日期已经过去。"
    if remind_on and remind_on > due:
        wrong["remind_on"] = "提醒日期晚于完成日期。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    before = timedelta(days=norm("inspections.remind_days", unit.path))
    row = Supervised(
        title=title.strip()[:120], holder=holder.strip()[:60], due=due,
        remind_on=remind_on or max(clock.today(), due - before), made_by=actor.name, made_at=clock.now(),
        **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "立项督办", row, {"due": due.isoformat(), "holder": row.holder})
    return row


def finish(*, actor: Actor, item: Supervised, result: str, seen: int | None = None) -> Supervised:
    """It is done. Whether in time counts for the unit, month by month."""
    _require_own(actor, item.unit_path)
    if not result.strip():
        raise Invalid("请写明办得怎么样。", {"result": "请写明办得怎么样。"})
    today = clock.today()
    with transaction.atomic():
        same = Supervised.objects.filter(pk=item.pk, state="open", step=item.step if seen is None else seen)
        done = {"state": "done", "result": result.strip()[:300], "done_by": actor.name, "done_at": clock.now()}
        if not same.update(**done, done_on=today, step=item.step + 1):
            raise Stale("这项督办刚刚有了变化，没有保存。请看过最新情况再办。")
        item.refresh_from_db()
        add([((item.unit_path, SUPERVISED, "late" if item.is_late(today) else "in_time", f"{today:%Y-%m}"), 1)])
        _tell(actor, "办结督办", item, {"said": item.result})
    return item


def _require_own(actor: Actor, path: str) -> None:
    require(actor, "supervised.keep", path)
    if actor.unit_path != path and not actor.is_system:
        raise NotAllowed("督办事项由立项的单位自己管理。")


def _tell(actor: Actor, verb: str, row: Supervised, changes: dict[str, str]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="supervised", subject_id=row.id, subject_name=row.title,
        unit_path=row.unit_path, changes=changes,
    )  # fmt: skip
