"""Tokens: how one is made, and the actor that it makes.

The token is 256 random bits, so its SHA-256 can be neither guessed nor reversed: a slow hash, which protects what people
think up, would only make each request cost a tenth of a second.
"""

import hashlib
import hmac
import secrets
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q

from xiaoan.engines.connect.models import Integration
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Refusal
from xiaoan.kernel.kept import Kept

MARK = "xa"  # tells a leaked token from other words, to people and to scanners
TOUCH = timedelta(minutes=1)
NEEDED = (
    "name", "rights", "digest", "expires_at", "revoked_at", "last_used_at", "made_by_id", "post__role", "post__starts", "post__ends",
    "post__person__name", "post__person__is_active", *(f"post__unit__{f.name}" for f in Unit._meta.concrete_fields),
)  # fmt: skip
BY_PREFIX = Kept(
    lambda prefix: Integration.objects.select_related("post__unit", "post__person").only(*NEEDED).filter(prefix=prefix),
    "a sample of a prefix",
)
WRONG = "令牌不对、已过期、已停用，或者它所依据的岗位已经结束。请联系本单位的系统管理员换一个。"


class NotSignedIn(Refusal):
    """Who asks is not known (401)."""

    status = 401


def new_token() -> tuple[str, str, str]:
    """(the token, told once; its prefix; its digest)."""
    prefix = secrets.token_hex(4)
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return token, prefix, digest_of(token)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def actor_by(token: str, where: str) -> Actor:
    """The actor that a token makes. One query; another, once a minute, notes the use. Raises NotSignedIn."""
    _, _, rest = token.partition("_")
    with wall.opened():
        held = BY_PREFIX.first(rest[:8].replace("\0", ""))
        if held is None or not hmac.compare_digest(held.digest, digest_of(token)) or not held.is_usable():
            raise NotSignedIn(WRONG)
        _touch(held)
    return actor_of(held, where)


def actor_of(integration: Integration, where: str = "") -> Actor:
    """The post's actor under the system's name, with those of the post's rights that were given to it."""
    acting = actor_for(integration.post, where)
    rights = acting.rights & frozenset(integration.rights)
    return replace(acting, name=f"接口:{integration.name}", rights=rights, vouched_by=integration.made_by_id)


def _touch(held: Integration) -> None:
    """Note the use, at most once a minute however many requests come."""
    now = clock.now()
    if held.last_used_at is None or now - held.last_used_at >= TOUCH:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - TOUCH)
        Integration.objects.filter(stale, id=held.id).update(last_used_at=now)
