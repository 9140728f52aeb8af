from django.db import migrations

from xiaoan.kernel.keyed import KeyBy


class Migration(migrations.Migration):

    dependencies = [("obligations", "0005_held_by_the_record")]
    operations = [
        KeyBy(model_name="completion", unique="completion_key"),
        KeyBy(model_name="evidence", unique="evidence_once"),
    ]
