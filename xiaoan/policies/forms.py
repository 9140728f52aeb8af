"""Input of the policy pages; what each value means and whether it is complete is for the services."""

from typing import Any

from django import forms

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import SchoolKind
from xiaoan.policies.measures import measure_names
from xiaoan.policies.models import Document, Kind, Practice, Requirement
from xiaoan.policies.suggest import UNDECIDED
from xiaoan.policies.terms import RANKS, RHYTHMS, WINDOWS

EMPTY = [("", "不限")]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%d", **more)


class TextForm(forms.Form):
    """A document's text, pasted or uploaded; at most one of them counts, the file first."""

    text = forms.CharField(
        label="粘贴正文", required=False, strip=False,
        widget=forms.Textarea({"rows": 14, "placeholder": "把文件全文粘贴到这里，标题、文号、落款一起"}),
    )  # fmt: skip
    file = forms.FileField(
        label="或上传文件", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": ".txt,.docx,.pdf"}), help_text="可上传 .docx、.txt 或有文字的 .pdf,最大 20 MB",
    )  # fmt: skip


class HeadForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Document
        fields = ["title", "number", "issuer", "issued_on", "starts", "ends", "note"]
        labels = {
            "title": "标题", "number": "文号", "issuer": "发文单位", "issued_on": "发文日期", "starts": "开始执行",
            "ends": "执行到", "note": "备注",
        }  # fmt: skip
        widgets = {"issued_on": DateInput(), "starts": DateInput(), "ends": DateInput()}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("number", "issued_on", "starts", "ends", "note"):
            self.fields[name].required = False


class RequirementForm(forms.Form):
    """One row of a draft."""

    is_kept = forms.BooleanField(label="保留这一项", required=False)
    duty = forms.CharField(label="要做的事", max_length=80)
    practice = forms.ChoiceField(label="对应事项")
    kind = forms.ChoiceField(label="哪一类", choices=Kind.choices)
    every = forms.ChoiceField(label="多久一次", required=False, choices=[("", "没有选"), *RHYTHMS.items()])
    times = forms.IntegerField(label="次数", min_value=1, max_value=99, required=False)
    window = forms.ChoiceField(label="限在何时", required=False, choices=[*EMPTY, *WINDOWS.items()])
    deadline = forms.DateField(label="截止日期", required=False, widget=DateInput())
    measure = forms.ChoiceField(label="平台算出的指标", required=False)
    at_least = forms.DecimalField(label="达到百分之几", min_value=0, max_value=100, required=False)
    trigger = forms.ChoiceField(label="由哪种记录触发", required=False)
    within_days = forms.IntegerField(label="几天内办完", min_value=0, max_value=365, required=False)
    ranks = forms.MultipleChoiceField(
        label="谁要做", choices=[(r.value, r.label) for r in RANKS], widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label="只限这些学校", choices=SchoolKind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="都不选就是普通中小学和幼儿园",
    )  # fmt: skip
    by = forms.MultipleChoiceField(
        label="由谁记录", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选就按这类事项的惯例",
        choices=[(r.key, r.name) for r in ROLES.values() if r.ranks == ("school",) and r.key != "parent"],
    )  # fmt: skip

    def __init__(self, *args: Any, row: Requirement, **more: Any) -> None:
        more["initial"] = _initial(row)
        super().__init__(*args, **more)
        self.fields["practice"].choices = practice_choices(row)  # type: ignore[attr-defined]
        self.fields["measure"].choices = [("", "没有选"), *measure_names().items()]  # type: ignore[attr-defined]
        self.fields["trigger"].choices = [("", "没有选"), *((s.key, s.name) for s in sheets().values())]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The cleaned input as `change_requirement` takes it."""
        got = self.cleaned_data
        binds: dict[str, Any] = {"ranks": got["ranks"]}
        if got["kinds"]:
            binds["kinds"] = got["kinds"]
        share = got["at_least"]
        return {
            "is_kept": got["is_kept"], "duty": got["duty"], "practice": got["practice"], "kind": got["kind"],
            "every": got["every"], "times": got["times"] or 1, "window": got["window"], "deadline": got["deadline"],
            "measure": got["measure"], "binds": binds, "by": got["by"], "within_days": got["within_days"],
            "figure": {"at_least": float(share), "unit": "percent"} if share is not None else {},
            "trigger": {"sheet": got["trigger"]} if got["trigger"] else {},
        }  # fmt: skip


class PublishForm(forms.Form):
    unit = forms.ChoiceField(label="发布到")
    shift_years = forms.TypedChoiceField(label="日期", coerce=int, choices=[])
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, units: list[tuple[str, str]], years: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["shift_years"].choices = years  # type: ignore[attr-defined]


class EndForm(forms.Form):
    on = forms.DateField(label="从哪天起不再执行", widget=DateInput())
    why = forms.CharField(label="为什么", max_length=300)


def practice_choices(row: Requirement) -> list[Any]:
    """What the sentence is likeliest to ask for, a new practice, then all of them by group."""
    known = {p.key: p for p in Practice.objects.order_by("group", "key")}
    near = [(key, known[key].name) for key, _ in row.drafted.get("near", ()) if key in known]
    groups: dict[str, list[tuple[str, str]]] = {}
    for practice in known.values():
        if practice.key == UNDECIDED:
            continue
        if not practice.is_local or practice.key == row.practice_id:
            groups.setdefault("本单位的新事项" if practice.is_local else practice.group, []).append(
                (practice.key, practice.name)
            )
    first = [("像这几项", near)] if near else []
    return [*first, ("都不是", [("new", "新事项，用上面“要做的事”作名称")]), *groups.items()]


def _initial(row: Requirement) -> dict[str, Any]:
    return {
        "is_kept": row.is_kept, "duty": row.duty, "kind": row.kind,
        "practice": "new" if row.practice_id == UNDECIDED else row.practice_id, "every": row.every,
        "times": row.times, "window": row.window, "deadline": row.deadline, "measure": row.measure,
        "at_least": row.figure.get("at_least"), "trigger": row.trigger.get("sheet", ""), "within_days": row.within_days,
        "ranks": row.binds.get("ranks", ["school"]), "kinds": row.binds.get("kinds", []), "by": row.by,
    }  # fmt: skip
