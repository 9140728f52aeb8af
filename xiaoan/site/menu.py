"""The menu: groups of entries, each shown to those who hold its right."""

from dataclasses import dataclass

from django.http import HttpRequest

from xiaoan.board.pages.boards import PHONES
from xiaoan.engines.ui.frame import MenuGroup, MenuItem
from xiaoan.ground.people.roles import SCHOOL_STAFF


@dataclass(frozen=True)
class Entry:
    name: str
    icon: str
    url: str
    right: str
    covers: tuple[str, ...] = ()  # beginnings of other addresses that belong to this line


FED_BACK = ("/inspections/findings/", "/inspections/rules/")
OVERSEEN = tuple(f"/inspections/{page}/" for page in ("coverage", "programme", "quality", "deputies", "samples"))
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
        "发现与整改",
        [
            Entry("隐患", "alert-triangle", "/hazards/", "hazards.read"),
            Entry("风险", "shield", "/risks/", "risks.read"),
            Entry("检查清单", "list-check", "/checks/", "checks.read"),
            Entry("巡查", "route", "/patrols/", "patrols.read"),
            Entry("周边与矛盾", "building-community", "/matters/", "matters.read"),
        ],
    ),
    (
        "日常",
        [
            Entry("记录", "clipboard-list", "/records/", "records.read"),
            Entry("学生安全员", "users", "/officers/", "officers.read"),
            Entry("手机待处理", "cloud-upload", "/sync/conflicts/", "sync.settle"),
        ],
    ),
    (
        "任务与减负",
        [
            Entry("派发的任务", "send", "/duties/tasks/", "tasks.dispatch", ("/intake/tasks/",)),
            Entry("收到的任务", "inbox", "/duties/assignments/", "tasks.hand_in"),
            Entry("免做申请", "hand-stop", "/duties/exemptions/", "tasks.hand_in"),
            Entry("基层负担", "clock", "/duties/burden/", "burden.read", ("/duties/rules/", "/duties/measures/")),
        ],
    ),
    (
        "督查",
        [
            Entry("我的检查", "clipboard-check", "/inspections/mine/", "inspections.do"),
            Entry(
                "督查",
                "map-search",
                "/inspections/",
                "inspections.oversee",
                ("/inspections/new/", "/inspections/plan/"),
            ),
            Entry("检查与反馈", "message-report", "/inspections/visits/", "inspections.read", FED_BACK),
            Entry("各校督查情况", "school", "/inspections/places/", "inspections.oversee", OVERSEEN),
            Entry(
                "督查队伍", "users-group", "/inspections/members/", "inspections.oversee", ("/inspections/keepers/",)
            ),
            Entry("督办事项", "gavel", "/inspections/supervised/", "inspections.read"),
            Entry("黑名单", "ban", "/inspections/blacklist/", "inspections.read"),
            Entry("培训机构", "building-store", "/inspections/institutions/", "institutions.read"),
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
            Entry("接口与推送", "plug-connected", "/connect/", "connect.manage"),
            Entry("后台任务", "activity", "/jobs/", "jobs.read"),
        ],
    ),
]

PHONE = Entry("手机待办", "device-mobile", "/phone/", "phone.use")


def menu(request: HttpRequest) -> list[MenuGroup]:
    """What the signed-in actor sees in the sidebar."""
    actor = getattr(request, "actor", None)
    if not actor:
        return []
    shown = [(name, [e for e in entries if actor.holds(e.right)]) for name, entries in GROUPS]
    if actor.holds(PHONE.right) and any(word in request.headers.get("User-Agent", "") for word in PHONES):
        shown[0][1].insert(0, PHONE)
    return [MenuGroup(name, [_item(e, request) for e in entries]) for name, entries in shown if entries]


def _item(entry: Entry, request: HttpRequest) -> MenuItem:
    """A school's board is named by its unit: its first page leads a phone to the phone's own pages."""
    actor, url = request.actor, entry.url  # type: ignore[attr-defined]
    if url == "/" and actor.role in SCHOOL_STAFF:
        url = f"/board/{actor.unit_id}/"
    on = request.path == entry.url or any(request.path.startswith(p) for p in entry.covers)
    return MenuItem(entry.name, url, entry.icon, on=on)
