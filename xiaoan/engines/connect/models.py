from datetime import date, datetime, timedelta

from django.db import models

from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.kernel import clock
from xiaoan.kernel.ids import new_id


class Integration(Scoped):
    """Another system that acts in a post with some of the post's rights. Of its token only prefix and digest are kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    rights = models.JSONField(default=list)
    prefix = models.CharField(
        max_length=8, unique=True, help_text="finds the row; the secret is compared by its digest"
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of the token")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    made_by_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = scope_indexes("connect", "-id")

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        return clock.day_of(self.expires_at - timedelta(seconds=1))

    def is_usable(self, now: datetime | None = None) -> bool:
        """Neither revoked nor expired, its post in force and its holder not barred."""
        moment = now or clock.now()
        is_valid = self.revoked_at is None and self.expires_at > moment
        return is_valid and self.post.is_current(clock.day_of(moment)) and self.post.person.is_active


class Endpoint(Scoped):
    """Where an integration wants to be told. `cursor` is the number of the last seal of the journal that was read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="endpoints")
    url = models.URLField(max_length=300)
    kinds = models.JSONField(default=list, help_text="kinds of things that it is told about")
    is_active = models.BooleanField(default=True)
    cursor = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "待送"
    DONE = "done", "已送达"
    DEAD = "dead", "没有送达"


class Delivery(models.Model):
    """One event for one endpoint, sent until it is taken or given up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    entry = models.UUIDField(help_text="id of the journal entry")
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    told = models.CharField(max_length=200, blank=True, help_text="the beginning of the answer, or what went wrong")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "entry"], name="delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "id"], condition=models.Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["endpoint", "-id"], name="delivery_newest"),
            models.Index(fields=["made_at"], name="delivery_made"),
        ]
