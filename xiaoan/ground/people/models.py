from datetime import date
from typing import Self

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Scoped, ScopedQuerySet, scope_indexes
from xiaoan.kernel import clock
from xiaoan.kernel.ids import new_id


class Person(AbstractUser):
    """Somebody who signs in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, db_index=True)
    phone = models.CharField(max_length=20, blank=True, db_index=True)
    must_change_password = models.BooleanField(default=False)
    password_set_on = models.DateField(null=True)
    is_synthetic = models.BooleanField(default=False)

    posts_at_sight: "list[Post] | None" = None  # in force when the session's account was read, for the same request
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """As Django, but without hashing a first password anew: it stays until the person chooses one."""
        if self.password.startswith("first$"):
            return check_password(raw_password, self.password)
        return super().check_password(raw_password)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class FormerPassword(models.Model):
    """The hash of a password that a person chose before, so that it is not chosen again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)


class PostQuerySet(ScopedQuerySet):
    def current(self, on: date | None = None) -> Self:
        """Posts in force on a day (today)."""
        return self.filter(in_force(on or clock.today()))


def in_force(day: date) -> Q:
    """Posts that have begun and not ended on a day."""
    return (Q(ends__isnull=True) | Q(ends__gte=day)) & Q(starts__lte=day)


class Post(Scoped):
    """A role at a unit, from a day to a day. A deputy's post names the post it stands in for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24, choices=[(r.key, r.name) for r in ROLES.values()])
    title = models.CharField(max_length=40, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True)
    deputy_for = models.ForeignKey("self", models.PROTECT, null=True, related_name="deputies")

    objects = PostQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            *scope_indexes("post", "role", "-id"),
            *scope_indexes("post_new", "-id"),
            models.Index(fields=["person", "starts"], name="post_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person.name} · {self.role_name}"

    @property
    def role_name(self) -> str:
        return ("代理" if self.deputy_for_id else "") + (self.title or ROLES[self.role].name)

    def is_current(self, on: date | None = None) -> bool:
        """Whether the post is in force on a day (today)."""
        day = on or clock.today()
        return self.starts <= day and (self.ends is None or self.ends >= day)
