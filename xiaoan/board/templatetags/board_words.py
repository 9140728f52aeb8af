"""A few words that only boards use."""

from datetime import date

from django.template import Library

register = Library()
BANDS = ((90, "tl5"), (75, "tl4"), (50, "tl3"), (0, "tl2"))


@register.filter
def overdue(due: date, on: date) -> str:
    """超 6 天."""
    return f"超 {(on - due).days} 天"


@register.filter
def tone(percent: int | None) -> str:
    """The ground of a tile, by how much is done there."""
    return "tl0" if percent is None else next(name for least, name in BANDS if percent >= least)


@register.filter
def css(number: float) -> str:
    """A number as style sheets want it, whatever the language."""
    return f"{number:.2f}"
