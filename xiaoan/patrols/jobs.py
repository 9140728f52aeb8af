"""What the worker does for patrols."""

from typing import Any

from xiaoan.kernel import clock
from xiaoan.patrols.services import AT_ONCE, close_slots


def close(payload: dict[str, Any], beat: Any) -> str:
    """Write down the rounds that nobody walked. May be killed at any point and run again."""
    looked, now = 0, clock.now()
    while number := close_slots(now):
        looked += number
        beat(looked, 0)
        if number < AT_ONCE:
            break
    return f"看了 {looked} 条路线"
