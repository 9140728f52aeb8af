"""What runs in the worker when a document is not in force any more."""

import uuid
from collections.abc import Callable
from typing import Any

from xiaoan.engines.tally.services import forget_period
from xiaoan.policies.models import Publication, PublicationState


def forget(payload: dict[str, Any], beat: Callable[[int, int], None]) -> str:
    """Drop the counters of an ended publication: whom it bound. Safe to repeat."""
    publication = Publication.objects.get(id=uuid.UUID(payload["publication"]))
    if publication.state != PublicationState.ENDED:
        return "仍在执行"
    return f"清理 {forget_period(publication.id.hex, publication.unit_path)} 个汇总数"
