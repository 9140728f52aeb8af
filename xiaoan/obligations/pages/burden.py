"""The burden page, the rules against formalism, the measures."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from xiaoan.engines.tally.queries import read
from xiaoan.engines.ui.pages import page
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.kernel.replica import from_replica
from xiaoan.obligations.agenda import computed_from
from xiaoan.obligations.burden import Burden, Share, burden_of, children_of
from xiaoan.obligations.figures import figures_below
from xiaoan.obligations.measures import Measure, measures
from xiaoan.obligations.models import Reading
from xiaoan.obligations.pages.places import unit_of
from xiaoan.obligations.rules import findings
from xiaoan.policies.book import book

MOST_CHILDREN = 60
MOST_BARS = 5
RULES = (
    Col("规则", lambda row: row[0].sentence, 60), Col("出自", lambda row: row[0].source, 30),
    Col("情况", lambda row: "符合" if row[1].is_fine else "要留意"), Col("核对结果", lambda row: row[1].words, 40),
    Col("哪里", lambda row: [words for words, _ in row[1].items], 60),
)  # fmt: skip
MEASURES = (
    Col("指标", lambda line: line[0].name, 30), Col("怎么算", lambda line: line[0].definition, 50), Col("数从哪里来", lambda line: line[1], 40),
    Col("单位", lambda line: line[2].name, 26), Col("分子", lambda line: line[3]), Col("分母", lambda line: line[4]),
    Col("比例（%）", lambda line: round(line[3] * 100 / line[4], 1) if line[4] else None),
)  # fmt: skip


@require_GET
@needs("burden.read")
@from_replica
def burden(request: HttpRequest) -> HttpResponseBase:
    """Minutes per school and week, and who asks for them."""
    unit, today = unit_of(request), clock.today()
    found = burden_of(unit, today)
    context = {
        "unit": unit, "burden": found, "trend": _trend(found), "share": _share(found),
        "sheets": [_shown(s, found) for s in found.by_sheet], "documents": [_shown(s, found) for s in found.by_document],
        "offices": [_shown(s, found) for s in found.by_office], "children": children_of(unit, today),
        "change": _change(found),
    }  # fmt: skip
    if wants_sheet(request):
        return sheet(f"{unit.label}基层负担", *_tables(found, context))
    return page(request, "obligations/burden.html", context)


def _tables(found: Burden, shown: dict[str, Any]) -> list[Table]:
    """The page's tables; minutes and shares as numbers."""
    name = Col("名称", lambda row: row["share"].name, 40)
    week, part = Col("每校每周（分钟）", lambda row: row["week"], 16), Col("占（%）", lambda row: row["part"])
    forms, each = Col("次数", lambda row: row["share"].forms), Col("每次（秒）", lambda row: row["each"])
    total = Col("合计（分钟）", lambda row: row["share"].minutes)
    below = (Col("单位", lambda row: row[0].name, 30), Col("每校每周（分钟）", lambda row: row[1], 16))
    return [
        Table("按机关", (name, week, part), shown["offices"]), Table("按文件", (name, total, week, part), shown["documents"]),
        Table("按记录", (name, forms, each, total), shown["sheets"]), Table("下级单位", below, shown["children"]),
        Table("每周", (Col("周", lambda row: row[0]), Col("每校（分钟）", lambda row: row[1])), list(zip(found.weeks, found.trend, strict=True))),
    ]  # fmt: skip


def _trend(found: Burden) -> dict[str, Any]:
    labels = [f"{int(week[-2:])}周" for week in found.weeks]
    return {
        "labels": labels, "own": found.trend, "unit": "分钟",
        "ceiling": {"value": found.ceiling, "label": f"上限 {found.ceiling}"},
    }  # fmt: skip


def _share(found: Burden) -> list[tuple[str, float]]:
    """The offices as parts of one bar: the four that ask most, and the rest together."""
    rows = [(s.name, found.per_school_week(s.seconds, len(found.weeks)) or 0) for s in found.by_office]
    head, rest = rows[: MOST_BARS - 1], rows[MOST_BARS - 1 :]
    return [*head, ("其他", round(sum(n for _, n in rest), 1))] if rest else head


def _shown(share: Share, found: Burden) -> dict[str, Any]:
    """A row with its minutes, its part of the whole, and what one school spends on it a week."""
    return {
        "share": share, "week": found.per_school_week(share.seconds, len(found.weeks)),
        "part": share.seconds * 100 // found.seconds if found.seconds else 0,
        "each": round(share.seconds / share.forms) if share.forms else None,
    }  # fmt: skip


def _change(found: Burden) -> tuple[str, bool]:
    """This week against the mean of the weeks before it: (▼3, better)."""
    before = found.trend[:-1]
    if not before or found.this_week is None:
        return "", True
    less = round(found.this_week - sum(before) / len(before), 1)
    return ("▲" if less > 0 else "▼") + f"{abs(less):g}" if less else "", less <= 0


@require_GET
@needs("burden.read")
@from_replica
def rules(request: HttpRequest) -> HttpResponseBase:
    """Each rule quoted with its source, and what was found here."""
    unit = unit_of(request)
    rows = list(findings(unit))
    if wants_sheet(request):
        return sheet(f"{unit.label}减负规则核对", Table("减负规则核对", RULES, rows))
    context = {"unit": unit, "rows": rows, "fine": sum(f.is_fine for _, f in rows)}
    return page(request, "obligations/rules.html", context)


@require_GET
@needs("duties.read")
@from_replica
def all_measures(request: HttpRequest) -> HttpResponseBase:
    """Every measure: how it is defined, its figure here, and for the units directly below."""
    unit = unit_of(request)
    children = list(
        Unit.objects.filter(parent=unit)
        .active()
        .exclude(rank__in=[Rank.DEPARTMENT, Rank.PARTNER])
        .order_by("path")[:MOST_CHILDREN]
    )
    rows = _measured([unit, *children])
    if wants_sheet(request):
        lines = [(r["measure"], r["computed"], *figure) for r in rows for figure in (r["own"], *r["below"])]
        return sheet(f"{unit.label}指标", Table("指标", MEASURES, lines))
    wanted = request.GET.get("measure", "")
    chosen = next((r for r in rows if r["measure"].key == wanted), None)
    context = {"unit": unit, "rows": rows, "chosen": chosen, "children": children}
    return page(request, "obligations/measures.html", context)


def _measured(units: list[Unit]) -> list[dict[str, Any]]:
    """Each measure with (unit, numerator, denominator) for the unit and its children. Seven queries."""
    paths = [u.path for u in units]
    num, den, held = (read(paths, m) for m in ("num", "den", "units"))
    schools = {u.path: 1 if u.is_school else sum(held[u.path].values()) for u in units}
    done = _practices(units)
    read_on = (
        dict(Reading.objects.filter(unit_path=units[0].path).values_list("measure", "read_on"))
        if units[0].is_school
        else {}
    )
    rows = []
    for measure in measures().values():
        figures = []
        for u in units:
            n = num[u.path].get((measure.key, ""), 0)
            base = {"schools": schools[u.path], "sum": den[u.path].get((measure.key, ""), 0)}.get(measure.of, 0)
            if measure.of == "practice":
                n, base = done[u.path].get(measure.practice, (0, 0))
            figures.append((u, n, base))
        rows.append({
            "measure": measure, "own": figures[0], "below": figures[1:], "computed": computed_from(measure),
            "asked": len(book().by_measure.get(measure.key, ())), "kind": _kind(measure), "read_on": read_on.get(measure.key),
        })  # fmt: skip
    return rows


def _practices(units: list[Unit]) -> dict[str, dict[str, tuple[int, int]]]:
    """{path: {practice: (done, owed)}} of this term, for the measures that look at a practice."""
    today = clock.today()
    wanted = {m.practice for m in measures().values() if m.of == "practice"}
    duties = [
        d
        for d in book().above(units[0].path)
        if d.practice.key in wanted and d.kind == "recurring" and d.starts <= today <= d.ends
    ]
    term = calendar_for(units[0].path).term_of(today)
    found = figures_below(units, duties, term.starts if term else today.replace(month=1, day=1), today, today)
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for path, rows in found.items():
        sums[path] = {}
        for figure in rows.values():
            n, base = sums[path].get(figure.duty.practice.key, (0, 0))
            sums[path][figure.duty.practice.key] = (n + figure.done, base + figure.owed)
    return sums


def _kind(measure: Measure) -> str:
    return {"schools": "达到的学校占多少", "sum": "两个数相除", "practice": "按期完成的占多少"}[measure.of]
