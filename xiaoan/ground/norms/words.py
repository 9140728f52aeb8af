"""Norm values as pages write them."""

from typing import Any

from xiaoan.ground.norms.declare import Norm

CONFIDENCE = {"source": "有出处", "platform": "平台默认"}


def value_in_words(norm: Norm, value: Any) -> str:
    """15 天, 是, 0.8: with the norm's unit."""
    if norm.kind == "flag":
        return "是" if value else "否"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{shown} {norm.unit}".strip() if norm.kind != "text" else shown


def bounds_in_words(norm: Norm) -> str:
    """What may be filled in."""
    if norm.kind == "flag":
        return "选是或否"
    if norm.least is None and norm.most is None:
        return f"单位:{norm.unit}" if norm.unit else ""
    least, most = (f"{n:g}" if n is not None else "" for n in (norm.least, norm.most))
    spread = f"{least} 到 {most}" if least and most else (f"不小于 {least}" if least else f"不大于 {most}")
    return f"{'整数，' if norm.kind == 'int' else ''}{spread} {norm.unit}".strip()
