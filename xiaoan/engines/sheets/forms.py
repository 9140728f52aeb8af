"""A sheet as a form of the desk. It only shows and reads: what is right is decided by answers.clean, in the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import store_file
from xiaoan.engines.sheets.answers import MOST_NOTE, NOTE, is_shown, most_of, spelled
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.engines.sheets.words import ATTACHED
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid

PREFIX = "q"
NEW = "-new"  # files chosen without scripts arrive under <name>-new


class SheetForm(forms.Form):
    """Bound or not, its errors are those that the service gave."""

    use_required_attribute = False

    def __init__(
        self, sheet: Sheet, *, data: QueryDict | None = None, initial: Mapping[str, Any], wrong: Mapping[str, str]
    ) -> None:
        super().__init__(data, initial=dict(initial), prefix=PREFIX)
        self.sheet, self.wrong = sheet, wrong
        for field in sheet.fields:
            self.fields[field.key] = _form_field(field)
            if field.type == "check":
                self.fields[field.key + NOTE] = _note_field(field)

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict({key: ErrorList([sentence]) for key, sentence in self.wrong.items()})


@dataclass(frozen=True)
class Question:
    """One question on the page: its control, when it is shown, its note when it is a check, its files."""

    field: Field
    bound: forms.BoundField
    error: str = ""
    note: forms.BoundField | None = None
    show: str = ""
    show_is: str = ""
    files: tuple[StoredFile, ...] = ()

    @property
    def is_attached(self) -> bool:
        return self.field.type in ATTACHED

    @property
    def most(self) -> int:
        return int(most_of(self.field) or 1)


def questions(form: SheetForm, files: Mapping[str, StoredFile]) -> list[Question]:
    """The form's questions in order; `files` are those already handed in, by id."""
    return [_question(form, f, files) for f in form.sheet.fields]


def read_answers(sheet: Sheet, data: QueryDict) -> dict[str, Any]:
    """What was typed, unchecked, by the questions' keys."""
    raw: dict[str, Any] = {}
    for field in sheet.fields:
        name = f"{PREFIX}-{field.key}"
        many = field.type in (*ATTACHED, "choices")
        raw[field.key] = [v for v in data.getlist(name) if v] if many else data.get(name, "")
        if field.type == "check":
            raw[field.key + NOTE] = data.get(name + NOTE, "")
    return raw


def all_fine(sheet: Sheet, raw: Mapping[str, Any]) -> dict[str, Any]:
    """全部正常: every check that is asked and was not answered is in order."""
    answers = dict(raw)
    for field in sheet.checks:
        if not answers.get(field.key) and is_shown(field, answers):
            answers[field.key] = "ok"
    return answers


def take_files(
    *, actor: Actor, unit: Unit, sheet: Sheet, files: MultiValueDict[str, Any], raw: dict[str, Any]
) -> dict[str, str]:
    """Store the files that came with the form and put their ids into the answers. Returns a sentence per refused one."""
    wrong: dict[str, str] = {}
    for field in sheet.fields:
        for upload in files.getlist(f"{PREFIX}-{field.key}{NEW}"):
            try:
                stored = store_file(actor=actor, unit=unit, upload=upload)
            except Invalid as why:
                wrong[field.key] = why.sentence
            else:
                raw[field.key] = [*raw.get(field.key, []), str(stored.id)]
    return wrong


def read_moment(sheet: Sheet, data: Mapping[str, Any]) -> datetime:
    """When it happened. A day that is today means now, another day its noon. Raises Invalid."""
    text = str(data.get("happened", "")).strip()
    try:
        if sheet.moment == "datetime":
            return timezone.make_aware(datetime.fromisoformat(text).replace(tzinfo=None))
        day = date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Invalid("发生的日期没有填对。", {"happened_at": "发生的日期没有填对。"}) from None
    return clock.now() if day == clock.today() else timezone.make_aware(datetime.combine(day, time(12)))


def _question(form: SheetForm, field: Field, files: Mapping[str, StoredFile]) -> Question:
    bound = form[field.key]
    held = bound.value() if field.type in ATTACHED else ()
    return Question(
        field=field,
        bound=bound,
        error=form.wrong.get(field.key, ""),
        note=form[field.key + NOTE] if field.type == "check" else None,
        show=f"{PREFIX}-{field.show['field']}" if field.show else "",
        show_is=",".join(spelled(v) for v in field.show["is"]) if field.show else "",
        files=tuple(files[i] for i in held or () if i in files),
    )


def _form_field(field: Field) -> forms.Field:
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    told: dict[str, Any] = {"label": label, "required": field.required, "help_text": field.help}
    if field.type in ("choice", "yesno", "check"):
        return forms.ChoiceField(choices=field.options, widget=forms.RadioSelect, **told)
    if field.type == "choices":
        return forms.MultipleChoiceField(choices=field.options, widget=forms.CheckboxSelectMultiple, **told)
    if field.type in ATTACHED:
        return forms.MultipleChoiceField(choices=(), widget=forms.MultipleHiddenInput, **told)
    return forms.CharField(widget=_widget(field), **told)


def _widget(field: Field) -> forms.Widget:
    most = most_of(field)
    if field.type == "number":
        # Typed as words, so that a slip is shown again beside its sentence; the phone's keyboard shows digits.
        return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    if field.type in ("date", "time"):
        return forms.TextInput({"type": field.type})
    if field.type == "text" and (most or 0) > 60:
        return forms.Textarea({"rows": 2, "maxlength": int(most or 0)})
    return forms.TextInput({"maxlength": int(most or 60), "autocomplete": "off"})


def _note_field(field: Field) -> forms.Field:
    return forms.CharField(
        label=f"“{field.label}”发现了什么",
        required=True,
        widget=forms.TextInput({"maxlength": MOST_NOTE, "placeholder": "写一句发现了什么", "autocomplete": "off"}),
    )


def opening(sheet: Sheet, remembered: Mapping[str, Any], request: HttpRequest) -> dict[str, Any]:
    """What the empty form shows: the sheet's defaults, last time's answers, and what the address asks for by key."""
    shown: dict[str, Any] = {f.key: spelled(f.default) for f in sheet.fields if f.default is not None}
    shown |= remembered
    for field in sheet.fields:
        if asked := request.GET.getlist(field.key):
            shown[field.key] = asked if field.type == "choices" else asked[0]
    return shown
