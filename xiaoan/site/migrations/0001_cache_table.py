from django.core.management import call_command
from django.db import migrations

TABLE = "xiaoan_cache"


def make_table(apps, schema_editor):
    """Made whatever XIAOAN_CACHE says today, so that it is there on the day it is left empty."""
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop_table(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE IF EXISTS {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(make_table, drop_table)]
