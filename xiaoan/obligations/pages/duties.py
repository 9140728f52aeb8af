"""My duties: one list of what a unit owes, for whoever does it."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.engines.ui.remember import remember
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.roles import ROLES, SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.obligations.agenda import Section, computed_from, due_words, kept_of, open_tasks, sections
from xiaoan.obligations.pages.places import actor_of, unit_of
from xiaoan.obligations.queries import DutyLine, duties_of
from xiaoan.obligations.recording import icon_of, line_url, record_url, why_url

STATES = {"missed": "na", "done": "ok"}
COLUMNS = (
    Col("什么时候", lambda row: row[0].name), Col("要做的事", lambda row: row[1].name, 30), Col("期", lambda row: row[1].period_label),
    Col("到期", lambda row: row[1].due), Col("情况", lambda row: due_words(row[1], clock.today())),
    Col("已做", lambda row: row[1].count), Col("要做", lambda row: row[1].need),
    Col("谁做", lambda row: [ROLES[key].name for key in row[1].by if key in ROLES], 24),
    Col("几份文件", lambda row: row[1].documents), Col("出自", lambda row: row[1].strictest.duty.document_short, 40),
)  # fmt: skip
KEPT = (
    Col("要保持的", lambda kept: kept.measure.name if kept.measure else kept.source.duty.duty, 40), Col("情况", lambda kept: kept.words),
    Col("几份文件", lambda kept: kept.documents), Col("出自", lambda kept: kept.source.duty.document_short, 40),
)  # fmt: skip


@require_GET
@needs("duties.read")
def mine(request: HttpRequest) -> HttpResponseBase:
    """What the actor's posts at the unit have to do, or what everybody there has to do."""
    actor, unit, today = actor_of(request), unit_of(request), clock.today()
    is_own = unit.path == actor.scope
    roles = _roles(request, actor) if is_own else set()
    filters = remember(request, "duties", {"who": ("mine", "all")})
    who = filters.get("who", "all" if roles & SCHOOL_LEADS else "mine") if roles else "all"
    shown = roles if who == "mine" else set()
    found = sections(duties_of(unit, today, roles=shown), unit, today)
    kept = kept_of(unit, today, roles=() if shown & SCHOOL_LEADS else shown)
    if wants_sheet(request):
        lines = [(section, line) for section in found for line in section.lines]
        return sheet(f"{unit.label}要做的事", Table("要做的事", COLUMNS, lines), Table("保持", KEPT, kept))
    may_record = is_own and actor.holds("records.write")
    context = {
        "unit": unit, "is_own": is_own, "who": who, "roles": "、".join(sorted(ROLES[r].name for r in roles)),
        "choices": [("mine", "我做的"), ("all", "全校" if unit.is_school else "全单位")],
        "sections": [_shown(s, unit, may_record) for s in found],
        "counts": _counts(found), "nothing": not any(s.lines for s in found),
        "kept": [_kept_shown(k, unit, may_record) for k in kept], "holding": sum(k.source.is_done for k in kept),
        "tasks": open_tasks(actor.unit_path if is_own else unit.path), "today": today,
    }  # fmt: skip
    return page(request, "obligations/duties.html", context)


def _roles(request: HttpRequest, actor: Actor) -> set[str]:
    """The roles of all posts that the person holds at this unit."""
    posts = request.posts  # type: ignore[attr-defined]
    return {p.role for p in posts if p.unit_id == actor.unit_id} | {actor.role}


def _counts(found: list[Section]) -> dict[str, Any]:
    """The figures above the list."""
    by_key = {s.key: s for s in found}
    empty = Section("", "")
    today, week = by_key.get("today", empty), by_key.get("week", empty)
    done, missed = len(by_key.get("done", empty).lines), len(by_key.get("missed", empty).lines)
    late = missed + sum(line.state == "late" for line in today.lines)
    return {
        "today": len(today.lines), "minutes": today.minutes, "late": late, "late_href": "#missed" if missed else "#today",
        "week": len(week.lines), "done": done, "base": f"应做 {sum(len(s.lines) for s in found if s.key != 'missed')} 件",
    }  # fmt: skip


def _shown(section: Section, unit: Unit, may_record: bool) -> dict[str, Any]:
    return {"section": section, "lines": [_line(line, section.key, unit, may_record) for line in section.lines]}


def _line(line: DutyLine, section: str, unit: Unit, may_record: bool) -> dict[str, Any]:
    return {
        "line": line, "icon": icon_of(line.practice.icon), "state": STATES.get(section, line.state), "words": due_words(line, clock.today()),
        "why": why_url(line.key, f"?unit={unit.id}"), "record": line_url(line, "/duties/") if may_record else "",
    }  # fmt: skip


def _kept_shown(kept: Any, unit: Unit, may_record: bool) -> dict[str, Any]:
    measure = kept.measure
    record = reverse(measure.page) if measure and measure.page else record_url(kept.source.duty, "", "/duties/")
    return {
        "kept": kept, "computed": computed_from(measure) if measure else "",
        "record": record if may_record and not kept.source.is_done else "",
        "why": why_url(kept.source.duty.practice.key, f"?unit={unit.id}"),
    }  # fmt: skip
