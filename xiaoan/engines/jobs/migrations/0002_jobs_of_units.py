from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="job", name="unit_path", field=models.CharField(blank=True, db_default="", default="", max_length=32)
        ),
        migrations.AddIndex(model_name="job", index=models.Index(fields=["name", "-id"], name="job_name")),
    ]
