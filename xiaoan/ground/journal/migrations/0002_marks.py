from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="marks",
            field=models.TextField(default=""),
        ),
    ]
