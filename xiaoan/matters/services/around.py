"""What lies around a school: its grid and safety zone, patrols, the register of places, peaks and what was seen."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time

from django.db import transaction

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.bulk import insert_object, lock
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.matters.counting import peak_days, peak_keys, recount_change, told_of
from xiaoan.matters.models import Cell, Matter, Peak, Sighting, Spot, Visit
from xiaoan.matters.models.around import PEAKS, SEEN, SPOTS

COMPASS = ("西北", "正北", "东北", "正西", "校门口", "正东", "西南", "正南", "东南")
WIDTH = 3
SHEET, PATROL = "guard_post", "surroundings"


def lay_grid(*, actor: Actor, unit: Unit) -> list[Cell]:
    """Nine squares around the school, named by the compass; the middle is the gate and lies in the zone."""
    require(actor, "grid.draw", unit.path)
    if not unit.is_school:
        raise Invalid("只有学校有周边网格。")
    with transaction.atomic():
        Unit.objects.select_for_update().get(id=unit.id)
        if Cell.objects.filter(unit_path=unit.path).exists():
            raise Stale("这所学校已经有网格了。")
        cells = [
            Cell(name=name, row=n // WIDTH, column=n % WIDTH, in_zone=name == "校门口", **scope_of(unit))
            for n, name in enumerate(COMPASS)
        ]
        Cell.objects.bulk_create(cells)
        _tell(actor, "划分周边网格", "grid", unit)
    return cells


def draw_zone(*, actor: Actor, unit: Unit, names: dict[str, str], zone: Collection[str]) -> None:
    """Name the squares and say which of them are the pupils' safety zone. Keys are ids of squares."""
    require(actor, "grid.draw", unit.path)
    cells = list(Cell.objects.filter(unit_path=unit.path))
    if not cells:
        raise Invalid("请先建立网格。")
    for cell in cells:
        cell.name = names.get(str(cell.id), "").strip()[:20] or cell.name
        cell.in_zone = str(cell.id) in zone
    with transaction.atomic():
        Cell.objects.bulk_update(cells, ["name", "in_zone"])
        _tell(actor, "划定学生安全区域", "grid", unit, {"zone": [c.name for c in cells if c.in_zone]})


def visit_cells(
    *, actor: Actor, unit: Unit, cells: Collection[str], words: str = "", at: datetime | None = None,
    command: uuid.UUID | None = None,
) -> list[Visit]:  # fmt: skip
    """Somebody of the school or the police has patrolled these squares. Who files records files one of it, for the own
    school or bureau, so that nobody is asked for it again; a partner body's patrol stands as it is."""
    require(actor, "grid.visit", unit.path)
    if command and (sent := list(Visit.objects.filter(command=command))):
        return sent
    found = list(Cell.objects.filter(unit_path=unit.path, id__in=[c for c in cells if _is_id(c)]))
    if not found:
        raise Invalid("请选择巡了哪些网格。", {"cells": "请选择巡了哪些网格。"})
    moment = _past(at)
    own = Unit.objects.filter(id=actor.unit_id).first() if actor.unit_id else None
    rows = [
        Visit(
            cell=cell, at=moment, by=actor.name, by_id=actor.person_id, by_unit=own.label if own else "",
            words=words.strip()[:200], command=command, **scope_of(unit),
        )
        for cell in found
    ]  # fmt: skip
    with transaction.atomic():
        Visit.objects.bulk_create(rows)
        Cell.objects.filter(id__in=[c.id for c in found]).exclude(visited_at__gt=moment).update(visited_at=moment)
        _file_patrol(actor, unit, rows, "phone" if command else "desk")
        _tell(actor, "登记网格巡逻", "grid", unit, {"cells": [c.name for c in found]})
    return rows


def _file_patrol(actor: Actor, unit: Unit, visits: Sequence[Visit], source: str) -> None:
    """The patrol as the record of it. What was found are the problems that the same person told of there that day."""
    if not actor.holds("records.write"):
        return
    own = unit if actor.is_system else own_unit(actor)
    first = visits[0]
    told = Matter.objects.filter(
        cell__in=[v.cell_id for v in visits], made_by_id=actor.person_id, made_at__date=clock.day_of(first.at),
        family="surroundings", is_restricted=False,
    )  # fmt: skip
    states = list(told.exclude(state="void").values_list("state", flat=True)) if actor.person_id else []
    names = "、".join(v.cell.name for v in visits)
    answers = {
        "kind": "patrol", "partners": ["own"], "topics": ["order"], "schools": 1, "found": len(states),
        "solved": states.count("closed"), "note": f"巡了{names}。{first.words}"[:500],
    }  # fmt: skip
    file_record(
        actor=actor, unit=own, sheet=PATROL, answers=answers, happened_at=first.at, source=source,
        record_id=uuid.uuid5(first.command or first.id, "patrol"),
    )  # fmt: skip


def add_spot(
    *, actor: Actor, unit: Unit, name: str, kind: str, address: str = "", cell: Cell | None = None,
    is_licensed: bool | None = None,
) -> Spot:  # fmt: skip
    """Enter a shop or another place near the school in the register."""
    require(actor, "grid.draw", unit.path)
    wrong = {} if name.strip() else {"name": "请写场所的名称或特征。"}
    if kind not in SPOTS:
        wrong["kind"] = "请选择是哪类场所。"
    if cell is not None and cell.unit_path != unit.path:
        wrong["cell"] = "请选择这所学校的网格。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        spot = Spot.objects.create(
            name=name.strip()[:60], kind=kind, address=address.strip()[:80], cell=cell, is_licensed=is_licensed,
            made_at=clock.now(), **scope_of(unit),
        )  # fmt: skip
        write_entry(
            actor=actor, verb="登记周边场所", subject_type="spot", subject_id=spot.id, subject_name=spot.name,
            unit_path=unit.path, changes={"kind": SPOTS[kind]},
        )  # fmt: skip
    return spot


def publish_peak(
    *, actor: Actor, units: Sequence[Unit], key: str, starts: time, ends: time, who: str = ""
) -> list[Peak]:
    """Police publish at which schools they are on duty at a peak, from when to when; an earlier word on it is replaced."""
    own = Unit.objects.get(path=actor.unit_path)
    if own.rank == Rank.PARTNER and own.kind not in ("police", "traffic"):
        raise NotAllowed("高峰勤务由公安、交管部门发布。")
    wrong = {} if key in PEAKS else {"key": "请选择哪个时段。"}
    if starts >= ends:
        wrong["ends"] = "结束时间要晚于开始时间。"
    if not units:
        wrong["units"] = "请至少选一所学校。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    for unit in units:
        require(actor, "peaks.publish", unit.path)
    today, now = clock.today(), clock.now()
    rows = [
        Peak(
            key=key, starts=starts, ends=ends, who=who.strip()[:60], partner=own if own.rank == Rank.PARTNER else None,
            since=today, made_by=actor.name, made_at=now, **scope_of(unit),
        )
        for unit in units
    ]  # fmt: skip
    with transaction.atomic(), _counted(units, key, today):
        replaced = Peak.objects.filter(unit__in=units, key=key, ended_on__isnull=True)
        ended = list(replaced.values_list("unit_path", flat=True))
        replaced.update(ended_on=today)
        Peak.objects.bulk_create(rows)
        add(_in_force(ended, today, -1) + _in_force([row.unit_path for row in rows], today, 1))
        for unit in units:
            _tell(
                actor,
                "发布高峰勤务",
                "peak",
                unit,
                {"peak": PEAKS[key], "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"},
            )
    return rows


def end_peak(*, actor: Actor, peak: Peak) -> None:
    """There is no duty at this peak any more."""
    require(actor, "peaks.publish", peak.unit_path)
    today = clock.today()
    with transaction.atomic(), _counted([peak.unit], peak.key, today):
        if not Peak.objects.filter(id=peak.id, ended_on__isnull=True).update(ended_on=today):
            raise Stale("这个时段已经取消。")
        add(_in_force([peak.unit_path], today, -1))
        _tell(actor, "取消高峰勤务", "peak", peak.unit, {"peak": peak.name})


def tick_peak(
    *, actor: Actor, unit: Unit, key: str, seen: Collection[str], at: datetime | None = None,
    record_id: uuid.UUID | None = None, captured_at: datetime | None = None, source: str = "desk",
) -> Record:  # fmt: skip
    """Say which of police, car and light were seen at a peak: it files the school's record 护学岗, which proves every
    requirement that it fits; `on_record` keeps the sighting."""
    require(actor, "peaks.tick", unit.path)
    if key not in PEAKS:
        raise Invalid("请选择哪个时段。", {"key": "请选择哪个时段。"})
    answers = {"peak": key, "police": [k for k in SEEN if k in seen]}
    return file_record(
        actor=actor, unit=unit, sheet=SHEET, answers=answers, happened_at=_past(at), record_id=record_id,
        captured_at=captured_at, source=source,
    )  # fmt: skip


def on_record(record: Record, change: str) -> None:
    """Listener of the sheets engine: a record 护学岗 is a sighting, however it was filed; withdrawn, it is none."""
    if record.sheet != SHEET or record.answers.get("peak") not in PEAKS:
        return
    key, seen = record.answers["peak"], record.answers.get("police") or []
    if change != "filed":
        with _counted([record.unit], key, record.happened_on):
            Sighting.objects.filter(record=record).delete()
        return
    lock(Unit, [record.unit_id])
    insert_object(
        Sighting(
            record=record, key=key, on=record.happened_on, by=record.person_name,
            **{name: name in seen for name in SEEN}, **scope_of(record.unit),
        )
    )  # fmt: skip
    told = told_of([record.unit], key, record.happened_on)
    others = [row for row in told if row[0] != record.pk]
    recount_change(peak_days(others, record.happened_on), peak_days(told, record.happened_on))


@contextmanager
def _counted(units: Sequence[Unit], key: str, on: date) -> Iterator[None]:
    """Count what changes inside for a peak of a day. Who tells of a school's peaks at the same moment waits: both would
    find nothing told yet, and count it twice."""
    lock(Unit, [u.pk for u in units])
    before = peak_days(told_of(units, key, on), on)
    yield
    recount_change(before, peak_days(told_of(units, key, on), on))


def _in_force(paths: Iterable[str], day: date, n: int) -> list[tuple[Key, int]]:
    return [(key, n) for path in paths for key in peak_keys(path, day)]


def _past(at: datetime | None) -> datetime:
    now = clock.now()
    return min(at, now) if at else now


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


def _tell(actor: Actor, verb: str, kind: str, unit: Unit, changes: dict[str, object] | None = None) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type=kind, subject_id=unit.id, subject_name=unit.name, unit_path=unit.path,
        changes=changes or {},
    )  # fmt: skip
