"""Campaigns with other departments, circulars, prohibitions and their breaches."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from xiaoan.engines.tally.services import add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.matters.counting import breach_key
from xiaoan.matters.models import Breach, Circular, CircularLine, Matter, Prohibition, Sweep, SweepSchool
from xiaoan.matters.services.cases import is_partner_of

MOST_SCHOOLS = 2000


def start_sweep(
    *, actor: Actor, unit: Unit, name: str, starts: date, ends: date, partners: Sequence[Unit], schools: Sequence[Unit],
    basis: str = "",
) -> Sweep:  # fmt: skip
    """A bureau starts a campaign around schools with departments; problems told in it are counted for it."""
    require(actor, "sweeps.manage", unit.path)
    wrong = {} if name.strip() else {"name": "请写联合整治的名称。"}
    if ends < starts:
        wrong["ends"] = "结束日期早于开始日期。"
    if not schools or len(schools) > MOST_SCHOOLS:
        wrong["schools"] = f"请选择学校，最多 {MOST_SCHOOLS} 所。"
    if not partners or any(p.rank != "partner" for p in partners):
        wrong["partners"] = "请至少选一个部门。"
    if any(not s.path.startswith(unit.path) for s in schools):
        wrong["schools"] = "只能选本地区的学校。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        sweep = Sweep.objects.create(
            name=name.strip()[:60], basis=basis.strip()[:120], starts=starts, ends=ends, made_at=clock.now(),
            made_by=actor.name, **scope_of(unit),
        )  # fmt: skip
        sweep.partners.set(partners)
        SweepSchool.objects.bulk_create([SweepSchool(sweep=sweep, **scope_of(s)) for s in schools])
        write_entry(
            actor=actor, verb="发起联合整治", subject_type="sweep", subject_id=sweep.id, subject_name=sweep.name,
            unit_path=unit.path, changes={"units": len(schools), "partners": [p.name for p in partners]},
        )  # fmt: skip
    return sweep


def issue_circular(
    *, actor: Actor, unit: Unit, title: str, lines: Sequence[tuple[Matter, Unit]], words: str = ""
) -> Circular:
    """List unsolved problems, each with the department that has to solve it; every department named must acknowledge."""
    require(actor, "circulars.issue", unit.path)
    wrong = {} if title.strip() else {"title": "请写通报的标题。"}
    if not lines:
        wrong["lines"] = "请至少选一个没有解决的问题。"
    if any(m.is_restricted or not m.is_open or not m.unit_path.startswith(unit.path) for m, _ in lines):
        wrong["lines"] = "只能通报本地区还没有办结的周边问题。"
    if any(not is_partner_of(partner, m.unit) for m, partner in lines):
        wrong["lines"] = "有问题没有选好对应的部门。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        row = Circular.objects.create(
            title=title.strip()[:80],
            words=words.strip()[:500],
            made_at=clock.now(),
            made_by=actor.name,
            **scope_of(unit),
        )
        CircularLine.objects.bulk_create(
            [
                CircularLine(circular=row, matter=m, partner=p, partner_path=p.path, **scope_of(unit))
                for m, p in lines
            ]
        )  # fmt: skip
        write_entry(
            actor=actor, verb="通报周边问题", subject_type="circular", subject_id=row.id, subject_name=row.title,
            unit_path=unit.path, changes={"lines": len(lines), "partners": sorted({p.name for _, p in lines})},
        )  # fmt: skip
    return row


def acknowledge(*, actor: Actor, circular: Circular, dates: dict[str, date]) -> int:
    """A named department has read the circular and says by when each of its lines will be put right."""
    require(actor, "matters.answer", circular.unit_path)
    rows = list(CircularLine.objects.filter(circular=circular, partner_path=actor.unit_path))
    if not rows:
        raise NotAllowed("这份通报没有点到您的部门。")
    today = clock.today()
    wrong = {str(r.id): "请填今天以后的整改日期。" for r in rows if str(r.id) not in dates or dates[str(r.id)] < today}
    if wrong:
        raise Invalid("每一件都要填整改日期，而且不能早于今天。", wrong)
    for row in rows:
        row.fix_by, row.acknowledged_at, row.acknowledged_by = dates[str(row.id)], clock.now(), actor.name
    with transaction.atomic():
        CircularLine.objects.bulk_update(rows, ["fix_by", "acknowledged_at", "acknowledged_by"])
        write_entry(
            actor=actor, verb="签收通报", subject_type="circular", subject_id=circular.id, subject_name=circular.title,
            unit_path=circular.unit_path, changes={"dates": [r.fix_by.isoformat() for r in rows if r.fix_by]},
        )  # fmt: skip
    return len(rows)


def set_prohibitions(*, actor: Actor, unit: Unit, items: Sequence[str]) -> list[Prohibition]:
    """The city words its items anew (seven as a rule): one that stays the same keeps its history, one left out ends."""
    require(actor, "prohibitions.manage", unit.path)
    if actor.unit_path != unit.path and not actor.is_system:
        raise NotAllowed("由市级单位自己设定。")
    wanted = list(dict.fromkeys(i.strip()[:120] for i in items if i.strip()))
    if not wanted:
        raise Invalid("请至少写一条。", {"items": "请至少写一条。"})
    with transaction.atomic():
        Unit.objects.select_for_update().get(id=unit.id)
        held = {p.words: p for p in Prohibition.objects.filter(unit_path=unit.path, ended_on__isnull=True)}
        gone = [p.id for words, p in held.items() if words not in wanted]
        Prohibition.objects.filter(id__in=gone).update(ended_on=clock.today())
        rows = [held.get(words) or Prohibition(words=words, place=0, **scope_of(unit)) for words in wanted]
        for place, row in enumerate(rows, 1):
            row.place = place
            row.save()
        write_entry(
            actor=actor, verb="设定七个不允许", subject_type="prohibition", subject_id=unit.id, subject_name=unit.name,
            unit_path=unit.path, changes={"items": wanted},
        )  # fmt: skip
    return rows


def record_breach(*, actor: Actor, unit: Unit, prohibition: Prohibition, on: date, words: str) -> Breach:
    """It happened: at which unit, on which day, what."""
    require(actor, "breaches.record", unit.path)
    wrong = {} if words.strip() else {"words": "请写明发生了什么（不写姓名）。"}
    if on > clock.today():
        wrong["on"] = "日期晚于今天。"
    if not unit.path.startswith(prohibition.unit_path):
        wrong["prohibition"] = "这一条不适用于这个单位。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        row = Breach.objects.create(
            prohibition=prohibition,
            on=on,
            words=words.strip()[:300],
            by=actor.name,
            made_at=clock.now(),
            **scope_of(unit),
        )
        add([(breach_key(row), 1)])
        write_entry(
            actor=actor, verb="登记不允许事项", subject_type="breach", subject_id=row.id, subject_name=prohibition.words,
            unit_path=unit.path,
        )  # fmt: skip
    return row


def prohibitions_at(path: str) -> list[Prohibition]:
    """The items in force at a unit: of the nearest bureau above that has any."""
    above: Collection[str] = [path[:n] for n in (4, 8, 12) if n <= len(path)]
    with wall.opened():
        rows = list(
            Prohibition.objects.filter(unit_path__in=above, ended_on__isnull=True).order_by("-unit_path", "place")
        )
    return [r for r in rows if r.unit_path == rows[0].unit_path]
