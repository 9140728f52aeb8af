from django.db import migrations

from xiaoan.kernel.keyed import KeyBy


class Migration(migrations.Migration):

    dependencies = [("tally", "0001_initial")]
    operations = [KeyBy(model_name="count", unique="tally_count_key")]
