"""What the clock starts."""

from collections.abc import Callable
from typing import Any

from xiaoan.risks.services.standing import reckon_expired


def refresh(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Reckon the schools anew whose controls fell due, or whose hazard loop stood still too long."""
    done = 0
    while count := reckon_expired():
        done += count
        beat(done, 0)
    return f"重算 {done} 所学校"
