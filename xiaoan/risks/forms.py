"""What people type on this floor."""

from typing import Any

from django import forms

from xiaoan.checks.catalogue import category_names
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.risks.library import areas
from xiaoan.risks.methods import method_for, variant_for
from xiaoan.risks.models import COLOURS, Found, Level, Sort, Way, Why
from xiaoan.risks.models.works import KINDS
from xiaoan.risks.services.accepting import CRITERIA, MOST
from xiaoan.risks.services.levels import BY_HAND

AREA = forms.Textarea(attrs={"rows": 2})
PERIODS = [("day", "天"), ("month", "个月"), ("year", "年")]


def people_of(unit: Unit) -> list[tuple[str, str]]:
    """The school's people as choices, by name with their posts."""
    posts = Post.objects.current().filter(unit=unit).select_related("person").order_by("person__name", "id")
    told: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for post in posts:
        if post.role in ROLES and post.role not in ("parent", "student_officer"):
            told.setdefault(str(post.person_id), []).append(post.role_name)
            names[str(post.person_id)] = post.person.name
    return [(pk, f"{names[pk]}（{'、'.join(dict.fromkeys(words))}）") for pk, words in told.items()]


class PointForm(forms.Form):
    """What is known of a point."""

    name = forms.CharField(label="风险点名称", max_length=40, help_text="在哪里、是什么，如：食堂操作间燃气")
    area = forms.ChoiceField(label="所在部位")
    kind = forms.ChoiceField(label="风险类别")
    place = forms.CharField(label="具体位置", max_length=60, required=False)
    factors = forms.CharField(label="主要危险因素", max_length=300, required=False, widget=AREA)
    accidents = forms.CharField(label="可能发生的事故", max_length=120, required=False)
    emergency = forms.CharField(label="出事时怎么办", max_length=300, required=False, widget=AREA)
    owner_id = forms.ChoiceField(label="管控责任人", required=False)
    post = forms.CharField(label="责任岗位", max_length=40, required=False)
    cycle_months = forms.IntegerField(label="评估周期（个月）", min_value=1, max_value=36, required=False)
    announced_at = forms.CharField(
        label="公告位置", max_length=60, required=False, help_text="告知卡贴在哪里，如：操作间门口"
    )
    is_old_building = forms.BooleanField(label="这是用作园舍的老旧闲置校舍（要上传风险评估报告）", required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people_of(unit)
        self.fields["area"].choices = [("", "请选"), *((a.key, a.name) for a in areas().values())]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "请选"), *category_names().items()]  # type: ignore[attr-defined]
        self.fields["owner_id"].choices = [("", "还没有定"), *self.people]  # type: ignore[attr-defined]
        if unit.kind != "kindergarten":
            del self.fields["is_old_building"]

    def facts(self) -> dict[str, Any]:
        """As the service takes them: the owner by name too."""
        told = dict(self.cleaned_data)
        chosen = told["owner_id"] or None
        names = dict(self.people)
        return {**told, "owner_id": chosen, "owner": names[chosen].partition("（")[0] if chosen else ""}


class ControlForm(forms.Form):
    """A control of an event."""

    event = forms.CharField(label="可能发生什么", max_length=80)
    words = forms.CharField(label="管控措施", max_length=200, widget=AREA, help_text="看得见、能确认的一句话")
    sort = forms.ChoiceField(label="措施类型", choices=Sort.choices, initial=Sort.CONDUCT)
    way = forms.ChoiceField(label="管控方式", choices=Way.choices, initial=Way.CHECKED)
    holder_id = forms.ChoiceField(label="责任人", required=False)
    post = forms.CharField(label="责任岗位", max_length=40, required=False)
    every = forms.IntegerField(label="每隔多久确认一次", min_value=1, max_value=366, initial=1)
    period = forms.ChoiceField(label="周期单位", choices=PERIODS, initial="month")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people_of(unit)
        self.fields["holder_id"].choices = [("", "跟风险点的责任人一样"), *self.people]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        chosen = told["holder_id"] or None
        names = dict(self.people)
        return {**told, "holder_id": chosen, "holder": names[chosen].partition("（")[0] if chosen else ""}


class AssessForm(forms.Form):
    """The factors of the region's method, with the wording of each score."""

    why = forms.ChoiceField(label="为什么评估", choices=[(w.value, w.label) for w in BY_HAND])
    reason = forms.CharField(label="说明", max_length=300, required=False, widget=AREA)

    def __init__(self, *args: Any, unit: Unit, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method = method_for(unit.path)
        self.variant = variant_for(unit.path, self.method)
        for factor in self.method.factors:
            choices = [(str(s), f"{s:g} 分：{words}") for s, words in factor.scores]
            self.fields[factor.key] = forms.ChoiceField(
                label=f"{factor.name} {factor.key}", choices=choices, widget=forms.RadioSelect
            )
        if not self.method.factors:
            levels = [(str(n), f"{Level(n).label}（{COLOURS[n]}）") for n in self.variant.levels]
            self.fields["level"] = forms.ChoiceField(label="风险等级", choices=levels, widget=forms.RadioSelect)
        if is_first:
            self.fields["why"].initial = Why.INITIAL

    @property
    def factor_fields(self) -> list[Any]:
        return [self[key] for key in self.fields if key not in ("why", "reason")]

    def scores(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k not in ("why", "reason")}


class ConfirmForm(forms.Form):
    found = forms.ChoiceField(choices=Found.choices, initial=Found.WELL)
    note = forms.CharField(max_length=200, required=False)


class PlanForm(forms.Form):
    name = forms.CharField(label="这张图是哪里", max_length=40, help_text="如：校园总平面、教学楼一层")
    file = forms.FileField(label="平面图", help_text="拍照或截图都行")


class NoticeForm(forms.Form):
    title = forms.CharField(label="标题", max_length=80)
    words = forms.CharField(
        label="想说的话", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="提醒师生和家长注意什么",
    )  # fmt: skip
    lowest = forms.ChoiceField(
        label="公告哪些风险", choices=[("4", "全部"), ("3", "一般以上"), ("2", "较大以上")], initial="4"
    )


class StudyForm(forms.Form):
    conclusion = forms.CharField(label="下月最要防的", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    actions = forms.CharField(
        label="谁在什么时候做什么", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    people = forms.IntegerField(label="参加人数", min_value=1, max_value=500, required=False)


class ApplyForm(forms.Form):
    kind = forms.ChoiceField(label="申请哪一种", choices=list(KINDS.items()), widget=forms.RadioSelect)
    said = forms.CharField(
        label="自评", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一两句话；清单、评估、措施确认和隐患治理的记录会自动附上，不用另交材料",
    )  # fmt: skip


class ScoreForm(forms.Form):
    words = forms.CharField(label="评语", max_length=300, required=False, widget=AREA)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, name in CRITERIA.items():
            self.fields[key] = forms.IntegerField(label=f"{name}（满分 {MOST}）", min_value=0, max_value=MOST)


def refuse(form: forms.BaseForm, fields: dict[str, str], sentence: str) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, words in (fields or {"": sentence}).items():
        form.add_error(name if name in form.fields else None, words)
