"""What happens to posts when a unit is closed or merged: they end on that day."""

from datetime import timedelta
from typing import Any

from django.db.models import Q

from xiaoan.ground.people.models import Post
from xiaoan.ground.people.services import dismiss
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM


def on_unit(unit: Unit, before: dict[str, Any] | None) -> None:
    """Listener of units: end every post of a unit that has just been closed; one not begun yet never begins."""
    if unit.closed_on is None or before is None:
        return
    for post in Post.objects.filter(Q(ends__isnull=True) | Q(ends__gt=unit.closed_on), unit=unit).select_related(
        "person"
    ):
        dismiss(actor=SYSTEM, post=post, ends=max(unit.closed_on, post.starts - timedelta(days=1)))
