"""Groups, officers and what they tell, for tests and for the rights matrix."""

from typing import Any

from conftest import Cast
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM
from xiaoan.officers.models import Concern, Group, Officer, Report
from xiaoan.officers.services.groups import add_groups, name_officer
from xiaoan.officers.services.reports import report_concern, report_suspicion

PUPIL = "合成学生甲"


def a_class(
    cast: Cast, school: Unit, name: str = "七(1)班", kind: str = "class", role: str = "homeroom_teacher", **more: Any
) -> Group:
    """A class (or room) with its teacher, made once."""
    found = Group.objects.filter(unit=school, name=name).first()
    grade = more.get("grade", 7)
    teacher = cast.post(role, school)
    return found or add_groups(actor=SYSTEM, unit=school, kind=kind, names=[name], grade=grade, teacher=teacher)[0]


def an_officer(cast: Cast, group: Group, with_account: bool = True) -> Officer:
    person = cast.post("student_officer", group.unit, PUPIL).person if with_account else None
    return name_officer(actor=SYSTEM, group=group, name=PUPIL, person=person)


def a_report(cast: Cast, school: Unit) -> Report:
    found = Report.objects.filter(unit=school).first()
    return found or report_suspicion(actor=cast.actor("guard", school), unit=school, words="合成:陌生人徘徊")


def a_link(cast: Cast, school: Unit) -> str:
    found = Officer.objects.filter(unit=school, ended_on__isnull=True).first()
    return (found or an_officer(cast, a_class(cast, school), with_account=False)).token


def a_concern(cast: Cast, school: Unit) -> Concern:
    found = Concern.objects.filter(unit=school).first()
    return found or report_concern(
        actor=SYSTEM, group=a_class(cast, school), pupil="合成学生乙", words="合成:几天没吃饭"
    )
