"""Reading a choice that came from outside: the row of that id among those that may be chosen, or None."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from xiaoan.kernel.ids import read_id

M = TypeVar("M", bound=Model)


def picked(rows: QuerySet[M], told: object) -> M | None:
    wanted = read_id(told) if told else None
    return rows.filter(pk=wanted).first() if wanted else None
