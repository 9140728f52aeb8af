"""The five tabs of the phone."""

from django.http import HttpRequest

from xiaoan.engines.ui.frame import Tab

TABS = [
    Tab("duties", "待办", "/phone/#/", "checklist"),
    Tab("report", "随手报", "/phone/#/report", "camera-plus"),
    Tab("patrol", "巡查", "/phone/#/patrol", "route"),
    Tab("study", "学习", "/phone/#/study", "book-2"),
    Tab("me", "我的", "/phone/#/me", "user"),
]


def tabs(request: HttpRequest) -> list[Tab]:
    """The same for everybody: what a tab shows depends on the post, not whether it is there."""
    return TABS
