"""Marks: pill, tags, chips and bars. Three shapes, three meanings; each function is one component."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from xiaoan.engines.ui.icons import icon
from xiaoan.engines.ui.numbers import number
from xiaoan.engines.ui.states import LEVELS, SQUARES, STATES, TIERS
from xiaoan.engines.ui.strict import all_shaped, one_of

ROW_OF_SQUARES = 60  # beyond this a row of squares can no longer be counted by eye
TONES = ("#1a56a6", "#5b8bc4", "#8d9db0", "#aeb9c6", "#cfd6de")


def pill(state: str, text: str = "", *, figure: str = "") -> SafeString:
    """Show a completion state as word, figure and a dot whose shape differs by state."""
    known = STATES[one_of(state, STATES, "pill")]
    bold = format_html("<b>{}</b>", figure) if figure else ""
    return format_html('<span class="pill {}">{}{}</span>', state, bold, text or known.label)


def tier(name: str) -> SafeString:
    """Show which level of government issued a document, as a hollow square tag."""
    return format_html('<span class="tier">{}</span>', one_of(name, TIERS, "tier"))


def level(grade: str | int) -> SafeString:
    """Show a hazard's grade (重大 较大 一般 低, or 1 to 4) as a solid square tag."""
    by_number = {str(known.number): label for label, known in LEVELS.items()}
    label = one_of(by_number.get(str(grade), str(grade)), LEVELS, "level")
    return format_html('<span class="lv lv{}">{}</span>', LEVELS[label].number, label)


def also(n: int, href: str = "", *, short: bool = False) -> SafeString:
    """Show that one record serves n documents; nothing when it serves none."""
    if not n:
        return SafeString("")
    words = f"{n} 份文件" if short else f"满足 {n} 份文件"
    if not href:
        return format_html('<span class="also">{}{}</span>', icon("link"), words)
    return format_html('<a class="also" href="{}">{}{}</a>', href, icon("link"), words)


def bar(parts: Mapping[str, float] | Iterable[tuple[str, float]], *, size: str = "") -> SafeString:
    """Stack completion states in one bar: [("ok", 164), ("late", 11)]; the words are in its title."""
    one_of(size, ("", "thin", "thick"), "bar size")
    pairs = list(parts.items() if isinstance(parts, Mapping) else parts)
    for state, _ in pairs:
        one_of(state, STATES, "bar")
    words = "，".join(f"{STATES[state].label} {n:g}" for state, n in pairs if n)
    segments = format_html_join("", '<i class="{}" style="flex:{}"></i>', ((state, n) for state, n in pairs if n))
    return format_html(
        '<div class="bar{}" role="img" title="{}" aria-label="{}">{}</div>',
        f" {size}" if size else "",
        words,
        words,
        segments,
    )


def share(parts: Iterable[tuple[str, float]], *, unit: str = "") -> SafeString:
    """Stack parts that are not states (offices, kinds; five at most), with their names under the bar."""
    pairs = list(parts)
    if len(pairs) > len(TONES):
        one_of(f"{len(pairs)} parts", ("at most 5 parts",), "share")
    toned = [(TONES[at], name, f"{n:g}") for at, (name, n) in enumerate(pairs)]
    segments = format_html_join("", '<i style="background:{};flex:{}"></i>', ((tone, n) for tone, _, n in toned))
    names = format_html_join(
        "",
        '<span><s style="background:{}"></s>{} <b>{}{}</b></span>',
        ((tone, name, n, unit) for tone, name, n in toned),
    )
    return format_html('<div class="bar thick">{}</div><div class="lgd share">{}</div>', segments, names)


def bullet(value: Any, expected: Any, state: str, *, label: str, href: str = "") -> dict[str, Any]:
    """Show where a practice is (fill), where it should be now (tick), the figure and the word."""
    one_of(state, STATES, "bullet")
    return {
        "value": number(value) or 0,
        "expected": number(expected),
        "state": state,
        "word": "正常" if state == "ok" else STATES[state].label,
        "label": label,
        "href": href,
    }


def clause(
    text: str, state: str, figure: str, *, href: str = "", tail: str = "", selected: bool = False
) -> dict[str, Any]:
    """Show a sentence of a document whose underline is its completion. `figure` is 78% or 本级."""
    one_of(state, STATES, "clause")
    own = figure == "本级"
    filled = figure.rstrip("%") if not own else ("100" if state == "ok" else "0")
    word = STATES[state].own if own else STATES[state].label
    return {
        "text": text, "state": state, "figure": figure, "filled": filled,
        "word": word, "href": href, "tail": tail, "selected": selected,
    }  # fmt: skip


@dataclass(frozen=True)
class Square:
    """One school in a row of squares."""

    state: str
    name: str
    href: str = ""


@dataclass(frozen=True)
class SquareRow:
    """One township: its squares worst last, and how many of its schools are done."""

    name: str
    squares: Sequence[Any] = field(default_factory=list)
    done: int = 0
    total: int = 0
    href: str = ""

    @property
    def cells(self) -> list[Square]:
        """The squares, each checked."""
        return all_shaped(Square, self.squares)

    @property
    def is_long(self) -> bool:
        """Whether the row is drawn as one bar instead."""
        return len(self.squares) > ROW_OF_SQUARES

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The same schools as parts of a bar."""
        states = [cell.state for cell in self.cells]
        names = (("ok", "ok"), ("part", "due"), ("none", "late"), ("free", "na"))
        return [(colour, states.count(state)) for state, colour in names]


def squares(
    rows: Iterable[Any], *, part: str = "部分", none: str = "", free: str = "不适用", legend: bool = True
) -> dict[str, Any]:
    """Show one small square per school, grouped by township, with n/m at the end of each row."""
    shaped_rows = all_shaped(SquareRow, rows)
    for row in shaped_rows:
        for cell in row.cells:
            one_of(cell.state, SQUARES, "squares")
    words = {**SQUARES, "part": part, "none": none or SQUARES["none"], "free": free}
    return {"rows": shaped_rows, "words": words, "legend": legend}
