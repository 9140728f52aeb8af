"""Points that people tell at, and what they told, for tests of any floor above."""

from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Tip
from xiaoan.hazards.telling.services import tell_hazard
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models import Point
from xiaoan.risks.tests.making import a_point


def a_told_point(unit: Unit) -> Point:
    return a_point(unit)


def a_tip(unit: Unit, **told: str) -> Tip:
    """What a parent told at a point of the school."""
    given = {"words": "配电间冒火花", "where": "10.0.0.1", **told}
    return tell_hazard(point=a_point(unit), hazard_id=new_id(), **given)
