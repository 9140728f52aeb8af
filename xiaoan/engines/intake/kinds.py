"""The kinds of workbook that the site takes in."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from xiaoan.ground.units.intake import Intake
from xiaoan.kernel.errors import NotKnown


@cache
def kinds() -> dict[str, Intake]:
    return {key: import_string(path) for key, path in settings.XIAOAN_INTAKES.items()}


def kind_of(key: str) -> Intake:
    """The kind, or NotKnown."""
    if key not in kinds():
        raise NotKnown("没有这种导入。")
    return kinds()[key]
