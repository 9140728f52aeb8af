"""The context processor of the frame. Everything is lazy: a part for htmx asks for none of it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from xiaoan.engines.ui.frame import Bell, MenuGroup, Tab, mark_current, menu_item
from xiaoan.engines.ui.strict import all_shaped, shaped
from xiaoan.kernel import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every page `menu`, `tabs`, `bell`, `actor`, `demo` and `now`."""
    return {
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "tabs": SimpleLazyObject(lambda: all_shaped(Tab, _from_site("XIAOAN_TABS", request) or [])),
        "bell": SimpleLazyObject(lambda: shaped(Bell, _from_site("XIAOAN_BELL", request) or Bell(""))),
        "actor": getattr(request, "actor", None),
        "demo": SimpleLazyObject(lambda: is_demo(request)),
        "now": timezone.localtime(clock.now()),
    }


def is_demo(request: HttpRequest | None = None) -> bool:
    """Whether the site shows made-up data, and says so on every page, report and phone."""
    return bool(_from_site("XIAOAN_DEMO", request))


def _from_site(setting: str, request: HttpRequest | None) -> Any:
    """Return what the setting says: a dotted path of a callable(request), a plain value, or nothing."""
    value = getattr(settings, setting, None)
    if not isinstance(value, str):
        return value
    function: Callable[[HttpRequest | None], Any] = import_string(value)
    return function(request)


def _menu(request: HttpRequest) -> Sequence[MenuGroup]:
    """Return the menu's groups with the current line marked; a public page has none."""
    groups = [_group(group) for group in _from_site("XIAOAN_MENU", request) or []]
    mark_current(groups, request.path)
    return groups


def _group(group: Any) -> MenuGroup:
    """Copy one group, so that marking the current line never touches the site's own list."""
    known = shaped(MenuGroup, group)
    return MenuGroup(known.name, [menu_item(entry) for entry in known.entries])
