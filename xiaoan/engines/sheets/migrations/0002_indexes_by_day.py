# The list shows when things happened, so its indexes follow that day; the old ones followed the id alone.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('sheets', '0001_initial')]

    operations = [
        migrations.RemoveIndex(model_name='record', name='rec_prov'),
        migrations.RemoveIndex(model_name='record', name='rec_city'),
        migrations.RemoveIndex(model_name='record', name='rec_coun'),
        migrations.RemoveIndex(model_name='record', name='rec_town'),
        migrations.RemoveIndex(model_name='record', name='rec_unit'),
        migrations.AddIndex(model_name='record', index=models.Index(models.F('province_path'), models.OrderBy(models.F('happened_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rec_prov')),
        migrations.AddIndex(model_name='record', index=models.Index(models.F('city_path'), models.OrderBy(models.F('happened_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rec_city')),
        migrations.AddIndex(model_name='record', index=models.Index(models.F('county_path'), models.OrderBy(models.F('happened_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rec_coun')),
        migrations.AddIndex(model_name='record', index=models.Index(models.F('township_path'), models.OrderBy(models.F('happened_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rec_town')),
        migrations.AddIndex(model_name='record', index=models.Index(models.F('unit_path'), models.OrderBy(models.F('happened_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rec_unit')),
    ]
