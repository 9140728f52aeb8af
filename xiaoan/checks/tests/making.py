"""Checklists for tests of any floor above."""

from typing import Any

from xiaoan.checks import services
from xiaoan.checks.models import Checklist
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM


def a_checklist(unit: Unit, title: str = "食堂检查", *, is_published: bool = True, **told: Any) -> Checklist:
    """A unit's checklist of four starter items."""
    keys = told.pop("keys", ["C04-01", "C04-02", "C02-04", "C08-01"])
    row = services.make_checklist(actor=SYSTEM, unit=unit, title=title, keys=keys, **told)
    return services.publish_checklist(actor=SYSTEM, checklist=row) if is_published else row
