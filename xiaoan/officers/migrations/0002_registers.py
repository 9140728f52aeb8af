"""What schools keep a register of is read from it: have the hourly job read anew where there is one."""

from datetime import date
from typing import Any

from django.db import migrations

MEASURES = {"class": "class_officers", "dormitory": "room_officers"}
LONG_AGO = date(2000, 1, 1)


def read_anew(apps: Any, schema: Any) -> None:
    Group, Reading = apps.get_model("officers", "Group"), apps.get_model("obligations", "Reading")
    for kind, measure in MEASURES.items():
        rows = Group.objects.filter(kind=kind, ended_on__isnull=True).order_by()
        for unit, path, county in rows.values_list("unit", "unit_path", "county_path").distinct().iterator():
            told = {"unit_path": path, "county_path": county, "read_on": LONG_AGO, "expires_on": LONG_AGO}
            reading, is_new = Reading.objects.get_or_create(unit_id=unit, measure=measure, defaults=told)
            if not is_new:
                Reading.objects.filter(pk=reading.pk).update(expires_on=LONG_AGO)


class Migration(migrations.Migration):
    dependencies = [
        ("officers", "0001_initial"),
        ("obligations", "0004_evidence_by_record"),
    ]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
