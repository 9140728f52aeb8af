"""The month's report: which months there are, and the two files."""

import uuid
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse

from xiaoan.board.pages.exports import XLSX, download
from xiaoan.board.queries.places import CALLED, find_unit, way
from xiaoan.board.reports.month import Month, month_of, read_month
from xiaoan.board.reports.month_page import month_pdf
from xiaoan.board.reports.month_sheet import month_workbook
from xiaoan.engines.ui.pages import page
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, Refusal
from xiaoan.kernel.gate import needs
from xiaoan.kernel.replica import from_replica

MONTHS = 12


@needs("reports.export")
@from_replica
def choose(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """The last twelve months with their two files."""
    return _list(request, unit)


@needs("reports.export")
@from_replica
def workbook(request: HttpRequest, unit: uuid.UUID, month: str) -> HttpResponse:
    made = _read(request, unit, month)
    return download(month_workbook(made).getvalue(), f"{made.title}.xlsx", XLSX)


@needs("reports.export")
@from_replica
def pdf(request: HttpRequest, unit: uuid.UUID, month: str) -> HttpResponse:
    """The printed report; without a Chinese font the list again, saying so."""
    made = _read(request, unit, month)
    try:
        return download(month_pdf(made), f"{made.title}.pdf", "application/pdf")
    except Refusal as why:
        return _list(request, unit, why.sentence, 503)


def _read(request: HttpRequest, unit: uuid.UUID, month: str) -> Month:
    found = find_unit(request.actor, unit)  # type: ignore[attr-defined]
    try:
        first, last = month_of(month, clock.today())
    except Invalid as why:
        raise Http404(why.sentence) from why
    return read_month(found, first, last, clock.today())


def _list(request: HttpRequest, unit: uuid.UUID, refusal: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = find_unit(actor, unit)
    context = {
        "unit": found, "months": _months(clock.today()), "refusal": refusal, "called": CALLED.get(found.rank, "总览"),
        "crumbs": way(actor, found, ""),
    }  # fmt: skip
    return page(request, "board/reports.html", context, status=status)


def _months(today: date) -> list[tuple[str, str]]:
    """(yyyy-mm, words) of this month and the eleven before."""
    found, day = [], today.replace(day=1)
    for _ in range(MONTHS):
        running = "（到今天）" if (day.year, day.month) == (today.year, today.month) else ""
        found.append((f"{day:%Y-%m}", f"{day.year}年{day.month}月{running}"))
        day = (day - timedelta(days=1)).replace(day=1)
    return found
