"""Declaring a norm and finding all that are declared."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Norm:
    """One number or word that regions may set. `basis` is the source; `confidence` is source or platform. A word may be
    one `among` a few."""

    key: str
    kind: str  # int | number | text | flag
    unit: str
    sentence: str
    default: Any
    basis: str
    confidence: str = "platform"
    least: float | None = None
    most: float | None = None
    among: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """The value that a person typed; raises ValueError with a Chinese sentence."""
        if self.kind == "flag":
            return text in ("1", "true", "True", "是", "on")
        if self.kind == "text":
            return self._word(text.strip())
        try:
            value = int(text) if self.kind == "int" else float(text)
        except ValueError:
            raise ValueError(
                f"{self.sentence}应填{'整数' if self.kind == 'int' else '数字'}，现在是“{text}”。"
            ) from None
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise ValueError(f"{self.sentence}应在 {self.least:g} 到 {self.most:g} 之间，现在是 {value}。")
        return value

    def _word(self, text: str) -> str:
        if self.among and text not in self.among:
            raise ValueError(f"{self.sentence}应填{'、'.join(self.among)}中的一个，现在是“{text}”。")
        return text


@cache
def declared() -> dict[str, Norm]:
    """Every norm by key, from the modules that the site lists."""
    return {norm.key: norm for module in settings.XIAOAN_NORMS for norm in import_module(module).NORMS}
