"""Proving the tallies: every counter recounted from rows and compared; and what the database itself does not check."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, ForeignKey, OuterRef
from django.utils.module_loading import import_string

from xiaoan.engines.tally.recount import compare
from xiaoan.engines.tally.services import Key

Difference = tuple[Key, int, int]  # key, counted from rows, held
Stray = tuple[str, str, int]  # table, column, rows


def differences() -> Iterator[Difference]:
    """(key, counted from rows, held) wherever a tally is not what its rows say."""
    for generator in settings.XIAOAN_RECOUNTS:
        for leaves in import_string(generator)():
            yield from compare(leaves)


def strays() -> Iterator[Stray]:
    """(table, column, rows) where rows name something that is not there, of the references without a constraint."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, ForeignKey) or field.db_constraint:  # type: ignore[attr-defined]
                continue
            named = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
            lost = model._base_manager.filter(~Exists(named), **{f"{field.attname}__isnull": False}).count()
            if lost:
                yield model._meta.db_table, field.column, lost
