"""What the clock starts for tallies."""

from collections.abc import Callable
from typing import Any

from xiaoan.engines.tally.services import fold as fold_some


def fold(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Fold all deltas that are open now."""
    folded = 0
    while count := fold_some():
        folded += count
        beat(folded, 0)
    return f"归并 {folded} 条"
