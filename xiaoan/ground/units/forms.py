"""Input of the unit pages. What is wrong comes back from the services."""

from typing import Any

from django import forms

from xiaoan.ground.units.kinds import FACILITIES, PartnerKind, Rank, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Refusal

# The fields that a form of each rank shows, beyond the name.
FIELDS: dict[str, list[str]] = {
    Rank.SCHOOL: [
        "short",
        "kind",
        "identifier",
        "credit_code",
        "division",
        "pupils",
        "boarders",
        "staff",
        "classes",
        "has",
    ],
    Rank.DEPARTMENT: ["short"],
    Rank.PARTNER: ["short", "kind"],
}
PLACE = ["short", "division"]


class RefusedForm(forms.Form):
    """A form that can show a service's refusal: at the fields that are meant, else above all."""

    def refuse(self, why: Refusal) -> None:
        named = {key: said for key, said in getattr(why, "fields", {}).items() if key in self.fields}
        for key, said in named.items():
            self.add_error(key, said)
        if not named:
            self.add_error(None, why.sentence)


class UnitForm(RefusedForm):
    """Facts of a unit; which ones depends on its rank."""

    name = forms.CharField(label="名称", max_length=80, help_text="全称，与公章一致")
    short = forms.CharField(label="简称", max_length=24, required=False, help_text="页面上用的短名称")
    kind = forms.ChoiceField(label="类别")
    identifier = forms.CharField(label="学校标识码", max_length=10, required=False, help_text="教育部统一的 10 位数字")
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    division = forms.CharField(
        label="行政区划代码", max_length=9, required=False, help_text="输入地名或代码，从下面的提示里选",
        widget=forms.TextInput(attrs={"list": "divisions", "autocomplete": "off"}),
    )  # fmt: skip
    pupils = forms.IntegerField(label="学生数", min_value=0, max_value=200_000, initial=0)
    boarders = forms.IntegerField(label="寄宿生数", min_value=0, max_value=200_000, initial=0)
    staff = forms.IntegerField(label="教职工数", min_value=0, max_value=50_000, initial=0)
    classes = forms.IntegerField(label="班级数", min_value=0, max_value=5_000, initial=0)
    has = forms.MultipleChoiceField(
        label="设施", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(k, v) for k, v in FACILITIES.items() if k != "boarding"],
        help_text="要求是否适用会看这些；寄宿按寄宿生数判断",
    )  # fmt: skip

    def __init__(self, rank: str, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [*(["name"] if is_new else []), *FIELDS.get(rank, PLACE)]
        for key in set(self.fields) - set(wanted):
            del self.fields[key]
        kinds = PartnerKind.choices if rank == Rank.PARTNER else SchoolKind.choices
        if "kind" in self.fields:
            self.fields["kind"].choices = [("", "请选择"), *kinds]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What the services take. Boarders make the facility, nobody ticks it."""
        facts = dict(self.cleaned_data)
        if "has" in facts:
            facts["has"] = sorted({*facts["has"], *(["boarding"] if facts.get("boarders") else [])})
        if "credit_code" in facts:
            facts["credit_code"] = facts["credit_code"].upper()
        return facts

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if (found.get("boarders") or 0) > (found.get("pupils") or 0):
            self.add_error("boarders", "寄宿生数多于学生数，请核对。")
        return found


class BasisForm(RefusedForm):
    basis = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号，或会议纪要")


class RenameForm(BasisForm):
    name = forms.CharField(label="新名称", max_length=80)
    short = forms.CharField(label="新简称", max_length=24, required=False)
    field_order = ("name", "short", "basis")


class PickForm(BasisForm):
    """One other unit, named as people name it: 甲县/东镇."""

    unit = forms.CharField(
        label="单位", max_length=120, help_text="写名称；有同名的写成“某某县/某某镇”",
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("unit", "on", "basis")


class MoveForm(PickForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = "新的上级单位"


class DayForm(RefusedForm):
    on = forms.DateField(
        label="日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="不能晚于今天"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("on", clock.today())
        super().__init__(*args, **kwargs)


class MergeForm(DayForm, PickForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = "并入哪个单位"


class CloseForm(DayForm):
    pass


def initial_of(unit: Unit) -> dict[str, Any]:
    """The unit's facts as the form shows them."""
    return {key: getattr(unit, key) for key in FIELDS.get(unit.rank, PLACE)}
