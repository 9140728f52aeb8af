"""Points of schools for tests of any floor above."""

from datetime import timedelta
from typing import Any

from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models import Acceptance, Control, Notice, Plan, Point, RiskEvent, RiskUnit, Study
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


def a_plan(unit: Unit) -> Plan:
    """A plan whose picture nobody has drawn."""
    return Plan.objects.create(name="总平面", file=new_id(), made_at=clock.now(), **scope_of(unit))


def a_notice(unit: Unit) -> Notice:
    told = {
        "name": "食堂操作间",
        "code": "08-001",
        "level": 2,
        "place": "一楼",
        "owner": "张合成",
        "post": "校长",
        "measures": ["看一遍"],
    }
    return Notice.objects.create(title="风险公告", points=[told], at=clock.now(), by="测试", **scope_of(unit))


def a_study(unit: Unit) -> Study:
    now = clock.now()
    return Study.objects.create(
        month=f"{now:%Y-%m}", on=clock.today(), conclusion="防火", by="测试", at=now, **scope_of(unit)
    )


def an_acceptance(unit: Unit, kind: str = "risk") -> Acceptance:
    return Acceptance.objects.create(kind=kind, asked_by="测试", asked_at=clock.now(), **scope_of(unit))


def the_acceptance(unit: Unit) -> Acceptance:
    """The one that is open, made when there is none."""
    return Acceptance.objects.filter(unit=unit).first() or an_acceptance(unit)
