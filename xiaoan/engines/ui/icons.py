"""Icons from the sprite that the front-end build writes."""

import json
from functools import cache
from pathlib import Path

from django.template import TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

LIST = Path(__file__).resolve().parents[3] / "frontend" / "src" / "icons.json"


@cache
def listed() -> frozenset[str]:
    """Return the names in the sprite; empty where the sources are not deployed, then nothing is checked."""
    return frozenset(json.loads(LIST.read_text("utf-8"))) if LIST.exists() else frozenset()


def icon(name: str, *, size: int = 0, label: str = "", tone: str = "") -> SafeString:
    """Draw one icon. `label` is read aloud; without it the icon is decoration beside words."""
    if listed() and name not in listed():
        raise TemplateSyntaxError(f"icon: {name!r} is not in frontend/src/icons.json")
    if tone and tone not in ("ok", "due", "late", "blue"):
        raise TemplateSyntaxError(f"icon: tone {tone!r} is not one of ok, due, late, blue")
    return format_html(
        '<svg class="ico{}"{}{}><use href="{}#{}"/></svg>',
        f" ico-{tone}" if tone else "",
        format_html(' style="width:{0}px;height:{0}px"', size) if size else "",
        format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"'),
        static("icons.svg"),
        name,
    )
