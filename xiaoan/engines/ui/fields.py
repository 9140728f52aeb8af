"""Form fields: label, control, help and error, the same everywhere; what was typed stays."""

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, HiddenInput, RadioSelect
from django.http import QueryDict
from django.template import TemplateSyntaxError
from django.utils.safestring import SafeString


def field(bound: Any, *, label: str = "", help: str = "") -> dict[str, Any]:
    """Show one field of a form; a hidden field only as itself."""
    if not isinstance(bound, BoundField):
        raise TemplateSyntaxError("field: a form's field expected, such as form.title; is the name right?")
    widget = bound.field.widget
    about = {"help": bool(help or bound.help_text), "err": bool(bound.errors)}
    described = " ".join(f"{bound.auto_id}-{name}" for name, there in about.items() if there)
    attrs: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "help": help or bound.help_text,
        "hidden": isinstance(widget, HiddenInput),
        "choices": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "single": isinstance(widget, CheckboxInput),
    }


NEVER_BACK = frozenset({"csrfmiddlewaretoken", "step", "seconds", "files"})  # of files the page names those it knows
MOST_BACK = 50_000  # characters; a pasted document has a template that keeps it


def typed(sent: QueryDict) -> dict[str, list[str]]:
    """What a refused form had sent, for the page's script to fill in again; no passwords."""
    kept = {k: v for k, v in sent.lists() if k not in NEVER_BACK and "password" not in k}
    return kept if sum(len(one) for values in kept.values() for one in values) <= MOST_BACK else {}


def timing() -> SafeString:
    """Measure the seconds spent in this form; the service stores them as the burden of its requirement."""
    return SafeString('<input type="hidden" name="seconds" value="0" data-seconds>')
