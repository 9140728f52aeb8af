"""The migration's step that makes a table known by what its rows say."""

import uuid

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from xiaoan.kernel.keyed import KeyBy

IDS = {"number": models.BigAutoField(primary_key=True), "uuid": models.UUIDField(primary_key=True, default=uuid.uuid4)}
FIELDS = [
    ("place", models.CharField(max_length=8)),
    ("day", models.DateField()),
    ("n", models.IntegerField(default=0)),
    ("next", models.GeneratedField(expression=models.F("n") + 1, output_field=models.IntegerField(), db_persist=True)),
]
OPTIONS = {
    "constraints": [models.UniqueConstraint(fields=["place", "day"], name="seen_once")],
    "indexes": [models.Index(fields=["day", "n"], name="seen_day")],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", IDS)
def test_rows_indexes_and_what_is_unique_outlive_it_both_ways(kind: str) -> None:
    first, second = ProjectState(), ProjectState()
    for state in (first, second):
        migrations.CreateModel("Seen", [("id", IDS[kind]), *FIELDS], OPTIONS).state_forwards("tried", state)
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
        with connection.schema_editor() as editor:
            step.database_backwards("tried", editor, second, first)
        assert len(set(old.objects.values_list("pk", flat=True))) == 3
        with pytest.raises(IntegrityError), transaction.atomic():
            old.objects.create(place="0001", day="2026-11-02", n=9)
        with connection.schema_editor() as editor:
            step.database_forwards("tried", editor, first, second)
        assert new.objects.count() == 3
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(new)
