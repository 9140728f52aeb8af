"""What this floor tells the measures: nobody is asked for what acceptance and activity have shown."""

from xiaoan.ground.units.models import Unit
from xiaoan.risks.models import Standing
from xiaoan.risks.services.standing import figures_of


def accepted(unit: Unit) -> tuple[int, int] | None:
    """The county has passed the school's risk assessment."""
    return _told(unit, "accepted")


def dual(unit: Unit) -> tuple[int, int] | None:
    """Dual prevention was accepted, and both the risk list and the hazard loop run."""
    return _told(unit, "dual")


def _told(unit: Unit, share: str) -> tuple[int, int] | None:
    row = Standing.objects.filter(unit_path=unit.path).first()
    return (figures_of(row)[share], 1) if row else None
