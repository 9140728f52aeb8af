"""Input of the people pages. Days are native date fields; what is wrong comes back from the service."""

from typing import Any

from django import forms

from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day, picked with the device's own calendar."""
    return forms.DateField(
        label=label, required=required, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class SaidForm(forms.Form):
    """A form that can take in a service's refusal: at the field that is meant, else above all."""

    def refuse(self, why: Invalid) -> None:
        known = {name: sentence for name, sentence in why.fields.items() if name in self.fields}
        for name in known:
            self.add_error(name, why.sentence if len(known) == 1 else known[name])
        if not known:
            self.add_error(None, why.sentence)


class PostForm(SaidForm):
    """A role at a unit from a day to a day."""

    role = forms.ChoiceField(label="岗位")
    starts = day_field("开始日期")
    ends = day_field("最后一天", required=False, help_text="长期任职不用填")

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("starts", clock.today())
        super().__init__(*args, **kwargs)
        roles = [(role.key, role.name) for role in ROLES.values() if unit.rank in role.ranks]
        self.fields["role"].choices = [("", "请选择"), *roles]  # type: ignore[attr-defined]


class EnrolForm(PostForm):
    """A new person with a first post."""

    name = forms.CharField(label="姓名", max_length=60)
    username = forms.CharField(label="账号", max_length=150, help_text="登录时用，建议用手机号或工号，全平台不能重复")
    phone = forms.CharField(label="手机", max_length=20, required=False)
    field_order = ("name", "username", "phone", "role", "starts", "ends")


class PersonForm(SaidForm):
    """A person's name and phone."""

    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(label="手机", max_length=20, required=False)


class AppointForm(PostForm):
    """A further post for somebody who has an account already."""

    username = forms.CharField(label="账号", max_length=150, help_text="这位人员登录时用的账号")
    field_order = ("username", "role", "starts", "ends")


class DeputyForm(SaidForm):
    username = forms.CharField(label="代理人的账号", max_length=150)
    starts = day_field("开始日期")
    ends = day_field("最后一天", help_text="到这一天结束后，代理自动失效")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("starts", clock.today())
        super().__init__(*args, **kwargs)


class DismissForm(SaidForm):
    ends = day_field("最后一天", help_text="这一天结束后不再有权限；填昨天的日期，马上失效")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("ends", clock.today())
        super().__init__(*args, **kwargs)


class ImportForm(forms.Form):
    file = forms.FileField(
        label="人员表(Excel)",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
        error_messages={"required": "请先选择填好的表格。"},
    )
