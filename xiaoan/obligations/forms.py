"""What people type on this floor."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from xiaoan.ground.units.kinds import Rank, SchoolKind
from xiaoan.ground.units.models import Unit

MOST_LISTED = 400
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TaskForm(forms.Form):
    """A task and whom it goes to."""

    title = forms.CharField(label="任务", max_length=80, help_text="一句话，比如：上报冬季用电安全排查结果")
    content = forms.CharField(
        label="内容和要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="做什么，做到什么程度，交什么",
    )  # fmt: skip
    due = forms.DateField(label="完成期限", widget=DAY)
    whom = forms.ChoiceField(
        label="派给谁", widget=forms.RadioSelect, initial="schools",
        choices=[("schools", "下面的学校"), ("units", "指定的单位和科室")],
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="哪几类学校", choices=SchoolKind.choices, widget=forms.CheckboxSelectMultiple, required=False,
        help_text="都不选就是全部学校",
    )  # fmt: skip
    units = forms.MultipleChoiceField(label="单位和科室", required=False)
    needs_file = forms.BooleanField(label="要交文件材料", required=False)
    is_quarterly = forms.BooleanField(label="每季度报一次进展（完成百分之多少，加一句话）", required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups_below(unit)
        self.fields["units"].choices = [(str(u.id), u.name) for _, units in self.groups for u in units]  # type: ignore[attr-defined]

    def targets(self) -> dict[str, Any]:
        """As `dispatch_task` takes them; what is not chosen above is left aside."""
        given = self.cleaned_data
        return {"kinds": given["kinds"]} if given["whom"] == "schools" else {"ids": given["units"]}


def groups_below(unit: Unit) -> list[tuple[str, list[Unit]]]:
    """Whom a bureau may name one by one: itself and its sections, bureaux below, schools when they are few."""
    rows = Unit.objects.under(unit.path).active().only("id", "path", "rank", "name").order_by("path")
    sections = [u for u in rows.filter(rank=Rank.DEPARTMENT) if u.path[:-4] == unit.path]
    own = list(rows.filter(path=unit.path))
    found = [("本单位和科室", [*own, *sections])]
    for rank, name in ((Rank.CITY, "市"), (Rank.COUNTY, "区县"), (Rank.TOWNSHIP, "镇街")):
        if below := list(_capped(rows.filter(rank=rank).exclude(path=unit.path))):
            found.append((name, below))
    schools = list(rows.schools()[: MOST_LISTED + 1])
    return [*found, ("学校", schools)] if 0 < len(schools) <= MOST_LISTED else found


def _capped(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    return rows[:MOST_LISTED]


class HandInForm(forms.Form):
    """What the unit says when it hands in; files come beside it."""

    said = forms.CharField(
        label="完成情况", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请用一两句话写明做了什么。"},
    )  # fmt: skip


class QuarterForm(forms.Form):
    """Progress of a quarter."""

    quarter = forms.ChoiceField(label="季度")
    percent = forms.IntegerField(label="完成百分之多少", min_value=0, max_value=100)
    sentence = forms.CharField(label="一句话说进展", max_length=200)

    def __init__(self, *args: Any, quarters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = quarters  # type: ignore[attr-defined]


class ExemptionForm(forms.Form):
    """A wish to be exempt."""

    reason = forms.CharField(
        label="为什么不用做", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清本校的实际情况，比如：没有寄宿生；校舍正在翻修，本学期借址上课",
    )  # fmt: skip
    ends = forms.DateField(label="免做到哪一天", widget=DAY)


class DecisionForm(forms.Form):
    """The bureau's answer; until when only where it agrees."""

    decision = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    ends = forms.DateField(label="免做到哪一天", widget=DAY, required=False)


def refuse(form: forms.BaseForm, fields: dict[str, str], sentence: str) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, words in (fields or {"": sentence}).items():
        form.add_error(name if name in form.fields else None, words)
