"""The way from a duty to the form that proves it: opened so that the record will count."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from xiaoan.engines.sheets.answers import spelled
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.ui.icons import listed
from xiaoan.obligations.fitting import conditions
from xiaoan.obligations.queries import DutyLine
from xiaoan.policies.book import Duty


def record_url(duty: Duty, about: str = "", back: str = "") -> str:
    """The form of the duty's sheet with the first value of each condition filled in; empty without such a sheet."""
    sheet = sheets().get(duty.practice.sheet)
    if sheet is None:
        return ""
    filled = {c["field"]: spelled(c["is"][0]) for c in [*conditions(duty.counts), *duty.practice.where]}
    topics, column = duty.counts.get("topic"), sheet.columns.get("topic", "")
    if topics and column and column not in filled:
        filled[column] = spelled(topics[0])
    query = {**filled, **({"duty": about} if about else {}), **({"back": back} if back else {})}
    return reverse("sheets:fill", args=[sheet.key]) + (f"?{urlencode(query)}" if query else "")


def line_url(line: DutyLine, back: str = "") -> str:
    """As `record_url`, for a line: by its strictest source, which the others are looser than."""
    return record_url(line.strictest.duty, line.about, back)


def why_url(key: str, query: str = "") -> str:
    """The panel that says where a duty comes from; empty where the site shows no boards."""
    try:
        return reverse("board:why", args=[key]) + query
    except NoReverseMatch:
        return ""


def icon_of(name: str) -> str:
    """A practice's icon where the sprite has it: a bureau's own practice may name any."""
    return name if not listed() or name in listed() else "checklist"
