"""Input of the calendar pages."""

from typing import Any

from django import forms

from xiaoan.ground.calendar.queries import school_year_of
from xiaoan.ground.calendar.services import ORDINALS, TermGiven
from xiaoan.ground.units.forms import RefusedForm
from xiaoan.kernel import clock


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TermForm(RefusedForm):
    year = forms.TypedChoiceField(label="学年", coerce=int)
    part = forms.ChoiceField(label="学期", choices=list(ORDINALS.items()))
    starts = _day("开始日期", "学生到校上课的第一天")
    ends = _day("结束日期", "放假前学生在校的最后一天")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = school_year_of(clock.today())
        years = sorted({*range(now - 2, now + 3), *([self.initial["year"]] if self.initial.get("year") else [])})
        self.fields["year"].choices = [(y, f"{y}—{y + 1}学年") for y in years]  # type: ignore[attr-defined]
        self.initial.setdefault("year", now)

    def given(self) -> TermGiven:
        return TermGiven(**self.cleaned_data)


class FileForm(RefusedForm):
    file = forms.FileField(
        label="文件", error_messages={"required": "请先选择要上传的文件。", "empty": "这个文件是空的。"}
    )

    def __init__(self, accept: str, help_text: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = help_text
        self.fields["file"].widget = forms.FileInput(attrs={"accept": accept})
