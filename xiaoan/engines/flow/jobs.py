"""What the clock starts for cases."""

from collections.abc import Callable
from typing import Any

from xiaoan.engines.flow.escalation import escalate_all


def escalate(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Tell bureaux above of cases that are late."""
    return f"升级 {escalate_all()} 件"
