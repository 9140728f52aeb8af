"""What the worker does for imports."""

import uuid
from typing import Any

from xiaoan.engines.intake.services import take_upload
from xiaoan.ground.units.intake import Beat


def take(payload: dict[str, Any], beat: Beat) -> str:
    """Take a confirmed workbook in. Safe to run twice: rows that are there already change nothing."""
    return take_upload(uuid.UUID(payload["upload"]), beat)
