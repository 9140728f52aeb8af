"""What rows are made of: cells of text with tabs between them, as COPY reads them."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from django.db import models

from xiaoan.site.fabricate.written import spelled

Row = str
NULL = "\\N"

_SPELLED: dict[type, Callable[[Any], str]] = {
    str: lambda v: v,
    int: str,
    bool: lambda v: "1" if v else "0",
    type(None): lambda v: NULL,
    datetime: lambda v: spelled(int(v.timestamp())),
    date: lambda v: str(v.isoformat()),
    uuid.UUID: lambda v: str(v.hex),
    list: lambda v: json.dumps(v, ensure_ascii=False),
    dict: lambda v: json.dumps(v, ensure_ascii=False),
}


def row_of(values: Mapping[str, Any]) -> Row:
    """A row from values in the order of the model's columns (see `blank`)."""
    return row(*(_SPELLED[type(v)](v) for v in values.values()))


def row(*cells: str) -> Row:
    return "\t".join(cells)


def blank(model: type[models.Model]) -> dict[str, Any]:
    """{column: value} of a new row before anything is said of it, in the order of `loader.columns_of`: whoever fabricates
    copies and fills it, so that columns added later have their default."""
    return dict(_blank(model))


@cache
def _blank(model: type[models.Model]) -> dict[str, Any]:
    """Asked of each model once: what a default makes anew, an id or a moment, whoever fabricates says himself."""
    made = model()
    fields = [f for f in model._meta.concrete_fields if not (f.generated or isinstance(f, models.AutoField))]
    given = ((f.attname, getattr(made, f.attname)) for f in fields)
    return {name: value.value if isinstance(value, Enum) else value for name, value in given}
