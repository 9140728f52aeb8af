"""What the clock starts for accounts."""

from typing import Any

from xiaoan.ground.people.unused import close_unused
from xiaoan.kernel.actor import SYSTEM


def close_accounts(payload: dict[str, Any], beat: Any) -> str:
    """Close accounts that nobody uses."""
    closed = close_unused(actor=SYSTEM)
    return f"停用 {closed} 个账号" if closed else ""
