"""Made-up pages for comparing with the pictures of the look: the county board and a teacher's day."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiaoan.engines.ui.blocks import Day
from xiaoan.engines.ui.frame import Bell, MenuGroup, MenuItem, Tab
from xiaoan.engines.ui.gallery import _frame, _marks, _plots, _town
from xiaoan.engines.ui.pages import page

LATE = [
    ("宿舍感烟探测器未接入值守", "较大", "河湾镇初级中学", 6, "董建国", "隐患整改"),
    ("学校安全责任清单未修订", "", "白鹭镇第二小学等 4 所", 5, "宋立", "三年方案 二（一）"),
    ("10月应急演练未记录", "", "青禾镇向阳小学", 4, "秦晓", "市任务清单 第17项"),
    ("燃气软管到期未更换", "一般", "石桥镇中心幼儿园", 3, "高雨", "隐患整改"),
    ("校长季度重大隐患排查", "", "云栖镇实验学校等 2 所", 2, "梁栋", "三年方案 二（八）"),
    ("专职保安员持证不足", "一般", "东陵街道第三小学", 1, "卢平", "隐患整改"),
]
PRACTICES = [
    ("校外培训机构", 64, 90, "late"), ("责任清单与责任书", 82, 100, "late"), ("五类岗位轮训", 78, 88, "due"),
    ("校车与交通", 88, 96, "due"), ("应急演练", 91, 96, "go"), ("安全隐患自查", 98, 100, "ok"),
    ("保安员配备与培训", 93, 95, "go"), ("消防设施检查", 94, 96, "go"), ("食堂与饮水", 96, 98, "go"),
    ("视频接入与巡查", 97, 98, "ok"), ("师生安全教育", 95, 95, "ok"),
]  # fmt: skip
DOCUMENTS = [
    ("区", "校园安全治本攻坚三年行动方案", 88.6, "late", "4 条逾期"),
    ("市", "2026年重点任务清单（示例）", 84.2, "late", "3 条逾期"),
    ("省", "安全管理人员能力提升（示例）", 90.5, "due", "2 条将到期"),
    ("区", "冬季消防安全专项行动（示例）", 61.0, "go", "进行到第 3 周"),
    ("省", "校车安全管理办法（示例）", 95.1, "ok", "正常"),
]
DUE = [("月度应急演练", 14, "11月20日 周五", 3), ("消防设施月检", 9, "11月19日 周四", 2),
       ("校长月度会商研判", 8, "11月20日 周五", 2), ("校车半年检验", 4, "11月18日 周三", 2)]  # fmt: skip
TOWNS = [
    ("南塘街道", 0, 5, 22), ("望湖街道", 0, 4, 21), ("东陵街道", 2, 4, 12), ("青禾镇", 3, 4, 17), ("云栖镇", 2, 3, 14),
    ("河湾镇", 3, 2, 10), ("松石镇", 0, 1, 13), ("白鹭镇", 4, 3, 9), ("柳溪镇", 1, 1, 9), ("石桥镇", 2, 2, 9),
]  # fmt: skip


class Someone:
    """Stands in for the actor that the platform puts on the request."""

    name = "周明远（演示）"
    where = "区教体局 安全科"


def menu(request: HttpRequest) -> list[MenuGroup]:
    """Return the county's menu as in the pictures."""
    return [
        MenuGroup("", [MenuItem("区级总览", "/board/", "layout-dashboard"), MenuItem("政策文件", "/p/", "file-text"),
                       MenuItem("要做的事", "/d/", "checklist", 41)]),
        MenuGroup("发现与整改", [MenuItem("隐患", "/h/", "alert-triangle", 128), MenuItem("风险", "/r/", "chart-dots"),
                            MenuItem("检查督查", "/i/", "clipboard-check"), MenuItem("事件", "/e/", "urgent"),
                            MenuItem("预警", "/w/", "bell-ringing")]),
        MenuGroup("日常", [MenuItem("演练", "/dr/", "run"), MenuItem("培训与教育", "/t/", "school"),
                         MenuItem("台账", "/l/", "books"), MenuItem("视频巡查", "/v/", "video")]),
        MenuGroup("治理", [MenuItem("公文", "/o/", "mail"), MenuItem("考核", "/a/", "award"),
                         MenuItem("基层负担", "/b/", "clock-hour-4")]),
    ]  # fmt: skip


def tabs(request: HttpRequest) -> list[Tab]:
    """Return the phone's five tabs."""
    return list(_frame()["phone_tabs"])


def bell(request: HttpRequest) -> Bell:
    """Return five unread."""
    return Bell("/n/", 5)


def board(request: HttpRequest) -> HttpResponse:
    """Show the county board of the pictures, from components only."""
    request.actor = Someone()  # type: ignore[attr-defined]
    days = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    context: dict[str, Any] = {
        **_frame(), **_marks(), "burden": _plots()["burden"], "late": LATE, "practices": PRACTICES,
        "documents": DOCUMENTS, "due": DUE, "schools": {"groups": [_town(*town) for town in TOWNS]},
        "days": [Day(day, n, today=at == 1, off=at > 4, past=at < 1)
                 for at, (day, n) in enumerate(zip(days, [5, 6, 8, 9, 13, 0, 0], strict=True))],
    }  # fmt: skip
    return page(request, "mock/board.html", context)


def phone(request: HttpRequest) -> HttpResponse:
    """Show a teacher's day."""
    return page(request, "mock/phone.html", {"tab": "todo"})


def fault(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the refusal pages."""
    return render(request, f"{name}.html")
