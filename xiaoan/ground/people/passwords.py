"""Passwords: the rules that the region's norms set, and first passwords that are quick to make by thousands."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher, check_password, get_hasher
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.rights import home_path
from xiaoan.kernel import clock

# 32 signs that nobody mixes up on paper (no l, o, 0, 1): 16 of them carry 80 bits.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
FIRST_LENGTH = 16


def new_first_password() -> str:
    """Sixteen random signs in four groups. Given out once, then replaced by the person's own password."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(FIRST_LENGTH))
    return "-".join(signs[n : n + 4] for n in range(0, FIRST_LENGTH, 4))


class FirstPasswordHasher(BasePasswordHasher):
    """One SHA-256 for first passwords, so that 5,000 people are imported within a request.

    A slow hash protects weak passwords; these carry 80 random bits, which no guessing exhausts. The first sign-in
    opens nothing but the page where the person chooses a password, and that one gets the slow hash.
    """

    algorithm = "first"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}{_plain(password)}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        is_right = constant_time_compare(self.encode(password, self.decode(encoded)["salt"]), encoded)
        if not is_right:  # as slow as for everybody else: or the time would tell who never signed in
            get_hasher("default").encode(password, self.salt())
        return is_right

    def safe_summary(self, encoded: str) -> Any:
        return {"algorithm": self.algorithm}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: `verify` takes its time itself."""


class NormValidator:
    """The length and the classes of signs that the norms of the person's unit ask for."""

    def validate(self, password: str, user: Person | None = None) -> None:
        path = home_path(user) if user else ""
        length, classes = norm("people.password_length", path), norm("people.password_classes", path)
        if len(password) < length:
            raise ValidationError(f"密码至少 {length} 位，现在是 {len(password)} 位。")
        if classes_in(password) < classes:
            raise ValidationError(f"密码要含大写字母、小写字母、数字、符号中的至少 {classes} 类。")
        if user and user.pk and user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同。")
        if user and user.pk and was_used(user, password, norm("people.password_history", path)):
            raise ValidationError("这个密码以前用过，请换一个没用过的。")

    def get_help_text(self) -> str:
        return "按本地区的规定，密码有长度和字符种类的要求。"


def was_used(person: Person, password: str, back: int) -> bool:
    """Whether it is one of the last passwords that the person chose."""
    former = person.former_passwords.order_by("-id").values_list("password", flat=True)[:back]
    return any(check_password(password, old) for old in former)


def rules_for(person: Person) -> str:
    """The rules in one sentence, for the page where a password is chosen."""
    path = home_path(person)
    length, classes = norm("people.password_length", path), norm("people.password_classes", path)
    return f"至少 {length} 位，含大写字母、小写字母、数字、符号中的至少 {classes} 类，不能与现在的相同。"


def classes_in(password: str) -> int:
    """How many of upper case, lower case, digit and other signs a password has."""
    kinds = {
        "upper" if c.isupper() else "lower" if c.islower() else "digit" if c.isdigit() else "other" for c in password
    }
    return len(kinds)


def is_too_old(person: Person) -> bool:
    """Whether the norms ask for a new password by now."""
    days = norm("people.password_days", home_path(person))
    return bool(days and person.password_set_on and clock.today() >= person.password_set_on + timedelta(days=days))


def first_has_lapsed(person: Person) -> bool:
    """Whether a first password was left unused for longer than the norms allow."""
    if not (person.must_change_password and person.password_set_on):
        return False
    return clock.today() > person.password_set_on + timedelta(
        days=norm("people.first_password_days", home_path(person))
    )


def _plain(password: str) -> str:
    """As typed from paper: with or without the dashes, in capitals or not."""
    return password.lower().replace("-", "").replace(" ", "")
