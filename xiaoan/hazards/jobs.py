"""What the clock starts for hazards."""

from collections.abc import Callable
from typing import Any

from xiaoan.hazards.services.listings import remind_all


def remind(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Remind of supervised cases without progress."""
    return f"提醒 {remind_all()} 件"
