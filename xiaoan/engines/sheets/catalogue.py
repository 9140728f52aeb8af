"""The sheets: read from catalogue/sheets/*.yaml into frozen declarations."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

TYPES = {
    "text", "number", "date", "time", "choice", "choices", "yesno", "check", "photo", "file", "place", "person",
    "signature", "table",
}  # fmt: skip
YES_NO = (("yes", "是"), ("no", "否"))
CHECK = (("ok", "正常"), ("bad", "异常"), ("na", "不适用"))


@dataclass(frozen=True)
class Field:
    """One question. `show` is a condition on another answer; hidden questions are not asked nor stored."""

    key: str
    label: str
    type: str
    required: bool = False
    remember: bool = False
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    help: str = ""
    min: float | None = None
    max: float | None = None
    default: Any = None
    show: dict[str, Any] | None = None
    fields: tuple["Field", ...] = ()

    def label_of(self, value: Any) -> str:
        """The Chinese words for an answer."""
        names = dict(self.options)
        if isinstance(value, list):
            return "、".join(names.get(str(v), str(v)) for v in value)
        return names.get(str(value), "" if value is None else str(value))


@dataclass(frozen=True)
class Sheet:
    """A record type. `columns` names the questions that feed topic, headcount and minutes."""

    key: str
    version: int
    name: str
    verb: str
    icon: str
    group: str
    ranks: tuple[str, ...]
    moment: str
    quick: bool
    fields: tuple[Field, ...]
    columns: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    confidential: tuple[str, ...] = ()

    def field(self, key: str) -> Field:
        return next(f for f in self.fields if f.key == key)

    @property
    def checks(self) -> list[Field]:
        return [f for f in self.fields if f.type == "check"]


@cache
def sheets() -> dict[str, Sheet]:
    """All sheets by key. Raises ValueError naming the file for a wrong declaration."""
    found = {}
    for path in sorted(Path(settings.XIAOAN_CATALOGUE, "sheets").glob("*.yaml")):
        sheet = read_sheet(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), path.name)
        found[sheet.key] = sheet
    return found


def sheet(key: str) -> Sheet:
    """The sheet of that key; raises KeyError."""
    return sheets()[key]


def read_sheet(raw: dict[str, Any], name: str) -> Sheet:
    """A declaration from YAML. Unknown properties, types and references raise ValueError."""
    try:
        fields = tuple(_read_field(f) for f in raw.pop("fields"))
        made = Sheet(
            fields=fields, ranks=tuple(raw.pop("ranks")), confidential=tuple(raw.pop("confidential", ())),
            columns=dict(raw.pop("columns", {}) or {}), **raw,
        )  # fmt: skip
    except (TypeError, KeyError) as why:
        raise ValueError(f"{name}: {why}") from why
    known = {f.key for f in fields}
    used = {*made.columns.values(), *made.confidential, *(f.show["field"] for f in fields if f.show)}
    if used - known:
        raise ValueError(f"{name}: no such question {sorted(used - known)}")
    return made


def _read_field(raw: dict[str, Any]) -> Field:
    raw = dict(raw)
    if raw["type"] not in TYPES:
        raise TypeError(f"unknown type {raw['type']}")
    options = {"yesno": YES_NO, "check": CHECK}.get(raw["type"]) or tuple(
        (str(o["key"]), str(o["label"])) for o in raw.pop("options", ())
    )
    raw.pop("options", None)
    return Field(options=options, fields=tuple(_read_field(f) for f in raw.pop("fields", ())), **raw)
