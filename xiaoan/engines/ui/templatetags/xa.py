"""The components, by the names that templates use. This list is the whole vocabulary of pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.template import Context, Library
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

from xiaoan.engines.ui import blocks, charts, dates, fields, icons, links, marks, numbers

register = Library()

PLAIN: dict[str, Callable[..., Any]] = {
    "icon": icons.icon,
    "pill": marks.pill,
    "tier": marks.tier,
    "level": marks.level,
    "also": marks.also,
    "bar": marks.bar,
    "share": marks.share,
    "timing": fields.timing,
}
FILLED: dict[str, Callable[..., Any]] = {
    "bullet": marks.bullet,
    "clause": marks.clause,
    "squares": marks.squares,
    "figure": blocks.figure,
    "evidence": blocks.evidence,
    "strip": blocks.strip,
    "clock": blocks.clock,
    "timeline": blocks.timeline,
    "weekstrip": blocks.weekstrip,
    "empty": blocks.empty,
    "facts": blocks.facts,
    "crumbs": links.crumbs,
    "recalled": links.recalled,
    "chart": charts.chart,
    "field": fields.field,
}
IN_CONTEXT: dict[str, Callable[..., Any]] = {
    "seg": links.seg,
    "pager": links.pager,
    "excel": links.excel,
    "moves": blocks.moves,
}
FILTERS: dict[str, Callable[..., Any]] = {
    "cn_date": dates.cn_date,
    "cn_day": dates.cn_day,
    "cn_time": dates.cn_time,
    "cn_moment": dates.cn_moment,
    "cn_stamp": dates.cn_stamp,
    "percent": numbers.percent,
    "percent_of": numbers.percent_of,
    "count": numbers.count,
    "minutes": numbers.minutes,
    "typed": fields.typed,
}

for name, function in PLAIN.items():
    register.simple_tag(function, name=name)
for name, function in FILLED.items():
    register.inclusion_tag(f"ui/parts/{name}.html", name=name)(function)
for name, function in IN_CONTEXT.items():
    register.inclusion_tag(f"ui/parts/{name}.html", name=name, takes_context=True)(function)
for name, function in FILTERS.items():
    register.filter(name, function)


@register.filter
def cn_span(start: date | None, end: date | None) -> str:
    """Write a span of days: {{ start|cn_span:end }} gives 11月16日—22日."""
    return dates.cn_span(start, end)


@register.simple_tag(takes_context=True)
def repeat(context: Context, name: str) -> str:
    """Render a block's content once more: the page's title stands in the tab and on the page."""
    known = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = known.get_block(name) if known else None
    # Rendered already, so escaped already; strip() would make it look unsafe.
    return SafeString(block.nodelist.render(context).strip()) if block else ""
