from django.db import migrations

MAKE = "CREATE STATISTICS hz_reporters (dependencies) ON reported_by_id, county_path FROM hazards_hazard"
DROP = "DROP STATISTICS hz_reporters"


def tell_planner(apps, schema_editor):
    """Who reports, reports in one county: PostgreSQL would take the two for unrelated, expect a handful of rows, and read
    all that somebody ever reported to sort them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("hazards", "0006_fewer_indexes")]

    operations = [migrations.RunPython(tell_planner, forget)]
