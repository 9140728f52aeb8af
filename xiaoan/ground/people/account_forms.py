"""allauth's forms with our words; changing a password goes through our service."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as FactorAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.conf import settings

from xiaoan.ground.people.middleware import where_from
from xiaoan.ground.people.passwords import rules_for
from xiaoan.ground.people.services import change_own_password
from xiaoan.ground.people.signin import OLD

ONE_TIME = "手机验证器上的 6 位数字"


def _say(form: Any, **labels: str) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login="账号", password="密码")
        self.provider = settings.XIAOAN_OIDC


class AgainForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password="密码")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, oldpassword="现在的密码", password1="新密码", password2="再输一次新密码")
        self.fields["password1"].help_text = rules_for(self.user)

    def save(self) -> None:
        request = context.request
        change_own_password(person=self.user, password=self.cleaned_data["password1"], where=where_from(request))
        request.session[OLD] = False


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证码或恢复码")


class CodeAgainForm(FactorAgainForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证码")


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证码")
        self.fields["code"].help_text = ONE_TIME
