from django.db import models

from xiaoan.ground.units.models import Scoped
from xiaoan.kernel.ids import new_id


class StoredFile(Scoped):
    """One uploaded file of a unit, stored under its SHA-256; `subject` names what it belongs to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    subject_type = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="file_subject")]
