"""What stands beside `unit_path` follows a unit that moves."""

from xiaoan.ground.units.paths import below
from xiaoan.ground.units.reshaping import moved
from xiaoan.matters.models import CircularLine, Matter

PATHS = [(Matter, "holder_path"), (Matter, "partner_path"), (Matter, "escalated_to"), (CircularLine, "partner_path")]


def on_move(old: str, new: str) -> None:
    """Listener of units that move: whoever stands on the way of a case is found anew."""
    for model, column in PATHS:
        rows = model.objects.filter(below(old, column)).exclude(**{column: ""})
        rows.update(**{column: moved(column, old, new)})
