"""Integrations with their tokens for tests."""

from datetime import timedelta
from typing import Any

from django.test import Client

from conftest import Cast
from xiaoan.engines.connect.models import Delivery, DeliveryState, Endpoint, Integration
from xiaoan.engines.connect.services import grantable, make_integration
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id


def a_token(cast: Cast, role: str, unit: Unit | None = None, rights: list[str] | None = None) -> str:
    """The token of a system that acts in this role at this unit, with all that the role may give or with these rights."""
    post = cast.post(role, unit or cast.home_of(role))
    _, token = make_integration(
        actor=SYSTEM, post=post, name=f"合成系统{role}", rights=grantable(role) if rights is None else rights,
        ends=clock.today() + timedelta(days=90),
    )  # fmt: skip
    return token


def a_client(token: str, **more: Any) -> Client:
    """A client that sends the token, and no cookie."""
    return Client(headers={"Authorization": f"Bearer {token}"}, **more)


def key() -> dict[str, str]:
    """A fresh Idempotency-Key as a header."""
    return {"Idempotency-Key": str(new_id())}


def an_integration(cast: Cast, unit: Unit) -> Integration:
    """A system let in at the unit, made once."""
    found = Integration.objects.filter(unit=unit).first()
    if found is None:
        role = {"school": "guard", "county": "county_officer"}[unit.rank]
        a_token(cast, role, unit, ["records.read"])
        found = Integration.objects.get(unit=unit)
    return found


def an_endpoint(cast: Cast, unit: Unit) -> Endpoint:
    held = an_integration(cast, unit)
    return held.endpoints.first() or Endpoint.objects.create(
        integration=held, url="https://example.org/hook", kinds=["record"], cursor=0, made_at=clock.now(), made_by="合成",
        **scope_of(unit),
    )  # fmt: skip


def a_delivery(cast: Cast, unit: Unit) -> Delivery:
    """One that was given up."""
    endpoint = an_endpoint(cast, unit)
    body = {"id": str(new_id()), "kind": "record", "verb": "合成"}
    return Delivery.objects.create(
        endpoint=endpoint, entry=new_id(), body=body, state=DeliveryState.DEAD, next_at=clock.now(), made_at=clock.now()
    )
