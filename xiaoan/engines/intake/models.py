from typing import Any, Self

from django.db import models

from xiaoan.engines.intake.kinds import kind_of
from xiaoan.ground.units.intake import Intake
from xiaoan.ground.units.models import Scoped, ScopedQuerySet
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import new_id


class UploadState(models.TextChoices):
    READY = "ready", "待确认"
    TAKING = "taking", "正在导入"
    DONE = "done", "已导入"
    FAILED = "failed", "没有导入"
    DROPPED = "dropped", "已放弃"


class UploadQuerySet(ScopedQuerySet):
    def by(self, actor: Actor) -> Self:
        """What the actor's person uploaded, in the actor's scope."""
        return self.under(actor.scope).filter(person_id=actor.person_id) if actor.person_id else self.none()


class Upload(Scoped):
    """A workbook that somebody uploaded, what checking it found, and what came of it.

    The workbook lies in the database, so that any web or worker process may read it, and goes when it is settled.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    post_id = models.UUIDField()
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=60)
    file_name = models.CharField(max_length=120)
    content = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, choices=UploadState.choices, default=UploadState.READY)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list, help_text="[{line, reason, values}]")
    job_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["person_id", "kind", "-made_at"], name="upload_person")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def declared(self) -> Intake:
        return kind_of(self.kind)

    @property
    def is_taking(self) -> bool:
        return self.state == UploadState.TAKING

    @property
    def good(self) -> int:
        return self.new + self.changed

    @property
    def shown_faults(self) -> list[dict[str, Any]]:
        """As many as a person reads on a page; the workbook has all."""
        return list(self.faults[:200])
