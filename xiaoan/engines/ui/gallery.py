"""Every component on one sheet, in Chinese: for the docs, for screenshots, for whoever adds a page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from xiaoan.engines.ui.blocks import Day, Entry, Evidence, Move, Need, Step
from xiaoan.engines.ui.frame import Tab
from xiaoan.engines.ui.links import Crumb
from xiaoan.engines.ui.marks import Square, SquareRow
from xiaoan.engines.ui.pages import page
from xiaoan.engines.ui.states import STATES
from xiaoan.kernel import clock


class SampleForm(forms.Form):
    """One field of each sort, one of them refused."""

    place = forms.CharField(label="地点", max_length=60, help_text="说清在哪一层、哪一侧")
    kind = forms.ChoiceField(label="类别", choices=[("fire", "消防"), ("food", "食堂"), ("bus", "校车")])
    level = forms.ChoiceField(
        label="等级建议",
        choices=[("1", "重大"), ("2", "较大"), ("3", "一般"), ("4", "低")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="情况", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    told = forms.BooleanField(label="已当面告知责任人", required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the sheet. It reads nothing and writes nothing."""
    return page(request, "ui/gallery.html", {**_marks(), **_case(), **_plots(), **_frame(), "form": _form()})


def _form() -> SampleForm:
    return SampleForm({"place": "", "kind": "fire", "level": "3", "note": "疏散通道堆放课桌和纸箱"})


def _frame() -> dict[str, Any]:
    return {
        "crumbs": [
            Crumb("山东省", "#"),
            Crumb("济宁市", "#"),
            Crumb("兖州区", on=True),
            Crumb("选镇街", "#", pick=True),
        ],
        "periods": [("week", "本周"), ("month", "本月"), ("term", "本学期"), ("year", "2026年")],
        "period": "week",
        "phone_tabs": [
            Tab("todo", "待办", "#", "checklist", 4),
            Tab("report", "随手报", "#", "camera-plus"),
            Tab("patrol", "巡查", "#", "route"),
            Tab("learn", "学习", "#", "book-2"),
            Tab("me", "我的", "#", "user"),
        ],
        "moment": clock.now(),
    }


def _marks() -> dict[str, Any]:
    colours = [
        ("侧栏", "#10284a"), ("动作", "#1a56a6"), ("红头", "#c8161d"), ("纸", "#fffdf8"), ("正文", "#1b2733"),
        ("已落实", "#1a7340"), ("推进中", "#2a5f8f"), ("将到期", "#8a5a00"), ("逾期", "#b91c26"), ("未到期", "#5d6a79"),
        ("重大", "#b5121b"), ("较大", "#bf4a00"), ("一般", "#f5c518"), ("低", "#1f66b8"),
    ]  # fmt: skip
    return {
        "colours": colours,
        "states": list(STATES.values()),
        "parts": [("ok", 164), ("go", 96), ("due", 34), ("late", 11), ("na", 7)],
        "offices": [("区教体局", 19), ("市教育局", 8), ("消防救援", 5), ("市场监管", 4), ("其他", 2)],
        "rows": [
            _row("青禾镇", 16, 5, 1, 2),
            _row("云栖镇", 12, 3, 1, 3),
            _row("南塘街道", 25, 2, 0, 0),
            _row("东陵街道", 70, 4, 1, 0),
        ],
    }


def _row(name: str, ok: int, part: int, none: int, free: int) -> SquareRow:
    states = ["ok"] * ok + ["part"] * part + ["none"] * none + ["free"] * free
    cells = [Square(state, f"{name}第 {at} 所学校") for at, state in enumerate(states, 1)]
    return SquareRow(name, cells, done=ok, total=ok + part + none)


def _case() -> dict[str, Any]:
    monday = clock.today() - timedelta(days=clock.today().weekday())
    return {
        "steps": [
            Step("上报", "done", ["10月26日 周一", "宿管 方秀"]),
            Step("研判", "done", ["10月27日 周二", "区安全科"]),
            Step("整改", "done", ["退回 1 次", "总务 董建国"]),
            Step("验收", "now", ["11月19日 周四前", "区安全科"]),
            Step("销号", "next", ["通知上报人"]),
        ],
        "moves": [
            Move("通过验收", "#", "circle-check"),
            Move("退回整改", "#", "arrow-back-up"),
            Move("转他人验收", "#", "user-share"),
            Move("挂牌督办", "#", "flag", method="post", ask="挂牌后会通知分管局长，并在区级总览上显示。"),
        ],
        "needs": [Need("现场照片 2 张", True), Need("联动测试", True), Need("验收意见，点按钮后填")],
        "entries": [
            Entry("待验收", "，交区安全科", "11月17日 周二 08:58 · 系统", "now"),
            Entry("整改完成", "，照片 4 张", "11月17日 周二 08:55 · 董建国"),
            Entry("超期升级", "，通知分管局长", "11月12日 周四 00:00 · 系统", "bad"),
            Entry("上报", "，照片 3 张，建议一般", "10月26日 周一 21:14 · 方秀（离线，21:40 送达）"),
        ],
        "proof": Evidence("防震疏散演练", "柳溪镇第二小学 · 10月22日 周四 · 用时 3 分 12 秒", "run", also=2, also_href="#"),
        "gone": Evidence("食堂留样记录", "11月12日 周四", withdrawn="相关 2 条要求已退回"),
        "facts": [("责任", "董建国，总务主任"), ("措施", "更换模块 6 只，接入值守主机"), ("资金", "1.86 万元，学校公用经费")],
        "days": [
            Day(monday + timedelta(days=at), n, today=monday + timedelta(days=at) == clock.today(), off=at > 4, past=monday + timedelta(days=at) < clock.today())
            for at, n in enumerate([5, 6, 8, 9, 13, 0, 0])
        ],
    }  # fmt: skip


def _plots() -> dict[str, Any]:
    weeks = [f"第{n}周" for n in range(1, 13)]
    return {
        "trend": {
            "labels": ["3月", "5月", "7月", "9月", "11月", "12月底"], "unit": "%",
            "own": [8, 21, 38, 58, 78, None], "expected": [10, 30, 50, 70, 90, 100],
            "forecast": [None, None, None, None, 78, 89],
        },
        "burden": {
            "labels": weeks, "unit": "分钟", "own": [71, 64, 58, 55, 49, 47, 52, 46, 44, 44, 41, 38],
            "ceiling": {"value": 60, "label": "上限 60"}, "max": 75, "bare": True,
        },
        "bars": {
            "labels": ["校外培训机构", "责任清单", "五类岗位轮训", "应急演练"], "values": [64, 82, 78, 91],
            "unit": "%", "max": 100, "states": ["late", "late", "due", "go"],
        },
        "stack": {
            "labels": ["8月", "9月", "10月", "11月"], "unit": "处",
            "series": [
                {"name": "已销号", "values": [31, 52, 61, 40], "state": "ok"},
                {"name": "整改中", "values": [4, 9, 22, 58], "state": "go"},
                {"name": "超期", "values": [0, 1, 3, 9], "state": "late"},
            ],
        },
        "schools": {"groups": [_town("青禾镇", 3, 4, 17), _town("云栖镇", 2, 3, 14), _town("南塘街道", 0, 5, 22), _town("松石镇", 0, 1, 13)]},
    }  # fmt: skip


def _town(name: str, late: int, due: int, ok: int) -> dict[str, Any]:
    states = ["late"] * late + ["due"] * due + ["ok"] * ok
    children = [
        {"name": f"{name}第 {at} 所学校", "value": 300 + (at * 137) % 900, "state": state, "href": "#"}
        for at, state in enumerate(states, 1)
    ]
    return {"name": name, "children": children}
