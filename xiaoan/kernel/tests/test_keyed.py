"""The migration's step that makes a table known by what its rows say."""

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from xiaoan.kernel.keyed import KeyBy

BEFORE = migrations.CreateModel(
    "Seen",
    fields=[
        ("id", models.BigAutoField(primary_key=True)),
        ("place", models.CharField(max_length=8)),
        ("day", models.DateField()),
        ("n", models.IntegerField(default=0)),
        ("next", models.GeneratedField(expression=models.F("n") + 1, output_field=models.IntegerField(), db_persist=True)),
    ],
    options={
        "constraints": [models.UniqueConstraint(fields=["place", "day"], name="seen_once")],
        "indexes": [models.Index(fields=["day", "n"], name="seen_day")],
    },
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_rows_indexes_and_what_is_unique_outlive_it() -> None:
    first, second = ProjectState(), ProjectState()
    BEFORE.state_forwards("tried", first)
    BEFORE.state_forwards("tried", second)
    step = KeyBy(model_name="seen", unique="seen_once")
    step.state_forwards("tried", second)
    old, new = first.apps.get_model("tried", "Seen"), second.apps.get_model("tried", "Seen")
    with connection.schema_editor() as editor:
        editor.create_model(old)
    try:
        old.objects.bulk_create([old(place="0001", day=f"2026-11-{day:02d}", n=day) for day in range(1, 4)])
        with connection.schema_editor() as editor:
            step.database_forwards("tried", editor, first, second)
        assert list(new.objects.order_by("day").values_list("n", "next")) == [(1, 2), (2, 3), (3, 4)]
        assert new.objects.get(pk=("0001", "2026-11-02")).n == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            new.objects.create(place="0001", day="2026-11-02", n=9)
        with connection.cursor() as cursor:
            held = connection.introspection.get_constraints(cursor, "tried_seen")
        assert {tuple(c["columns"]) for c in held.values() if c["primary_key"]} == {("place", "day")}
        assert held["seen_day"]["columns"] == ["day", "n"] and "seen_once" not in held
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(new)
