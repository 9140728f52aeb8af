"""What the clock starts for the journal."""

from collections.abc import Callable
from typing import Any

from xiaoan.ground.journal.services import seal_entries


def seal(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Seal all entries that are not sealed yet."""
    sealed = 0
    while count := seal_entries():
        sealed += count
        beat(sealed, 0)
    return f"封印 {sealed} 条"
