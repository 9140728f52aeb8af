"""Blocks: figure, evidence, state strip, clock, moves, timeline, week strip, empty state, facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.engines.ui.dates import WEEKDAYS
from xiaoan.engines.ui.states import STATES
from xiaoan.engines.ui.strict import all_shaped, one_of, shaped

CLOCK_STATES = ("na", "go", "due", "late", "ok")


def figure(
    value: Any, unit: str = "", *, label: str, base: str = "", href: str = "",
    state: str = "", change: str = "", better: bool = True, tone: str = "", parts: Any = (),
) -> dict[str, Any]:  # fmt: skip
    """Show one figure with its unit and base; the whole block links to its rows.

    None, for what cannot be reckoned yet, is a dash without a unit. `change` is ▲1.8 or ▼6; `better` says whether that is
    good, for up is not always. `parts` is a bar.
    """
    if state:
        one_of(state, STATES, "figure")
    if tone:
        one_of(tone, ("blue",), "figure tone")
    return {
        "value": "—" if value is None else value, "unit": "" if value is None else unit, "label": label, "base": base,
        "href": href, "state": state, "change": change, "better": better, "tone": tone, "parts": parts,
    }  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """A record that proves something. `line` is who and when; `withdrawn` says what went back."""

    title: str
    line: str
    icon: str = "file-text"
    href: str = ""
    also: int = 0
    also_href: str = ""
    withdrawn: str = ""


def evidence(record: Any) -> dict[str, Any]:
    """Show one record that proves something, and how many documents it serves."""
    return {"e": shaped(Evidence, record)}


@dataclass(frozen=True)
class Step:
    """One state on the strip. `lines` are its date and holder; a return is said here in words."""

    label: str
    state: str = "next"
    lines: Sequence[str] = ()


def strip(steps: Iterable[Any]) -> dict[str, Any]:
    """Show where a case stands: done, now, next."""
    rows = all_shaped(Step, steps)
    for step in rows:
        one_of(step.state, ("done", "now", "next"), "strip")
    return {"steps": rows}


def clock(figure: str, state: str, *, label: str = "", then: str = "") -> dict[str, Any]:
    """Show the time that is left or over, and what happens next."""
    one_of(state, CLOCK_STATES, "clock")
    return {"figure": figure, "state": state, "label": label, "then": then}


@dataclass(frozen=True)
class Need:
    """Something that a move asks for, and whether it is there."""

    text: str
    met: bool = False


@dataclass(frozen=True)
class Move:
    """A move that is allowed now. `ask` is the question put before it; `opens` loads its form in place."""

    label: str
    href: str
    icon: str = ""
    method: str = "get"
    ask: str = ""
    danger: bool = False
    opens: bool = False


def moves(
    context: Any, allowed: Iterable[Any], *, needs: Iterable[Any] = (), why: str = "", place: str = "move-form"
) -> dict[str, Any]:
    """Show the allowed moves as buttons, the first one primary; those not allowed are absent."""
    rows = all_shaped(Move, allowed)
    for move in rows:
        one_of(move.method, ("get", "post"), "move")
    return {
        "moves": rows,
        "needs": all_shaped(Need, needs),
        "why": why,
        "place": place,
        "csrf_token": context.get("csrf_token", ""),
    }


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `bold` comes first; `state` is now, bad or empty."""

    bold: str
    text: str = ""
    line: str = ""
    state: str = ""


def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Show what happened, newest first; lines are only ever added."""
    rows = all_shaped(Entry, entries)
    for entry in rows:
        one_of(entry.state, ("", "now", "bad"), "timeline")
    return {"entries": rows}


@dataclass(frozen=True)
class Day:
    """One day of the week strip. `off` means no pupils; `past` days are grey."""

    on: date
    count: int = 0
    today: bool = False
    off: bool = False
    past: bool = False
    href: str = ""


def weekstrip(days: Iterable[Any], *, unit: str = "件") -> dict[str, Any]:
    """Show seven days with their counts; a day without pupils is hatched and says 休."""
    rows = all_shaped(Day, days)
    most = max((day.count for day in rows), default=0) or 1
    cells = [
        {
            "day": day,
            "name": WEEKDAYS[day.on.weekday()],
            "height": round(22 * day.count / most),
            "kind": "today" if day.today else "off" if day.off else "past" if day.past else "",
        }
        for day in rows
    ]
    return {"cells": cells, "unit": unit}


def empty(icon: str, title: str, text: str = "", *, action: str = "", href: str = "") -> dict[str, Any]:
    """Say what is so and what comes next; a button only when there is something to do."""
    if bool(action) != bool(href):
        one_of("action without href", ("action and href together",), "empty")
    return {"icon": icon, "title": title, "text": text, "action": action, "href": href}


def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Show names and values in two columns; rows without a value are left out."""
    return {"rows": [(name, value) for name, value in rows if value not in (None, "")]}
