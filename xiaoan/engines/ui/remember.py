"""Long lists keep their filters: coming back to a list shows it as it was left."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

SESSION_KEY = "ui.filters"
LONGEST = 80  # a search box is for words; a session row is not the place for essays


@dataclass(frozen=True)
class Filters:
    """The filters in force. `recalled` is true when they come from last time, not from the address."""

    values: Mapping[str, str]
    recalled: bool = False

    def get(self, name: str, default: str = "") -> str:
        """Return one filter's value."""
        return self.values.get(name, default)


def remember(request: HttpRequest, key: str, allowed: Mapping[str, Collection[str] | None]) -> Filters:
    """Return the list's filters and keep them for next time.

    `allowed` names each parameter with its allowed values, or None for free text. An address with any
    of them is the whole truth (so a shared link shows the same to everyone); an address with none shows
    last time's, and `request.GET` is set to them so that every link on the page carries them on.
    `?reset` forgets them.
    """
    kept: dict[str, dict[str, str]] = request.session.get(SESSION_KEY, {})
    if "reset" in request.GET:
        _keep(request, kept, key, {})
        return Filters({})
    if any(name in request.GET for name in allowed):
        asked = _clean(request.GET, allowed)
        _keep(request, kept, key, asked)
        return Filters(asked)
    last = _clean(kept.get(key, {}), allowed)
    if last:
        query = request.GET.copy()
        query.update(last)
        request.GET = query  # type: ignore[assignment]
    return Filters(last, recalled=bool(last))


def _clean(query: QueryDict | Mapping[str, str], allowed: Mapping[str, Collection[str] | None]) -> dict[str, str]:
    """Keep what is allowed and not empty; what was stored last year may no longer be."""
    found = {name: (query.get(name) or "").strip()[:LONGEST] for name in allowed}
    return {
        name: value for name, value in found.items() if value and ((values := allowed[name]) is None or value in values)
    }


def _keep(request: HttpRequest, kept: dict[str, dict[str, str]], key: str, values: dict[str, str]) -> None:
    """Write the session only when something changed: each write is a row in the database."""
    if kept.get(key, {}) != values:
        request.session[SESSION_KEY] = {**kept, key: values}
