from django.db import models

from xiaoan.kernel.ids import new_id


class Seal(models.Model):
    """One link of the chain over a batch of entries: its hashes take in itself and the link before it.

    `marks` holds the first eight characters of each entry's digest, in order: not to prove anything, but to name which
    entry was put in, taken out or changed. Links made before there were marks take in the digests only."""

    number = models.BigIntegerField(primary_key=True)
    count = models.IntegerField()
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    marks = models.TextField(default="")


class Entry(models.Model):
    """Who did what to which thing, when, where from, and what changed by it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=60)
    post_id = models.UUIDField(null=True)
    role = models.CharField(max_length=24)
    where = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=120)
    unit_path = models.CharField(max_length=32, blank=True)
    changes = models.JSONField(default=dict)
    command = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="entries")

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "subject_type", "-at"], name="entry_subject"),
            models.Index(fields=["unit_path", "-at"], name="entry_unit_path"),
            models.Index(fields=["person_id", "-at"], name="entry_person"),
            models.Index(fields=["id"], condition=models.Q(seal__isnull=True), name="entry_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.person_name} {self.verb} {self.subject_name}"
