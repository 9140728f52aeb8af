"""What concerns persons: keepers, key persons, contacts, mediation, the seven prohibitions."""

from django.db import models

from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Scoped
from xiaoan.kernel.ids import new_id
from xiaoan.matters.models.cases import CALM, Matter

DUTIES = {"petitions": "信访重点人员", "clues": "受限线索", "mediation": "调解记录"}


class Keeper(Scoped):
    """Whom a unit has named, by post, to read what others may not: key persons, clues, mediation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.CharField(max_length=12)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    named_by = models.CharField(max_length=60)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "duty"], condition=models.Q(ended_at__isnull=True), name="keeper_once"
            )
        ]
        indexes = [models.Index(fields=["unit_path", "duty"], name="keeper_unit")]

    @property
    def duty_name(self) -> str:
        return DUTIES[self.duty]


class KeyPerson(Scoped):
    """Somebody who is looked after because of petitions. Read by the keepers of petitions only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    why = models.CharField(max_length=300)
    responsible = models.CharField(max_length=80, help_text="the unit that looks after them")
    keeper = models.CharField(max_length=40, help_text="the person there")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    calm = models.CharField(max_length=8, default="calm")
    contacted_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "ended_at", "-id"], name="keyperson_unit")]

    def __str__(self) -> str:
        """No name: this stands in the journal."""
        return "信访重点人员"

    @property
    def calm_name(self) -> str:
        return CALM.get(self.calm, "")


class Contact(Scoped):
    """One talk or visit with somebody who petitions; `calm` is how they were found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="contacts")
    key_person = models.ForeignKey(KeyPerson, models.PROTECT, null=True, related_name="contacts")
    words = models.CharField(max_length=500)
    calm = models.CharField(max_length=8)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    @property
    def calm_name(self) -> str:
        return CALM.get(self.calm, "")


class Party(Scoped):
    """Somebody in the case: reads the mediation of a dispute."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="party_once")]


class Mediation(Scoped):
    """A confidential record of mediation. It stands in no list, export, API, search or journal text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="mediations")
    words = models.TextField(max_length=4000)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()


class Prohibition(Scoped):
    """One of the seven things that must not happen, as a city (or province) worded it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=120)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "place"], name="prohibition_unit")]

    def __str__(self) -> str:
        return self.words


class Breach(Scoped):
    """That one of them did happen, at a unit on a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prohibition = models.ForeignKey(Prohibition, models.PROTECT, related_name="breaches", db_constraint=True)
    on = models.DateField()
    words = models.CharField(max_length=300)
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county_path", "-on"], name="breach_county")]
