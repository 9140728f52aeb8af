import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xiaoan.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("people", "0002_find_people")]

    operations = [
        migrations.CreateModel(
            name="FormerPassword",
            fields=[
                ("id", models.UUIDField(default=xiaoan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("password", models.CharField(max_length=128)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="former_passwords", to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
