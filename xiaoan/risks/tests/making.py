"""Points of schools for tests of any floor above."""

from datetime import timedelta
from typing import Any

from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.risks.models import Control, Point, RiskEvent, RiskUnit
from xiaoan.risks.services import assess_point, reckon


def a_point(unit: Unit, name: str = "食堂操作间", **told: Any) -> Point:
    """A point that is not assessed yet, without controls."""
    n = Point.objects.filter(unit_path=unit.path).count() + 1
    facts = {"area": "08", "kind": "C04", "place": "食堂一楼", "code": f"08-{n:03d}", **told}
    point = Point(name=name, made_on=clock.today(), made_by="测试", updated_at=clock.now(), **facts, **scope_of(unit))
    point.save(force_insert=True)
    reckon(unit)
    return point


def an_assessed(unit: Unit, name: str = "食堂操作间", scores: tuple[int, int] = (3, 3), **told: Any) -> Point:
    """A point graded by LS: (3, 3) is 一般, (4, 4) 较大, (5, 5) 重大."""
    point = a_point(unit, name, **told)
    assess_point(actor=SYSTEM, point=point, factors={"L": scores[0], "S": scores[1]})
    return point


def a_control(point: Point, words: str = "燃气报警器每天看一遍", due_in: int = 7, **told: Any) -> Control:
    """A control that is due in so many days, confirmed by nobody yet."""
    now, today = clock.now(), clock.today()
    by = {"made_at": now, "made_by": "测试", "updated_at": now, "updated_by": "测试", **scope_of(point.unit)}
    unit = RiskUnit.objects.create(point=point, name="操作间", **by)
    event = RiskEvent.objects.create(risk_unit=unit, name="燃气泄漏", **by)
    due = today + timedelta(days=due_in)
    control = Control.objects.create(event=event, point=point, words=words, due=due, made_on=today, **{**by, **told})
    Point.objects.filter(id=point.id).update(controls_due=due)
    point.refresh_from_db()
    reckon(point.unit)
    return control
