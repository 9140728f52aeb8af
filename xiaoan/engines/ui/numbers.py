"""How figures are written: percentages that never round up to done, counts with a space, minutes."""

from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any


def number(value: Any) -> Decimal | None:
    """Return `value` as a decimal, or None when it is no number."""
    try:
        return Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None


def percent(ratio: Any, digits: int = 0) -> str:
    """Write a ratio from 0 to 1 as 86%; cut, never rounded, so that 100% means all of them."""
    value = number(ratio)
    if value is None:
        return "—"
    step = Decimal(1).scaleb(-int(digits))
    shown = (value * 100).quantize(step, rounding=ROUND_DOWN)
    if shown == 0 and value > 0:
        return f"不足 {step}%"
    return f"{shown}%"


def percent_of(part: Any, whole: Any) -> str:
    """Write `part` of `whole` as a percentage; a dash when there is nothing to do."""
    top, base = number(part), number(whole)
    if top is None or not base:
        return "—"
    return percent(top / base)


def count(value: Any, unit: str = "") -> str:
    """Write 1462 and 所 as 1,462 所."""
    figure = number(value)
    if figure is None:
        return "—"
    whole = figure == figure.to_integral_value()
    text = f"{int(figure):,}" if whole else f"{figure.normalize():,f}"
    return f"{text} {unit}" if unit else text


def minutes(value: Any) -> str:
    """Write minutes: 18 分钟, 1 小时 30 分钟, 不到 1 分钟."""
    figure = number(value)
    if figure is None:
        return "—"
    if 0 < figure < 1:
        return "不到 1 分钟"
    hours, rest = divmod(int(figure), 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
