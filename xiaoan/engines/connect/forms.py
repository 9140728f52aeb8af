"""What a system administrator types to let another system in."""

from datetime import timedelta
from typing import Any

from django import forms

from xiaoan.engines.connect.kinds import KINDS
from xiaoan.engines.connect.services import grantable
from xiaoan.ground.people.forms import SaidForm, day_field
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import declared_rights
from xiaoan.kernel import clock

USUAL_DAYS = 180


class PostChoice(forms.Form):
    """In whose post the system acts."""

    post = forms.ChoiceField(
        label="以哪个岗位的身份",
        help_text="选分管这项工作的人员的岗位：接口能看到、能做的不会超过这个岗位；岗位结束，令牌同时失效",
    )

    def __init__(self, posts: list[Post], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(p.id), f"{p.person.name} · {p.unit.label}{p.role_name}") for p in posts]
        self.fields["post"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class IntegrationForm(SaidForm):
    """The system's name, what it may do, and until when."""

    name = forms.CharField(
        label="哪个系统", max_length=40, help_text="比如：甲县智慧教育平台。操作日志里写“接口:甲县智慧教育平台”"
    )
    ends = day_field("有效期到", help_text="到期自动失效，可以提前停用")
    rights = forms.MultipleChoiceField(label="权限", widget=forms.CheckboxSelectMultiple, help_text="只选用得到的")

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("ends", clock.today() + timedelta(days=USUAL_DAYS))
        super().__init__(*args, **kwargs)
        known = declared_rights()
        self.fields["rights"].choices = [(key, known[key].sentence) for key in grantable(post.role)]  # type: ignore[attr-defined]


class EndpointForm(SaidForm):
    """Where it is told, and of what."""

    url = forms.CharField(label="推送地址", max_length=300, help_text="以 https:// 开头，由对方系统提供")
    kinds = forms.MultipleChoiceField(
        label="推送哪些事", widget=forms.CheckboxSelectMultiple, choices=[(k.key, k.name) for k in KINDS.values()],
        help_text="令牌没有权限看的不会推送",
    )  # fmt: skip
