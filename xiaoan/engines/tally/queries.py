"""Reading figures: one statement takes folded rows and open deltas together, so no moment is counted twice."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.db.models import Q, Value

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.ground.units.paths import below

TOTAL = (
    "SELECT (SELECT COALESCE(SUM(n), 0) FROM tally_count WHERE unit_path = %s AND {held})"
    " + (SELECT COALESCE(SUM(n), 0) FROM tally_delta WHERE unit_path >= %s AND unit_path < %s AND {held})"
)
Figures = dict[tuple[str, str], int]  # (subject, period) -> n


def read(
    paths: Collection[str], measure: str, subjects: Collection[str] | None = None, since: str = "", until: str = ""
) -> dict[str, Figures]:
    """Figures of several units: {path: {(subject, period): n}}. `since` and `until` bound the period's key
    (both in). Cost: the asked rows and the deltas of the last seconds, whatever the size of the subtree."""
    if not paths:
        return {}
    held = Q(measure=measure)
    if subjects is not None:
        held &= Q(subject__in=subjects)
    if since:
        held &= Q(period__gte=since)
    if until:
        held &= Q(period__lte=until + "~")
    fields = ("unit_path", "subject", "period", "n")
    open_paths = Q()
    for path in paths:
        open_paths |= below(path, "unit_path")
    folded = Count.objects.filter(held, unit_path__in=list(paths)).annotate(fresh=Value(0))
    fresh = Delta.objects.filter(held).filter(open_paths).annotate(fresh=Value(1))
    found: dict[str, Figures] = {path: defaultdict(int) for path in paths}
    rows = folded.values_list(*fields, "fresh").union(fresh.values_list(*fields, "fresh"), all=True)
    for unit_path, subject, period, n, is_fresh in rows:
        for path in _owners(unit_path, paths, bool(is_fresh)):
            found[path][(subject, period)] += n
    return found


def read_one(
    path: str, measure: str, subjects: Collection[str] | None = None, since: str = "", until: str = ""
) -> Figures:
    """Figures of one unit, as `read`."""
    return read([path], measure, subjects, since, until)[path]


def total_of(path: str, measure: str, subject: str = "") -> int:
    """The sum of a unit's figures, over all subjects or of one, and over all periods. One statement, added up in the
    database: a province's list asks for it at every first page."""
    held, given = ("measure = %s AND subject = %s", [measure, subject]) if subject else ("measure = %s", [measure])
    with connection.cursor() as cursor:
        cursor.execute(TOTAL.format(held=held), [path, *given, path, path + "~", *given])
        return int(cursor.fetchone()[0])


def _owners(unit_path: str, paths: Collection[str], is_fresh: bool) -> list[str]:
    return [p for p in paths if unit_path.startswith(p)] if is_fresh else [unit_path]
