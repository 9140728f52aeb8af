"""Setting terms and the days that the state's calendar moves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import transaction

from xiaoan.ground.calendar.days import forget_calendars
from xiaoan.ground.calendar.models import SpecialDay, Term
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed

KEY = re.compile(r"(20\d\d)-(20\d\d)-([123])")
ORDINALS = {"1": "第一学期", "2": "第二学期", "3": "第三学期"}
LEAST, MOST = 30, 220  # days of a term; beyond that a year or a month was mistyped


@dataclass(frozen=True)
class TermGiven:
    """A term as somebody gives it: school year 2026 is 2026—2027, `part` is 1, 2 or 3."""

    year: int
    part: str
    starts: date
    ends: date

    @property
    def key(self) -> str:
        return f"{self.year}-{self.year + 1}-{self.part}"

    @property
    def name(self) -> str:
        return f"{self.year}—{self.year + 1}学年{ORDINALS[self.part]}"


@dataclass(frozen=True)
class DayGiven:
    day: date
    is_working: bool
    name: str
    basis: str


def set_term(*, actor: Actor, unit: Unit, given: TermGiven) -> Term:
    """Give the unit and all below it a term, or move it. Records keep the period they were counted in."""
    return set_terms(actor=actor, unit=unit, given=[given])[0]


def set_terms(*, actor: Actor, unit: Unit, given: Sequence[TermGiven]) -> list[Term]:
    """Set several terms together: all or none. Raises Invalid naming the term that is wrong."""
    require(actor, "calendar.manage", unit.path)
    if not given:
        raise Invalid("没有找到学期。请检查文件里有没有学期的开始和结束日期。")
    _check_terms(unit, given)
    with transaction.atomic():
        rows = [_write_term(actor, unit, term) for term in given]
    forget_calendars()
    return rows


def set_special_days(*, actor: Actor, given: Sequence[DayGiven]) -> int:
    """Set days off and make-up working days for the whole platform. Returns how many days have changed."""
    require_days(actor)
    if not given:
        raise Invalid("表格里没有日期。")
    known = {d.day: d for d in SpecialDay.objects.filter(day__in=[g.day for g in given])}
    changed = [g for g in given if not _is_same(known.get(g.day), g)]
    with transaction.atomic():
        for row in changed:
            SpecialDay.objects.update_or_create(
                day=row.day, defaults={"is_working": row.is_working, "name": row.name, "basis": row.basis}
            )
        if changed:
            write_entry(
                actor=actor, verb="设定节假日", subject_type="special_days", subject_id=changed[0].day.year,
                subject_name=f"{changed[0].day.year}年节假日", changes={d.day.isoformat(): "上班" if d.is_working else "休息" for d in changed},
            )  # fmt: skip
    forget_calendars()
    return len(changed)


def require_days(actor: Actor) -> None:
    """The days are everybody's: only an office above which nobody works on this platform may set them."""
    require(actor, "calendar.days", actor.scope)
    above = Post.objects.current().filter(unit_path__in=ancestors(actor.scope)[:-1])
    with wall.opened():  # who works above is not for the actor to see, but it is what the answer hangs on
        has_above = above.exists()
    if has_above or actor.rank == "school":
        raise NotAllowed("节假日全平台共用，请由平台上最高一级单位的安全管理人员或系统管理员上传。")


def _is_same(row: SpecialDay | None, given: DayGiven) -> bool:
    return row is not None and (row.is_working, row.name, row.basis) == (given.is_working, given.name, given.basis)


def _check_terms(unit: Unit, given: Sequence[TermGiven]) -> None:
    if len({term.key for term in given}) < len(given):
        raise Invalid("同一个学期出现了两次，请只留一个。")
    for term in given:
        if term.ends <= term.starts:
            raise Invalid(f"{term.name}的结束日期不晚于开始日期。", {"ends": "结束日期应晚于开始日期。"})
        if not LEAST <= (term.ends - term.starts).days <= MOST:
            raise Invalid(
                f"{term.name}共 {(term.ends - term.starts).days + 1} 天，不像一个学期，请核对年份和月份。",
                {"ends": "学期长度不对，请核对年份和月份。"},
            )
        if not date(term.year, 7, 1) <= term.starts <= date(term.year + 1, 6, 30):
            raise Invalid(f"{term.name}的开始日期不在这个学年里。", {"starts": "开始日期不在所选的学年里。"})
    keys = [term.key for term in given]
    others = [(t.name, t.starts, t.ends) for t in Term.objects.filter(unit=unit).exclude(key__in=keys)]
    _refuse_overlaps([*others, *((t.name, t.starts, t.ends) for t in given)])


def _refuse_overlaps(spans: Iterable[tuple[str, date, date]]) -> None:
    ordered = sorted(spans, key=lambda span: span[1])
    for before, after in pairwise(ordered):
        if after[1] <= before[2]:
            raise Invalid(f"{after[0]}与{before[0]}的日期重叠。", {"starts": f"与{before[0]}重叠。"})


def _write_term(actor: Actor, unit: Unit, given: TermGiven) -> Term:
    was = Term.objects.select_for_update().filter(unit=unit, key=given.key).first()
    before = [was.starts.isoformat(), was.ends.isoformat()] if was else []
    row, _ = Term.objects.update_or_create(
        unit=unit, key=given.key,
        defaults={"unit_path": unit.path, "name": given.name, "starts": given.starts, "ends": given.ends},
    )  # fmt: skip
    write_entry(
        actor=actor, verb="设定学期", subject_type="term", subject_id=row.id, subject_name=f"{unit.name} {row.name}",
        unit_path=unit.path, changes={"before": before, "after": [given.starts.isoformat(), given.ends.isoformat()]},
    )  # fmt: skip
    return row
