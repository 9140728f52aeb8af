"""Every change of integrations and of where they are told."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from xiaoan.engines.connect.addresses import check_url
from xiaoan.engines.connect.api import rights_asked
from xiaoan.engines.connect.kinds import KINDS
from xiaoan.engines.connect.models import Delivery, DeliveryState, Endpoint, Integration
from xiaoan.engines.connect.tokens import new_token
from xiaoan.ground.journal.chain import head
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import rights_of
from xiaoan.ground.units.models import scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale

MOST_ENDPOINTS = 5


def make_integration(
    *, actor: Actor, post: Post, name: str, rights: Collection[str], ends: date
) -> tuple[Integration, str]:
    """Let another system act in `post` with some of its rights until a day. Returns it with the token, told only here.

    Nobody makes a token for the own post: the rights of one's post are for oneself, not for a machine.
    """
    require(actor, "connect.manage", post.unit_path)
    wrong = _wrong(actor, post, name, rights, ends)
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    token, prefix, digest = new_token()
    row = Integration(
        name=name.strip(), post=post, rights=sorted(rights), prefix=prefix, digest=digest, made_at=clock.now(),
        made_by=actor.name, made_by_id=actor.person_id, expires_at=_midnight_after(ends), **scope_of(post.unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "建立接口", row, {"rights": row.rights, "post": str(post), "ends": ends.isoformat()})
    return row, token


def revoke_integration(*, actor: Actor, integration: Integration) -> Integration:
    """From now on its token opens nothing and it is told nothing."""
    require(actor, "connect.manage", integration.unit_path)
    with transaction.atomic():
        if not Integration.objects.filter(id=integration.id, revoked_at=None).update(revoked_at=clock.now()):
            raise Stale("这个接口已经停用。")
        _tell(actor, "停用接口", integration, {})
    integration.refresh_from_db()
    return integration


def renew_token(*, actor: Actor, integration: Integration) -> str:
    """Another token in the place of the present one, which opens nothing any more. It is told only here."""
    require(actor, "connect.manage", integration.unit_path)
    token, prefix, digest = new_token()
    with transaction.atomic():
        rows = Integration.objects.filter(id=integration.id, revoked_at=None, prefix=integration.prefix)
        if not rows.update(prefix=prefix, digest=digest):
            raise Stale("这个接口刚刚停用，或者刚换过令牌，请刷新后再看。")
        _tell(actor, "更换接口令牌", integration, {})
    return token


def add_endpoint(*, actor: Actor, integration: Integration, url: str, kinds: Collection[str]) -> Endpoint:
    """Tell the integration at an address what happens from now on."""
    require(actor, "connect.manage", integration.unit_path)
    if integration.revoked_at:
        raise Stale("这个接口已经停用，不能再加推送地址。")
    wrong = {} if kinds else {"kinds": "请至少选一种要推送的事。"}
    if unknown := sorted(set(kinds) - set(KINDS)):
        wrong["kinds"] = f"没有“{unknown[0][:20]}”这种事。"
    if why := check_url(url):
        wrong["url"] = why
    if integration.endpoints.count() >= MOST_ENDPOINTS:
        wrong["url"] = f"一个接口最多 {MOST_ENDPOINTS} 个推送地址。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    last = head()
    row = Endpoint(
        integration=integration, url=url, kinds=sorted(kinds), cursor=last.number if last else 0, made_at=clock.now(),
        made_by=actor.name, **scope_of(integration.unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "增加推送地址", integration, {"url": url, "kinds": row.kinds})
    return row


def switch_endpoint(*, actor: Actor, endpoint: Endpoint, is_active: bool) -> None:
    """Stop telling an address, or go on from now: what happened in between is not sent."""
    require(actor, "connect.manage", endpoint.unit_path)
    last = head()
    with transaction.atomic():
        changes = {"cursor": last.number if last else 0} if is_active else {}
        if not Endpoint.objects.filter(id=endpoint.id, is_active=not is_active).update(is_active=is_active, **changes):
            raise Stale("这个推送地址刚刚有了变化，请刷新后再看。")
        _tell(actor, "恢复推送" if is_active else "暂停推送", endpoint.integration, {"url": endpoint.url})


def send_again(*, actor: Actor, delivery: Delivery) -> None:
    """Queue a delivery that was given up."""
    require(actor, "connect.manage", delivery.endpoint.unit_path)
    with transaction.atomic():
        rows = Delivery.objects.filter(id=delivery.id, state=DeliveryState.DEAD)
        if not rows.update(state=DeliveryState.WAITING, attempts=0, next_at=clock.now(), finished_at=None):
            raise Stale("这一条已经重新排队，或者已经送达。")
        _tell(actor, "重新推送", delivery.endpoint.integration, {"entry": str(delivery.entry)})


def grantable(role: str) -> list[str]:
    """The rights of a role that some operation of the API asks for."""
    return sorted(rights_of(role) & rights_asked())


def _wrong(actor: Actor, post: Post, name: str, rights: Collection[str], ends: date) -> dict[str, str]:
    wrong = {}
    if not name.strip():
        wrong["name"] = "请写明是哪个系统。"
    if not post.is_current():
        wrong["post"] = "这个岗位现在不在任期内，请选择现任的岗位。"
    if actor.is_person(post.person_id):
        wrong["post"] = "不能用自己的岗位建立接口，请选择分管这项工作的人员的岗位。"
    if not rights or set(rights) - set(grantable(post.role)):
        wrong["rights"] = "请选择权限，只能选这个岗位有的。"
    if why := _wrong_end(post, ends):
        wrong["ends"] = why
    return wrong


def _wrong_end(post: Post, ends: date) -> str:
    today, most = clock.today(), norm("connect.token_days", post.unit_path)
    if ends < today:
        return "有效期已经过去，请填今天以后的日子。"
    return f"有效期最长 {most} 天，到期可以再建。" if ends > today + timedelta(days=most) else ""


def _midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _tell(actor: Actor, verb: str, row: Integration, changes: dict[str, object]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="integration", subject_id=row.id, subject_name=row.name,
        unit_path=row.unit_path, changes=changes,
    )  # fmt: skip
