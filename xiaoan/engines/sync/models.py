from django.db import models


class CommandState(models.TextChoices):
    DONE = "done", "已办"
    REFUSED = "refused", "未办成"
    SETTLED = "settled", "已处理"


class Command(models.Model):
    """One submission of a phone and its answer; the primary key makes a second sending harmless."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    person_id = models.UUIDField()
    unit_path = models.CharField(max_length=32)
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CommandState.choices)
    answer = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["unit_path", "-received_at"], condition=models.Q(state="refused"), name="sync_refused")
        ]
