"""Reading the journal: the timeline of a subject, and pages of entries within a scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiaoan.ground.journal.models import Entry

PAGE = 50


def history(subject_type: str, *subject_ids: object, most: int = 50) -> list[Entry]:
    """The newest entries about one subject (or several of one type), newest first."""
    ids = [str(subject) for subject in subject_ids]
    return list(Entry.objects.filter(subject_type=subject_type, subject_id__in=ids).order_by("-at", "-id")[:most])


@dataclass(frozen=True)
class Wanted:
    """What a reader of the journal filters by; empty means all. `paths` are ranges of the tree."""

    person: str = ""
    verb: str = ""
    subject: str = ""
    paths: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    after: str
    before: str


def entries_in(scope: str, wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page of the entries at or below `scope`, newest first, by keyset on the id."""
    rows = _matching(scope, wanted)
    older, newer = _cursor(after), _cursor(before)
    if newer:
        found = list(reversed(rows.filter(id__gt=newer).order_by("id")[: size + 1]))
        has_newer, entries = len(found) > size, found[-size:]
        return Page(entries, str(entries[-1].id) if entries else "", str(entries[0].id) if has_newer else "")
    found = list((rows.filter(id__lt=older) if older else rows).order_by("-id")[: size + 1])
    entries = found[:size]
    return Page(
        entries, str(entries[-1].id) if len(found) > size else "", str(entries[0].id) if older and entries else ""
    )


def all_entries_in(scope: str, wanted: Wanted) -> QuerySet[Entry]:
    """The rows of all pages of `entries_in`, in the same order."""
    return _matching(scope, wanted).order_by("-id")


def _matching(scope: str, wanted: Wanted) -> QuerySet[Entry]:
    rows = Entry.objects.filter(_ranges([scope]))
    if wanted.paths:
        rows = rows.filter(_ranges(wanted.paths))
    for field, value in (
        ("person_name", wanted.person),
        ("verb", wanted.verb),
        ("subject_name__contains", wanted.subject),
    ):
        if value:
            rows = rows.filter(**{field: value})
    if wanted.first:
        rows = rows.filter(at__gte=_midnight(wanted.first))
    if wanted.last:
        rows = rows.filter(at__lt=_midnight(wanted.last + timedelta(days=1)))
    return rows


def _ranges(paths: Iterable[str]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(unit_path__gte=path, unit_path__lt=path + "~") if path else Q(unit_path__gte="")
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
