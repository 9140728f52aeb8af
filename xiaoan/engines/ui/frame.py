"""What the frame around a page shows: menu groups, phone tabs, bell. The site's lists return these."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class MenuItem:
    """One line of the menu. `count` is shown as a badge when it is more than 0."""

    label: str
    href: str
    icon: str
    count: int = 0
    on: bool = False


@dataclass
class MenuGroup:
    """Some lines of the menu under one word; the first group may have none."""

    title: str
    items: Sequence[MenuItem] = field(default_factory=list)


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
    """The bell: where it leads and how much is unread."""

    href: str
    count: int = 0


def mark_current(groups: Sequence[MenuGroup], path: str) -> None:
    """Mark the menu line whose address is the longest beginning of `path`."""
    items = [item for group in groups for item in group.items]
    if any(item.on for item in items):
        return
    fitting = [item for item in items if item.href == path or (item.href != "/" and path.startswith(item.href))]
    if fitting:
        max(fitting, key=lambda item: len(item.href)).on = True
