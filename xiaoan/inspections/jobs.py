"""What the clock starts."""

from collections.abc import Callable
from typing import Any

from xiaoan.inspections.blacklist import end_expired

Beat = Callable[[int, int], None]


def end_blacklistings(payload: dict[str, Any], beat: Beat) -> str:
    """Take off the black list what has run out."""
    return f"解除 {end_expired()} 个"
