"""What is asked of accounts beyond signing in: not left unused, not with an old password, not kept and audited by one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.passwords import was_used
from xiaoan.ground.people.services import appoint, change_own_password, reset_first_password
from xiaoan.ground.people.unused import close_unused
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown

PASSWORD = "Cast-2026-pass"


def set_norm(unit: Unit, key: str, value: Any) -> None:
    NormRow.objects.create(
        key=key, unit=unit, unit_path=unit.path, valid_from=clock.today() - timedelta(days=1), value=value,
        basis="合成", made_by="测试",
    )  # fmt: skip


def unused_for(person: Person, days: int) -> None:
    Person.objects.filter(pk=person.pk).update(date_joined=clock.now() - timedelta(days=days), last_login=None)


def test_an_account_that_nobody_uses_is_closed_and_opened_by_a_new_password(cast: Cast, client: Client) -> None:
    person, used = cast.post("guard", cast.primary).person, cast.post("principal", cast.primary).person
    unused_for(person, 91)
    unused_for(used, 89)
    assert close_unused(actor=SYSTEM) == 1
    person.refresh_from_db()
    assert not person.is_active
    assert Entry.objects.filter(verb="停用未用账号", subject_id=str(person.id), unit_path=cast.primary.path).exists()
    first = reset_first_password(actor=cast.actor("system_administrator", cast.county), person=person)
    unused_for(person, 91)
    Person.objects.filter(pk=person.pk).update(last_login=clock.now())
    assert close_unused(actor=SYSTEM) == 0
    assert client.post("/accounts/login/", {"login": person.username, "password": first}).status_code == 302


def test_a_region_says_when_an_account_is_unused_and_nobody_below_the_system_closes_all(cast: Cast) -> None:
    person = cast.post("guard", cast.primary).person
    unused_for(person, 200)
    set_norm(cast.county, "people.unused_days", 0)
    assert close_unused(actor=SYSTEM) == 0
    with pytest.raises((NotAllowed, NotKnown)):
        close_unused(actor=cast.actor("county_officer"))


def test_an_old_password_is_not_chosen_again(cast: Cast) -> None:
    person = cast.post("guard", cast.primary).person
    for n in range(3):
        change_own_password(person=person, password=f"Changed-2026-{n}")
    assert was_used(person, PASSWORD, 5) and was_used(person, "Changed-2026-0", 5)
    assert not was_used(person, PASSWORD, 2), "only as far back as the norm says"
    assert not was_used(person, "Never-2026-used", 5)


def test_nobody_keeps_the_system_and_audits_it(cast: Cast) -> None:
    person = cast.post("system_administrator", cast.county).person
    with pytest.raises(Invalid, match="审计员"):
        appoint(actor=SYSTEM, person=person, unit=cast.county, role="auditor", starts=clock.today())
    appoint(actor=SYSTEM, person=person, unit=cast.county, role="county_officer", starts=clock.today())


def test_administrators_act_only_from_the_addresses_that_the_norm_names(cast: Cast) -> None:
    set_norm(cast.county, "people.admin_addresses", "10.1.0.0/16，192.0.2.7")
    for role, address, status in (
        ("system_administrator", "10.1.2.3", 200), ("system_administrator", "192.0.2.7", 200),
        ("system_administrator", "203.0.113.9", 403), ("county_officer", "203.0.113.9", 200),
    ):  # fmt: skip
        client = Client(REMOTE_ADDR=address)
        username = cast.post(role, cast.county).person.username
        client.post("/accounts/login/", {"login": username, "password": PASSWORD})
        assert client.get("/people/").status_code == status, (role, address)


def test_who_takes_a_file_with_them_leaves_a_trace(cast: Cast) -> None:
    client = cast.client("safety_director", cast.primary)
    client.get("/records/")
    assert not Entry.objects.filter(verb="导出").exists()
    client.get("/records/export.xlsx")
    assert Entry.objects.get(verb="导出").subject_id == "/records/export.xlsx"
