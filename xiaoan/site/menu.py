"""The menu: groups of entries, each shown to those who hold its right."""

from dataclasses import dataclass

from django.http import HttpRequest

from xiaoan.engines.ui.frame import MenuGroup, MenuItem


@dataclass(frozen=True)
class Entry:
    name: str
    icon: str
    url: str
    right: str


GROUPS: list[tuple[str, list[Entry]]] = [
    ("日常", [Entry("记录", "clipboard-list", "/records/", "records.read")]),
    ("文件", [Entry("政策文件", "file-text", "/policies/", "policies.read")]),
    (
        "管理",
        [
            Entry("人员", "users", "/people/", "people.read"),
            Entry("操作日志", "history", "/journal/", "journal.read"),
        ],
    ),
]


def menu(request: HttpRequest) -> list[MenuGroup]:
    """What the signed-in actor sees in the sidebar."""
    actor = getattr(request, "actor", None)
    if not actor:
        return []
    shown = [(name, [e for e in entries if actor.holds(e.right)]) for name, entries in GROUPS]
    return [MenuGroup(name, [MenuItem(e.name, e.url, e.icon) for e in entries]) for name, entries in shown if entries]
