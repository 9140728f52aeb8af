"""A sheet as plain data, for those who draw it elsewhere: the phone, the API."""

from typing import Any

from xiaoan.engines.sheets.answers import EMPTY, NOTE, most_of, spelled
from xiaoan.engines.sheets.catalogue import Field, Sheet


def describe(sheet: Sheet) -> dict[str, Any]:
    """Everything needed to draw the sheet and to check answers before sending; JSON-able.

    Values of options, defaults and conditions are strings, as answers are. `show` holds when the answer to
    its `field`, or one of several answers, is among `is`; a hidden question is not asked and not sent.
    A record without a single answer is refused with `empty`.
    """
    return {
        "key": sheet.key,
        "version": sheet.version,
        "name": sheet.name,
        "verb": sheet.verb,
        "icon": sheet.icon,
        "group": sheet.group,
        "ranks": list(sheet.ranks),
        "moment": sheet.moment,
        "quick": sheet.quick,
        "empty": EMPTY,
        "fields": [describe_field(f, f.key in sheet.confidential) for f in sheet.fields],
    }


def describe_field(field: Field, confidential: bool = False) -> dict[str, Any]:
    """One question. `max` is always set for text (letters) and files (pieces); `note` is the key under which a
    check that failed sends its sentence; `missing` is what to say when a required answer is not there."""
    return {
        "key": field.key,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "remember": field.remember,
        "confidential": confidential,
        "options": [{"key": key, "label": label} for key, label in field.options],
        "unit": field.unit,
        "help": field.help,
        "min": field.min,
        "max": most_of(field),
        "default": None if field.default is None else spelled(field.default),
        "show": {"field": field.show["field"], "is": [spelled(v) for v in field.show["is"]]} if field.show else None,
        "note": field.key + NOTE if field.type == "check" else "",
        "missing": f"“{field.label}”没有填写。",
        "fields": [describe_field(f) for f in field.fields],
    }
