"""The black list: listing by a rule until a day, appeal, answer, end."""

from datetime import date, timedelta

from django.db import transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.catalogue import list_rules
from xiaoan.inspections.flows import BLACKLIST
from xiaoan.inspections.models import Blacklisting, Visit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown, Stale


def put_on_list(
    *, actor: Actor, unit: Unit, rule: str, words: str, visit: Visit | None = None, ends: date | None = None
) -> Blacklisting:
    """Put a unit on the black list by a rule, with the facts, until a day: the rule's own unless given."""
    require(actor, "blacklist.keep", unit.path)
    known = list_rules().get(rule)
    wrong = {}
    if known is None:
        wrong["rule"] = "请选择依据哪一条规则。"
    if len(words.strip()) < 6:
        wrong["words"] = "请写明事实。"
    if ends and ends <= clock.today():
        wrong["ends"] = "到期日应在今天以后。"
    if wrong or known is None:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        if Blacklisting.objects.filter(unit=unit, rule=rule, state__in=["listed", "appealed"]).exists():
            raise Stale(f"{unit.name}已经因“{known.name}”列入黑名单。")
        row = Blacklisting(
            rule=rule, words=words.strip()[:500], visit=visit, by_path=actor.unit_path or unit.county_path,
            starts=clock.today(), ends=ends or clock.today() + timedelta(days=known.days), made_by=actor.name,
            made_by_id=actor.person_id, made_post_id=actor.post_id, made_at=clock.now(), **scope_of(unit),
        )  # fmt: skip
        row.save(force_insert=True)
        write_entry(
            actor=actor, verb="列入黑名单", subject_type=BLACKLIST.key, subject_id=row.id, subject_name=unit.name,
            unit_path=unit.path, changes={"rule": known.name, "ends": row.ends.isoformat(), "reason": row.words},
        )  # fmt: skip
    return row


def appeal(*, actor: Actor, row: Blacklisting, words: str, seen: int | None = None) -> Blacklisting:
    """The unit says why it should not stand there; only once: an answer that upholds it is final here."""
    if row.decided_at:
        raise Stale("申诉已经答复过。不服的，可以按信访或行政复议的途径反映。")
    return run_move(BLACKLIST, actor=actor, case=row, move="appeal", seen=seen, filled={"appeal": words})


def answer(*, actor: Actor, row: Blacklisting, move: str, decision: str, seen: int | None = None) -> Blacklisting:
    """Uphold or lift."""
    if move not in ("uphold", "lift"):
        raise NotKnown("黑名单没有这一步。")
    return run_move(BLACKLIST, actor=actor, case=row, move=move, seen=seen, filled={"decision": decision})


def end_expired() -> int:
    """Take off what has run out. Returns how many."""
    rows = Blacklisting.objects.filter(state__in=["listed", "appealed"], ends__lt=clock.today())
    for row in (held := list(rows)):
        run_move(BLACKLIST, actor=SYSTEM, case=row, move="end")
    return len(held)
