"""The lists of this floor, each a declaration."""

from xiaoan.risks.resource.points import CONTROLS, LEVEL_OPTIONS, POINTS, STANDINGS
from xiaoan.risks.resource.works import ACCEPTANCES, NOTICES, STUDIES, acceptance_pill

__all__ = ["ACCEPTANCES", "CONTROLS", "LEVEL_OPTIONS", "NOTICES", "POINTS", "STANDINGS", "STUDIES", "acceptance_pill"]
