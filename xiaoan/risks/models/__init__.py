"""Tables of this floor: the chain of a school's risks, and what is done about them."""

from xiaoan.risks.models.chain import (
    COLOURS,
    Assessment,
    Confirmation,
    Control,
    Found,
    Level,
    Plan,
    Point,
    RiskEvent,
    RiskUnit,
    Sort,
    Standing,
    Way,
    Why,
)
from xiaoan.risks.models.works import Acceptance, Notice, Opening, Reader, Score, Study, Supervision

__all__ = [
    "COLOURS", "Acceptance", "Assessment", "Confirmation", "Control", "Found", "Level", "Notice", "Opening", "Plan",
    "Point", "Reader", "RiskEvent", "RiskUnit", "Score", "Sort", "Standing", "Study", "Supervision", "Way", "Why",
]  # fmt: skip
