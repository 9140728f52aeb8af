"""What the clock starts for matters."""

from collections.abc import Callable
from typing import Any

from xiaoan.matters.services.enquiries import close_quiet


def close_answered(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Close enquiries that were answered and found quiet."""
    return f"办结 {close_quiet()} 件"
