"""What people type about officers."""

from typing import Any

from django import forms

from xiaoan.ground.people.models import Post
from xiaoan.officers.models import KINDS, Group

WHAT = [("hazard", "隐患"), ("suspicion", "可疑的人或事"), ("concern", "担心一位同学（私下）")]


def staff_of(unit_path: str) -> list[Post]:
    """The school's people who may look after a group."""
    rows = Post.objects.current().filter(unit_path=unit_path).exclude(role__in=("student_officer", "parent"))
    return list(rows.select_related("person").order_by("role", "id")[:400])


def groups_of(unit_path: str, kind: str = "") -> list[Group]:
    rows = Group.objects.filter(unit_path=unit_path, ended_on__isnull=True).select_related("unit")
    return list((rows.filter(kind=kind) if kind else rows).order_by("kind", "grade", "name")[:600])


class GroupsForm(forms.Form):
    """Several groups at once."""

    kind = forms.ChoiceField(label="种类", choices=list(KINDS.items()))
    grade = forms.IntegerField(
        label="几年级", required=False, min_value=1, max_value=16, help_text="只有班级要填：初一填 7，高一填 10"
    )
    names = forms.CharField(
        label="名称",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=8000,
        help_text="一行一个，比如：七(1)班；3 号楼 201",
    )
    teacher = forms.ChoiceField(label="班主任、宿管或负责人", required=False)

    def __init__(self, *args: Any, unit_path: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = [(str(p.id), str(p)) for p in staff_of(unit_path)]
        self.fields["teacher"].choices = [("", "以后再定"), *posts]  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """What an officer or somebody of the school has seen. Which questions count hangs on what it is."""

    what = forms.ChoiceField(label="报什么", choices=WHAT, widget=forms.RadioSelect, initial="hazard")
    group = forms.ChoiceField(label="哪个班、哪间宿舍")
    words = forms.CharField(label="看到了什么", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    place = forms.CharField(label="在哪里", max_length=80, required=False)
    pupil = forms.CharField(label="哪一位同学", max_length=40, required=False, help_text="只有班主任和心理辅导员能看到")

    def __init__(self, *args: Any, groups: list[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [(str(g.id), g.name) for g in groups]  # type: ignore[attr-defined]
