from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from xiaoan.ground.units.models import Scoped, ScopedQuerySet, scope_indexes
from xiaoan.kernel.ids import new_id


class MemberQuerySet(ScopedQuerySet):
    def current(self, on: date) -> Self:
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)


class Member(Scoped):
    """Somebody in an inspection team of a bureau or school (`unit`), from a day to a day.

    `home_path` is where the person belongs: never inspected by them. A third party names its organisation and, when its
    post is limited, the only units that it may look at.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.CharField(max_length=16)
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=60)
    home_path = models.CharField(max_length=32, blank=True)
    home_name = models.CharField(max_length=80, blank=True)
    body = models.CharField(max_length=16, default="own")
    organisation = models.CharField(max_length=60, blank=True)
    skills = models.JSONField(default=list, help_text="topics that the person knows")
    places = models.JSONField(default=list, help_text="ids of the only units a limited post may look at")
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = MemberQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "team", "person_id", "starts"], name="member_once"),
        ]
        indexes = [*scope_indexes("member", "team", "-id"), models.Index(fields=["person_id"], name="member_person")]

    def __str__(self) -> str:
        return self.person_name

    def is_current(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or self.ends >= on)


class Keeper(Scoped):
    """The inspector who looks after a school (包校); `unit` is the school."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=60)
    by_path = models.CharField(max_length=32)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ends__isnull=True), name="insp_keeper_one"),
        ]
        indexes = [*scope_indexes("insp_keeper", "-id"), models.Index(fields=["person_id"], name="insp_keeper_person")]
