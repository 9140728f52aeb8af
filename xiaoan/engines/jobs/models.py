from django.conf import settings
from django.db import models

from xiaoan.kernel.ids import new_id


class JobState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    DEAD = "dead", "失败"


class Job(models.Model):
    """One piece of work with its progress, lease and outcome; of the unit that asked, or of the whole platform."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    unit_path = models.CharField(
        max_length=32, blank=True, default="", db_default=""
    )  # db: for processes of the last version
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    outcome = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["run_after", "id"], condition=models.Q(state__in=["queued", "running"]), name="job_open"
            ),
            models.Index(fields=["state", "-id"], name="job_state"),
            models.Index(fields=["name", "-id"], name="job_name"),
        ]

    @property
    def label(self) -> str:
        """What people call it."""
        return str(settings.XIAOAN_JOB_NAMES[self.name])

    @property
    def percent(self) -> int:
        return 100 if self.state == JobState.DONE else (self.done * 100 // self.total if self.total else 0)


class Tick(models.Model):
    """When a scheduled job is next due: claimed by updating the row that still has the old time."""

    name = models.CharField(max_length=60, primary_key=True)
    next_run = models.DateTimeField()
