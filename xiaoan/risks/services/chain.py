"""Building a school's chain: adopting the library, making and changing points, units, events and controls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xiaoan.checks.catalogue import categories
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import make_entry, write_entry
from xiaoan.ground.norms.queries import norms
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.risks.library import PARTS, Proposed, areas, rhythm_of, sort_of
from xiaoan.risks.methods import Grade, graded, method_for, variant_for
from xiaoan.risks.models import Assessment, Control, Level, Point, RiskEvent, RiskUnit, Sort, Way, Why
from xiaoan.risks.services.holders import Holders
from xiaoan.risks.services.levels import after_months
from xiaoan.risks.services.standing import reckon

MOST_POINTS = 400
TOO_MANY = f"一所学校最多 {MOST_POINTS} 个风险点。请先消除不再存在的。"
FACTS = (
    "name", "place", "area", "kind", "accidents", "factors", "emergency", "cycle_months", "announced_at", "post",
    "owner", "owner_id", "is_old_building", "report_file",
)  # fmt: skip
STALE = "这个风险点刚刚被别人改过，刚才的操作没有执行。请看过最新内容再改。"


@dataclass(frozen=True)
class Chosen:
    """A proposal that the school takes, with the scores that it gives it (None: grade it later)."""

    proposed: Proposed
    scores: Mapping[str, Any] | None = None


def adopt_points(*, actor: Actor, unit: Unit, chosen: Sequence[Chosen], announced_at: str = "") -> list[Point]:
    """Take proposals of the library over in one go: points with their units, events and controls, graded at once where
    the school gave scores. What it has already (same proposal, same place) is left out."""
    require(actor, "risks.write", unit.path)
    held = set(Point.objects.filter(unit_path=unit.path).values_list("library", "name", "is_active"))
    known = {(library, name) for library, name, active in held if active}
    fresh = [c for c in chosen if (c.proposed.proposal.key, c.proposed.name[:40]) not in known]
    if len(held) + len(fresh) > MOST_POINTS:
        raise Invalid(TOO_MANY)
    if not fresh:
        raise Invalid("没有选中新的风险点：要么没有勾选，要么都已经有了。")
    maker = _Maker(actor, unit, announced_at)
    for each in fresh:
        maker.add(each)
    with transaction.atomic():
        maker.save()
        reckon(unit)
    return maker.points


def make_point(*, actor: Actor, unit: Unit, **facts: Any) -> Point:
    """A point of the school's own, to be graded next."""
    require(actor, "risks.write", unit.path)
    told = _checked(facts)
    if Point.objects.filter(unit_path=unit.path, is_active=True).count() >= MOST_POINTS:
        raise Invalid(TOO_MANY)
    point = Point(
        code=_Codes(unit).next(told["area"]), made_on=clock.today(), made_by=actor.name, updated_at=clock.now(),
        why="还没有评估", **told, **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        point.save(force_insert=True)
        _tell(actor, point, "辨识风险点", {"name": point.name})
        reckon(unit)
    return point


def change_point(*, actor: Actor, point: Point, seen: int | None = None, **facts: Any) -> Point:
    """Change what is known of a point; its grade changes only by an assessment."""
    require(actor, "risks.write", point.unit_path)
    told = _checked({**{name: getattr(point, name) for name in FACTS}, **facts})
    changed = {k: v for k, v in told.items() if v != getattr(point, k)}
    if not changed:
        return point
    if "cycle_months" in changed and point.assessed_on and changed["cycle_months"]:
        changed["assess_due"] = after_months(point.assessed_on, changed["cycle_months"])
    with transaction.atomic():
        step = point.step if seen is None else seen
        same = Point.objects.filter(id=point.id, step=step, is_active=True)
        if not same.update(step=step + 1, updated_at=clock.now(), **changed):
            raise Stale(STALE)
        point.refresh_from_db()
        _tell(actor, point, "修改风险点", {k: str(v)[:120] for k, v in changed.items()})
        reckon(point.unit)
    return point


def add_control(
    *, actor: Actor, point: Point, event: str, words: str, risk_unit: str = "", post: str = "", holder: str = "",
    holder_id: Any = None, every: int = 1, period: str = "month", sort: str = Sort.CONDUCT, way: str = Way.CHECKED,
    item: str = "",
) -> Control:  # fmt: skip
    """A control of an event at a point; unit and event are made when they are not there by that name."""
    require(actor, "risks.write", point.unit_path)
    _check_control(event, words, every, period)
    now, today = clock.now(), clock.today()
    by = {"made_at": now, "made_by": actor.name, "updated_at": now, "updated_by": actor.name, **_scope(point)}
    with transaction.atomic():
        unit, _ = RiskUnit.objects.get_or_create(
            point=point, name=(risk_unit or point.name)[:60], is_active=True, defaults=by
        )
        happening, _ = RiskEvent.objects.get_or_create(risk_unit=unit, name=event[:80], is_active=True, defaults=by)
        control = Control.objects.create(
            event=happening, point=point, words=words.strip()[:200], way=way, sort=sort, part=PARTS[Sort(sort)],
            item=item, every=every, period=period, post=post[:40], holder=holder[:60] or point.owner,
            holder_id=holder_id or (None if holder else point.owner_id), due=after(today, every, period), made_on=today,
            **by,
        )  # fmt: skip
        _tell(actor, point, "增加管控措施", {"words": control.words})
        refresh_due(point)
        reckon(point.unit)
    return control


def change_control(*, actor: Actor, control: Control, **facts: Any) -> Control:
    """Change the words, the holder or the rhythm of a control; `is_active=False` takes it away."""
    require(actor, "risks.write", control.unit_path)
    allowed = {"words", "post", "holder", "holder_id", "every", "period", "sort", "way", "is_active"}
    told = {k: v for k, v in facts.items() if k in allowed}
    _check_control(
        "事件", told.get("words", control.words), told.get("every", control.every), told.get("period", "day")
    )
    if {"every", "period"} & set(told):
        last = clock.day_of(control.confirmed_at) if control.confirmed_at else control.made_on
        told["due"] = after(last, told.get("every", control.every), told.get("period", control.period))
    with transaction.atomic():
        Control.objects.filter(id=control.id).update(updated_at=clock.now(), updated_by=actor.name, **told)
        control.refresh_from_db()
        _tell(actor, control.point, "修改管控措施", {"words": control.words, **{k: str(v) for k, v in told.items()}})
        refresh_due(control.point)
        reckon(control.point.unit)
    return control


def refresh_due(point: Point) -> None:
    """Keep at the point when the first of its controls is due."""
    dues = Control.objects.filter(point=point, is_active=True).order_by("due").values_list("due", flat=True)
    Point.objects.filter(id=point.id).update(controls_due=dues.first())
    point.refresh_from_db()


def after(day: date, every: int, period: str) -> date:
    """So many days, months or years later."""
    return (
        day + timedelta(days=every) if period == "day" else after_months(day, every * (12 if period == "year" else 1))
    )


class _Codes:
    """Numbers by area: 08-003 is the third point of the canteen; numbers of points that ended are not given again."""

    def __init__(self, unit: Unit) -> None:
        self.last: dict[str, int] = {}
        for code in Point.objects.filter(unit_path=unit.path).values_list("code", flat=True):
            area, _, number = code.partition("-")
            self.last[area] = max(self.last.get(area, 0), int(number or 0))

    def next(self, area: str) -> str:
        self.last[area] = self.last.get(area, 0) + 1
        return f"{area}-{self.last[area]:03d}"


class _Maker:
    """The rows of an adoption, made in memory and written by a statement for each table."""

    def __init__(self, actor: Actor, unit: Unit, announced_at: str) -> None:
        self.actor, self.unit, self.announced_at = actor, unit, announced_at.strip()[:60]
        self.codes, self.holders = _Codes(unit), Holders(unit)
        self.method = method_for(unit.path)
        self.variant = variant_for(unit.path, self.method)
        self.cycles = norms([f"risks.cycle_{n}" for n in (1, 2, 3, 4)], unit.path)
        self.confirm = norms([f"risks.confirm_{n}" for n in (1, 2, 3, 4)], unit.path)
        self.points: list[Point] = []
        self.units: list[RiskUnit] = []
        self.events: list[RiskEvent] = []
        self.controls: list[Control] = []
        self.assessments: list[Assessment] = []
        self.entries: list[Entry] = []

    def add(self, chosen: Chosen) -> None:
        """One proposal: its point, and what hangs on it."""
        proposal, now = chosen.proposed.proposal, clock.now()
        is_graded = chosen.scores and self.method.key == "ls"
        found = graded(self.method, self.variant, chosen.scores or {}) if is_graded else None
        level = found.level if found else int(Level.BLUE)
        post = proposal.checks[0].post if proposal.checks else ""
        owner = self.holders.of_point(level, post)
        point = Point(
            code=self.codes.next(proposal.area), name=chosen.proposed.name[:40], place=chosen.proposed.place,
            area=proposal.area, kind=proposal.kind, library=proposal.key, accidents=proposal.accidents,
            factors=proposal.factors, emergency=proposal.emergency, level=level,
            base_level=level if found else None, why=found.in_words if found else "还没有评估",
            announced_at=self.announced_at, post=owner.post, owner=owner.name, owner_id=owner.person_id,
            is_old_building=proposal.is_old, made_on=clock.today(), made_by=self.actor.name, updated_at=now,
            cycle_months=self.cycles[level - 1] if found else None, **scope_of(self.unit),
        )  # fmt: skip
        self.points.append(point)
        self._entry(point, "辨识风险点", {"name": point.name, "from": "起步库"})
        if found:
            self._assess(point, found, chosen.scores or {})
        self._controls(point, proposal.event, proposal.checks, level)

    def save(self) -> None:
        Point.objects.bulk_create(self.points)
        RiskUnit.objects.bulk_create(self.units)
        RiskEvent.objects.bulk_create(self.events)
        Control.objects.bulk_create(self.controls)
        Assessment.objects.bulk_create(self.assessments)
        Entry.objects.bulk_create(self.entries)

    def _controls(self, point: Point, event: str, checks: Sequence[Any], level: int) -> None:
        now, today = clock.now(), clock.today()
        by = {"made_at": now, "made_by": self.actor.name, "updated_at": now, "updated_by": self.actor.name}
        by |= scope_of(self.unit)
        unit = RiskUnit(point=point, name=point.name, **by)
        happening = RiskEvent(risk_unit=unit, name=event, **by)
        self.units.append(unit)
        self.events.append(happening)
        for item in checks:
            every, period = self._rhythm(item, level)
            holder = self.holders.of_post(item.post) or self.holders.of_point(level, item.post)
            due = after(today, every, period)
            sort = sort_of(item)
            self.controls.append(
                Control(
                    event=happening, point=point, words=item.text[:200], item=item.key, sort=sort,
                    part=PARTS[Sort(sort)], every=every, period=period, post=item.post, holder=holder.name,
                    holder_id=holder.person_id, due=due, made_on=today, **by,
                )
            )  # fmt: skip
            point.controls_due = min(due, point.controls_due or due)

    def _rhythm(self, item: Any, level: int) -> tuple[int, str]:
        """The item's own rhythm, but not more often than a control of this level is confirmed: daily looks are what
        patrols and daily checks record."""
        every, period = rhythm_of(item)
        least = self.confirm[level - 1]
        return (least, "day") if period == "day" and every < least else (every, period)

    def _assess(self, point: Point, found: Grade, scores: Mapping[str, Any]) -> None:
        today = clock.today()
        point.assessed_on, point.assess_due = today, after_months(today, self.cycles[found.level - 1])
        self.assessments.append(
            Assessment(
                point=point, why=Why.INITIAL, method=found.method.key, variant=found.variant.key, value=found.value,
                factors={k: str(v) for k, v in scores.items()}, level=found.level, reason=found.in_words,
                at=clock.now(), on=today, by=self.actor.name, by_id=self.actor.person_id, **scope_of(self.unit),
            )
        )  # fmt: skip
        self._entry(point, "评估风险", {"why": "首次评估", "to": found.level, "reason": found.in_words})

    def _entry(self, point: Point, verb: str, changes: dict[str, Any]) -> None:
        self.entries.append(
            make_entry(
                actor=self.actor, verb=verb, subject_type="point", subject_id=point.id, subject_name=point.name,
                unit_path=self.unit.path, changes=changes,
            )
        )  # fmt: skip


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    told, wrong = {k: v for k, v in facts.items() if k in FACTS}, {}
    if not str(told.get("name", "")).strip():
        wrong["name"] = "请写风险点名称。"
    if told.get("area") not in areas():
        wrong["area"] = "请选所在部位。"
    if told.get("kind") not in categories():
        wrong["kind"] = "请选风险类别。"
    months = told.get("cycle_months")
    if months is not None and not 1 <= months <= 36:
        wrong["cycle_months"] = "评估周期应在 1 到 36 个月之间。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return {k: v.strip() if isinstance(v, str) else v for k, v in told.items()}


def _check_control(event: str, words: str, every: int, period: str) -> None:
    wrong = {}
    if not event.strip():
        wrong["event"] = "请写可能发生什么。"
    if not words.strip():
        wrong["words"] = "请写管控措施。"
    if not 1 <= every <= 366 or period not in ("day", "month", "year"):
        wrong["every"] = "确认周期不对。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _scope(point: Point) -> dict[str, Any]:
    return {"unit_id": point.unit_id, "unit_path": point.unit_path, "county_path": point.county_path}


def _tell(actor: Actor, point: Point, verb: str, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="point", subject_id=point.id, subject_name=point.name,
        unit_path=point.unit_path, changes=changes,
    )  # fmt: skip
