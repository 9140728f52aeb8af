"""What people type on this floor."""

from typing import Any

from django import forms

from xiaoan.checks.catalogue import LEVELS, category_names
from xiaoan.checks.models import Mode, Purpose
from xiaoan.ground.units.kinds import SchoolKind


class HeadForm(forms.Form):
    """What a checklist is called and whom it is for."""

    title = forms.CharField(label="清单名称", max_length=80, help_text="如：食堂开学检查清单")
    purpose = forms.ChoiceField(label="用途", choices=Purpose.choices, initial=Purpose.ANY)
    place = forms.CharField(label="场所", max_length=40, required=False, help_text="如：食堂、宿舍楼")
    topic = forms.CharField(label="主题", max_length=40, required=False, help_text="如：消防、秋冬季")
    basis = forms.CharField(label="依据", max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label="哪几类学校用", choices=SchoolKind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="都不选就是全部学校",
    )  # fmt: skip


class LineForm(forms.Form):
    """A line of one's own."""

    category = forms.ChoiceField(label="类别")
    subcategory = forms.CharField(label="小类", max_length=20, required=False)
    text = forms.CharField(label="检查内容", max_length=200, help_text="写没有问题时的样子")
    level = forms.ChoiceField(label="查出问题算几级隐患", choices=list(LEVELS.items()), initial="general")
    score = forms.IntegerField(label="分值", min_value=0, max_value=100, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = list(category_names().items())  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    file = forms.FileField(label="Excel 表格或 XLSForm", help_text="普通表格要有一列叫“检查内容”")


class CriterionForm(forms.Form):
    """A row that a bureau sets over the national ones."""

    key = forms.CharField(label="编号", max_length=24, help_text="和上面某条一样就是替换它，新编号就是增加")
    category = forms.CharField(label="类别", max_length=40)
    mode = forms.ChoiceField(label="判定方式", choices=Mode.choices, initial=Mode.DIRECT)
    group = forms.CharField(label="综合判定的组名", max_length=24, required=False)
    at_least = forms.IntegerField(label="同组满几条构成", min_value=1, max_value=20, required=False)
    words = forms.CharField(label="判定标准", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    items = forms.CharField(
        label="对应的检查项目编号", max_length=300, required=False, help_text="如 C04-08、C04-09；选到它们就按这条定级"
    )
    basis = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号")
    valid_from = forms.DateField(label="从哪天起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_off = forms.BooleanField(label="本地不用这一条", required=False)


def refuse(form: forms.BaseForm, fields: dict[str, str], sentence: str) -> None:
    """Show a service's refusal in the form: beside its field, or above all."""
    for name, words in (fields or {"": sentence}).items():
        form.add_error(name if name in form.fields else None, words)
