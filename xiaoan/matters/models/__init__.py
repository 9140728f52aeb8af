"""Tables of matters, by noun."""

from xiaoan.matters.models.around import Cell, Peak, Sighting, Spot, Visit
from xiaoan.matters.models.cases import Matter, Said
from xiaoan.matters.models.joint import Circular, CircularLine, Sweep, SweepSchool
from xiaoan.matters.models.people import Breach, Contact, Keeper, KeyPerson, Mediation, Party, Prohibition

__all__ = [
    "Breach", "Cell", "Circular", "CircularLine", "Contact", "Keeper", "KeyPerson", "Matter", "Mediation", "Party", "Peak",
    "Prohibition", "Said", "Sighting", "Spot", "Sweep", "SweepSchool", "Visit",
]  # fmt: skip
