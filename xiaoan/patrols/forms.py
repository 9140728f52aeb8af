"""What people type when they set up a route."""

import re
from typing import Any

from django import forms

from xiaoan.ground.people.roles import ROLES, SCHOOL_STAFF

SIGNS = re.compile(r"[\s,，、;；]+")


class RouteForm(forms.Form):
    """A route but for its stops, which are chosen from the school's risk points."""

    name = forms.CharField(label="路线名称", max_length=40, help_text="比如：教学楼和操场、食堂一圈")
    rhythm = forms.ChoiceField(
        label="多久一次", choices=[("daily", "每天"), ("weekly", "每周一次"), ("monthly", "每月一次")]
    )
    times = forms.CharField(
        label="每天几点前走完",
        max_length=120,
        required=False,
        help_text="用空格隔开，比如 08:00 12:30 18:00；不写就是当天走一次",
    )
    role = forms.ChoiceField(label="由谁巡查", choices=[(r, ROLES[r].name) for r in ROLES if r in SCHOOL_STAFF])
    sheet = forms.ChoiceField(
        label="怎么巡查", choices=[("daily_patrol", "到现场走"), ("video_patrol", "看视频")], widget=forms.RadioSelect
    )
    needs_pupils = forms.BooleanField(label="放假没有学生时不用巡查", required=False)

    def facts(self) -> dict[str, Any]:
        """As `plan_route` takes them."""
        given = self.cleaned_data
        return {**given, "times": [t.replace("：", ":").zfill(5) for t in SIGNS.split(given["times"]) if t]}
