from django.db import models

from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.models import Scoped, scope_indexes
from xiaoan.hazards.models import Hazard
from xiaoan.kernel.ids import new_id
from xiaoan.officers.flows import CONCERN

KINDS = {"class": "班级", "dormitory": "宿舍", "housing": "宿舍区"}
CURRENT = models.Q(ended_on__isnull=True)


class Group(Scoped):
    """A class, a dormitory room or a housing area of a school, with who looks after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=30)
    grade = models.PositiveSmallIntegerField(null=True)
    teacher = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    has_officer = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "name"], condition=CURRENT, name="ofcgroup_once")
        ]
        indexes = [
            *scope_indexes("ofcgroup", "-id", condition=CURRENT),
            models.Index(fields=["teacher"], name="ofcgroup_teacher"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_name(self) -> str:
        return KINDS.get(self.kind, self.kind)


class Officer(Scoped):
    """The safety officer of a group: a pupil as a rule, with or without an account; without one by a private link."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="officers")
    name = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    since = models.DateField()
    ended_on = models.DateField(null=True)
    named_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group"], condition=CURRENT, name="officer_once")]
        indexes = [models.Index(fields=["person"], condition=CURRENT, name="officer_person")]

    def __str__(self) -> str:
        """No name: this stands in the journal."""
        return f"{self.group.name}安全员"


class Report(Scoped):
    """What an officer (or somebody of the school) told: a hazard, which then goes its own way, or something suspicious."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, help_text="hazard or suspicion")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="reports")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="reports")
    hazard = models.ForeignKey(Hazard, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500)
    place = models.CharField(max_length=80, blank=True)
    by = models.CharField(max_length=60)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    seen_by = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=60, blank=True)
    handled_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=300, blank=True)
    sent_by = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField(null=True, help_text="when the school's lead saw what was sent up")

    class Meta:
        indexes = [
            *scope_indexes("ofcreport", "-id"),
            models.Index(fields=["group", "-id"], name="ofcreport_group"),
            models.Index(
                fields=["unit_path"],
                condition=models.Q(kind="suspicion", handled_at__isnull=True),
                name="ofcreport_open",
            ),
        ]

    def __str__(self) -> str:
        return "可疑情况" if self.kind == "suspicion" else "安全员上报的隐患"


class Thanks(Scoped):
    """A word of thanks to an officer, with points if the teacher gives any."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="thanks")
    words = models.CharField(max_length=200)
    points = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()


class Counsellor(Scoped):
    """A post that the principal has named as the school's counsellor: reads concerns beside the homeroom teacher."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    named_by = models.CharField(max_length=60)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=models.Q(ended_at__isnull=True), name="counsellor_once")
        ]
        indexes = [models.Index(fields=["unit_path"], name="counsellor_unit")]


class Watch(Scoped):
    """Who is on duty at the school on a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    on = models.DateField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "on", "post"], name="ofcwatch_once")]


class Concern(Scoped):
    """A worry about one pupil. Read by the homeroom teacher of that class and the counsellor alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="concerns")
    pupil = models.CharField(max_length=40)
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default="told")
    step = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["group", "state", "-id"], name="concern_group")]

    def __str__(self) -> str:
        """No name and no words: this stands in the journal."""
        return "关心事项"

    @property
    def state_name(self) -> str:
        return CONCERN.state(self.state).label


class Note(Scoped):
    """What was done about a concern."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="notes")
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
