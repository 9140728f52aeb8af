"""What a public report asks: one sentence and, if wished, photos and a contact."""

from typing import Any

from django import forms
from django.core import signing

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.ids import new_id, read_id

SALT = "hazards.telling"
OPEN_FOR = 24 * 3600  # seconds that a form may lie open
MOST_PHOTOS = 3
WHO = [("parent", "家长"), ("passer_by", "路过的群众")]


class PhotosField(forms.FileField):
    """Several pictures at once; none is fine."""

    widget = type("Photos", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = [d for d in (data if isinstance(data, list | tuple) else [data]) if d]
        if len(chosen) > MOST_PHOTOS:
            raise forms.ValidationError(f"照片最多 {MOST_PHOTOS} 张，现在选了 {len(chosen)} 张。")
        return [super(PhotosField, self).clean(one, initial) for one in chosen]


class TellForm(forms.Form):
    """`web` is a trap: people do not see it, programs fill it in. `ticket` makes a second sending harmless."""

    words = forms.CharField(
        label="看到了什么", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写一句看到了什么。", "max_length": "最多 300 个字。"},
    )  # fmt: skip
    place = forms.CharField(label="具体在哪里", max_length=60, required=False)
    photos = PhotosField(label="照片", required=False)
    who = forms.ChoiceField(label="您是", choices=WHO, initial="parent", widget=forms.RadioSelect, required=False)
    contact = forms.CharField(label="联系方式", max_length=60, required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, max_length=300)
    web = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )

    def __init__(self, *args: Any, unit: Unit, **more: Any) -> None:
        super().__init__(*args, **more)
        self.unit = unit
        self.fields["photos"].widget.attrs.update({"accept": "image/*", "multiple": True})
        if not self.is_bound:
            self.initial["ticket"] = signing.dumps([str(new_id()), str(unit.id)], salt=SALT)

    def clean_ticket(self) -> Any:
        """The id of the hazard to be, given out by us for this school and nothing else."""
        try:
            hazard, unit = signing.loads(self.cleaned_data["ticket"], salt=SALT, max_age=OPEN_FOR)
        except (signing.BadSignature, ValueError, TypeError):
            raise forms.ValidationError("这个页面开得太久了，请重新打开再报，刚才写的可以先复制下来。") from None
        if unit != str(self.unit.id):
            raise forms.ValidationError("请从这所学校的二维码重新打开。")
        return read_id(hazard)

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.data.get("web"))
