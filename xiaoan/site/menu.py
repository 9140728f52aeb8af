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
    covers: tuple[str, ...] = ()  # beginnings of other addresses that belong to this line


GROUPS: list[tuple[str, list[Entry]]] = [
    (
        "",
        [
            Entry("总览", "layout-dashboard", "/", "boards.read", ("/board/",)),
            Entry("要做的事", "checklist", "/duties/", "duties.read", ("/why/",)),
            Entry("政策文件", "file-text", "/policies/", "policies.read", ("/doc/",)),
        ],
    ),
    (
        "日常",
        [
            Entry("记录", "clipboard-list", "/records/", "records.read"),
            Entry("手机待处理", "cloud-upload", "/sync/conflicts/", "sync.settle"),
        ],
    ),
    (
        "任务与减负",
        [
            Entry("派发的任务", "send", "/duties/tasks/", "tasks.dispatch"),
            Entry("收到的任务", "inbox", "/duties/assignments/", "tasks.hand_in"),
            Entry("免做申请", "hand-stop", "/duties/exemptions/", "tasks.hand_in"),
            Entry("基层负担", "clock", "/duties/burden/", "burden.read", ("/duties/rules/", "/duties/measures/")),
        ],
    ),
    (
        "管理",
        [
            Entry("单位", "sitemap", "/units/", "units.read", ("/intake/schools/", "/intake/of/")),
            Entry("人员", "users", "/people/", "people.read"),
            Entry("校历", "calendar", "/calendar/", "calendar.read"),
            Entry("规范值", "scale", "/norms/", "norms.read"),
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
    return [MenuGroup(name, [_item(e, request.path) for e in entries]) for name, entries in shown if entries]


def _item(entry: Entry, path: str) -> MenuItem:
    return MenuItem(entry.name, entry.url, entry.icon, on=any(path.startswith(p) for p in entry.covers))
