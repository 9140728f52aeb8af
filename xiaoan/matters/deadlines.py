"""Deadlines of matters: norms in working days of the unit's calendar."""

from datetime import date

from xiaoan.engines.flow.deadlines import due_in
from xiaoan.ground.norms.queries import norm


def after(key: str, path: str) -> date:
    """The working day on which the norm's days, counted from today, are over."""
    return due_in(int(norm(key, path)), path)
