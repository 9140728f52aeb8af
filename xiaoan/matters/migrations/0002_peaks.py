"""Count peaks anew: each once a day, and those in force. What is there before was counted by another rule or not at all."""

from typing import Any

from django.db import migrations

from xiaoan.engines.tally.recount import mend
from xiaoan.matters.recount import peaks


def count_peaks(apps: Any, schema: Any) -> None:
    if not any(apps.get_model("matters", name).objects.exists() for name in ("Peak", "Sighting")):
        return
    for leaves in peaks():
        mend(leaves)


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0001_initial"),
        ("tally", "0001_initial"),
    ]

    operations = [migrations.RunPython(count_peaks, migrations.RunPython.noop)]
