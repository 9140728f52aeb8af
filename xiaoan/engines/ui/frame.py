"""What the frame around a page shows: menu groups, phone tabs, bell. The site's lists return these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xiaoan.engines.ui.strict import shaped


@dataclass
class MenuItem:
    """One line of the menu. `count` is shown as a badge when it is more than 0."""

    name: str
    url: str
    icon: str
    count: int = 0
    on: bool = False


@dataclass
class MenuGroup:
    """Some lines of the menu under one word; the first group may have none."""

    name: str
    entries: Sequence[MenuItem] = field(default_factory=list)


@dataclass
class Tab:
    """One tab of the phone. `key` is what a page names in {% block tab %} or the variable `tab`."""

    key: str
    label: str
    href: str
    icon: str
    count: int = 0


@dataclass(frozen=True)
class Bell:
    """The bell: where it leads, how much is unread, and the address that tells so where the page does not know it."""

    href: str
    count: int = 0
    asks: str = ""


def menu_item(entry: Any) -> MenuItem:
    """Copy one of the site's entries: a mapping, or any object with name, url, icon and perhaps count."""
    if isinstance(entry, Mapping):
        return shaped(MenuItem, entry)
    return MenuItem(entry.name, entry.url, entry.icon, getattr(entry, "count", 0), getattr(entry, "on", False))


def mark_current(groups: Sequence[MenuGroup], path: str) -> None:
    """Mark the menu line whose address is the longest beginning of `path`."""
    items = [item for group in groups for item in group.entries]
    if any(item.on for item in items):
        return
    fitting = [item for item in items if item.url == path or (item.url != "/" and path.startswith(item.url))]
    if fitting:
        max(fitting, key=lambda item: len(item.url)).on = True
