from typing import Any

from django import forms

from xiaoan.ground.norms.declare import Norm
from xiaoan.ground.norms.words import bounds_in_words
from xiaoan.ground.units.forms import RefusedForm
from xiaoan.kernel import clock


class NormForm(RefusedForm):
    """Another value from a day on; what is wrong with it the norm itself says."""

    value = forms.CharField(label="值", max_length=200)
    valid_from = forms.DateField(
        label="从哪天起",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="可以是以后的日期，到那天才生效",
    )
    basis = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号，或会议纪要")

    def __init__(self, norm: Norm, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("valid_from", clock.today())
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = bounds_in_words(norm)
        if norm.kind == "flag":
            self.fields["value"] = forms.ChoiceField(label="值", choices=[("是", "是"), ("否", "否")])
        elif norm.among:
            self.fields["value"] = forms.ChoiceField(label="值", choices=[(word, word) for word in norm.among])
        elif norm.kind in ("int", "number"):
            self.fields["value"].widget = forms.TextInput(attrs={"inputmode": "decimal"})
