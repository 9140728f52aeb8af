"""A migration's step: a table is known by what its rows say, and keeps no number or identifier beside it."""

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation


class KeyBy(Operation):
    """Make the columns of a unique constraint the primary key, in place of the column `id`. One way only: what the
    ids were cannot be told again."""

    reversible = False

    def __init__(self, model_name: str, unique: str) -> None:
        self.model_name, self.unique = model_name, unique

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"model_name": self.model_name, "unique": self.unique}

    def state_forwards(self, app_label: str, state: Any) -> None:
        held = state.models[app_label, self.model_name].get_constraint_by_name(self.unique)
        key = models.CompositePrimaryKey(*held.fields, blank=True, editable=False, primary_key=True, serialize=False)
        state.remove_constraint(app_label, self.model_name, self.unique)
        state.remove_field(app_label, self.model_name, "id")
        state.add_field(app_label, self.model_name, "pk", key, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table, key = model._meta.db_table, ", ".join(f'"{f.column}"' for f in model._meta.pk_fields)
        if schema_editor.connection.vendor == "postgresql":
            gone = f"DROP COLUMN id, DROP CONSTRAINT {self.unique}"  # and with the column the key that it was
            schema_editor.execute(f"ALTER TABLE {table} {gone}, ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key})")
        else:
            _make_anew(schema_editor, model, table)

    def describe(self) -> str:
        return f"Know {self.model_name} by {self.unique}"


def _make_anew(schema_editor: Any, model: Any, table: str) -> None:
    """SQLite changes no key: the rows go into a new table of the same name, with its indexes."""
    told = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.generated)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s", [table]
        )
        indexes = [name for (name,) in cursor.fetchall()]
    for name in indexes:
        schema_editor.execute(f'DROP INDEX "{name}"')
    schema_editor.execute(f"ALTER TABLE {table} RENAME TO {table}_old")
    schema_editor.create_model(model)
    schema_editor.execute(f"INSERT INTO {table} ({told}) SELECT {told} FROM {table}_old")
    schema_editor.execute(f"DROP TABLE {table}_old")
