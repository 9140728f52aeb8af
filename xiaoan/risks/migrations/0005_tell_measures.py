from datetime import date

from django.db import migrations

MEASURES = ("risk_accepted", "dual_prevention")


def ask_anew(apps, schema_editor):
    """What sheets said of acceptance is read anew by the daily job, from what this floor knows; a school that never
    said it gets an empty reading to be filled."""
    readings = apps.get_model("obligations", "Reading").objects
    today = date.today()
    readings.filter(measure__in=MEASURES).update(expires_on=today)
    told = set(readings.filter(measure__in=MEASURES).values_list("unit_id", "measure"))
    rows = apps.get_model("risks", "Standing").objects.filter(listed_on__isnull=False)
    fresh = (
        readings.model(
            unit_id=row.unit_id,
            unit_path=row.unit_path,
            county_path=row.county_path,
            measure=measure,
            read_on=today,
            expires_on=today,
        )
        for row in rows.iterator(chunk_size=2000)
        for measure in MEASURES
        if (row.unit_id, measure) not in told
    )
    readings.bulk_create(fresh, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("risks", "0004_waiting"),
        ("obligations", "0004_evidence_by_record"),
    ]

    operations = [migrations.RunPython(ask_anew, migrations.RunPython.noop)]
