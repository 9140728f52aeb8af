from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import WEDNESDAY, Cast
from xiaoan.engines.connect.models import Integration
from xiaoan.engines.connect.services import grantable, make_integration, renew_token, revoke_integration
from xiaoan.engines.connect.tests.making import a_client, a_token, key
from xiaoan.engines.connect.tokens import digest_of
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.rights import rights_of
from xiaoan.ground.people.services import dismiss
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def test_a_token_opens_what_its_post_may_and_nothing_else(cast: Cast) -> None:
    record = a_record(cast.primary)
    inside = a_client(a_token(cast, "county_officer", rights=["records.read"]))
    assert [r["id"] for r in inside.get("/api/records/").json()["rows"]] == [str(record.id)]
    assert inside.get("/api/duties/").json()["code"] == "not_allowed"
    outside = a_client(a_token(cast, "county_officer", cast.other_county))
    assert outside.get("/api/records/").json()["rows"] == []
    assert outside.get(f"/api/records/{record.id}/").status_code == 404


def test_a_token_says_who_it_is(cast: Cast) -> None:
    told = a_client(a_token(cast, "county_officer", rights=["records.read"])).get("/api/me/").json()
    assert told["name"] == "接口:合成系统county_officer" and told["unit"] == str(cast.county.id)
    assert [r["key"] for r in told["rights"]] == ["records.read"]


def test_a_token_takes_one_query_and_notes_its_use_once_a_minute(cast: Cast) -> None:
    client = a_client(a_token(cast, "county_officer"))
    with CaptureQueriesContext(connection) as first:
        client.get("/api/me/")
    with CaptureQueriesContext(connection) as second:
        client.get("/api/me/")
    assert (len(first), len(second)) == (2, 1)
    assert Integration.objects.get().last_used_at == clock.now()
    with clock.held_at(WEDNESDAY + timedelta(seconds=61)):
        with CaptureQueriesContext(connection) as third:
            client.get("/api/me/")
        assert len(third) == 2 and Integration.objects.get().last_used_at == clock.now()


def test_a_wrong_old_stopped_or_orphaned_token_opens_nothing(cast: Cast) -> None:
    token = a_token(cast, "county_officer")
    row = Integration.objects.get()
    for wrong in ("", "x", token[:-1], token + "x", f"xa_{row.prefix}_", "xa_\0_", "字" * 50, "a " * 9):
        answer = a_client(wrong.encode().decode("latin-1")).get("/api/me/")
        assert answer.status_code == 401 and answer.json()["code"] == "not_signed_in", wrong
    with clock.held_at(row.expires_at):
        assert a_client(token).get("/api/me/").status_code == 401
    dismiss(actor=SYSTEM, post=row.post, ends=date(2026, 11, 17))
    assert a_client(token).get("/api/me/").status_code == 401
    Integration.objects.update(post=cast.post("county_leader", cast.county))
    assert a_client(token).get("/api/me/").status_code == 200
    revoke_integration(actor=SYSTEM, integration=row)
    assert a_client(token).get("/api/me/").status_code == 401


def test_a_wrong_token_is_not_helped_by_a_cookie(cast: Cast) -> None:
    client = Client(headers={"Authorization": "Bearer xa_00000000_nothing"})
    client.force_login(cast.post("county_officer", cast.county).person)
    assert client.get("/api/me/").status_code == 401


def test_only_a_digest_of_the_token_is_kept(cast: Cast) -> None:
    token = a_token(cast, "county_officer")
    row = Integration.objects.get()
    assert row.digest == digest_of(token) and len(token) > 50
    assert token not in str(Integration.objects.values()) + str(list(Entry.objects.values_list("changes", flat=True)))
    assert renew_token(actor=SYSTEM, integration=row) != token
    assert a_client(token).get("/api/me/").status_code == 401


def test_a_token_is_made_only_with_rights_of_the_post_and_not_for_oneself(cast: Cast) -> None:
    admin, post = cast.actor("system_administrator", cast.county), cast.post("county_officer", cast.county)
    soon = clock.today() + timedelta(days=9)

    def make(**changed: Any) -> Any:
        told: dict[str, Any] = {"actor": admin, "post": post, "name": "平台", "rights": ["records.read"], "ends": soon}
        return make_integration(**{**told, **changed})

    assert make()[0].made_by_id == admin.person_id
    for field, wrong in (
        ("rights", ["journal.read"]), ("rights", []), ("name", " "), ("ends", date(2026, 11, 17)), ("ends", date(2028, 1, 1)),
        ("post", cast.post("system_administrator", cast.county)),
    ):  # fmt: skip
        with pytest.raises(Invalid) as why:
            make(**{field: wrong})
        assert field in why.value.fields
    with pytest.raises(NotAllowed):
        make(actor=cast.actor("county_officer"))
    with pytest.raises(NotKnown):
        make(post=cast.post("county_officer", cast.other_county))


def test_a_token_may_not_manage_tokens_and_appoint_nobody_who_answers_for_it(cast: Cast) -> None:
    assert not {r for role in ("system_administrator", "county_officer") for r in grantable(role)} & {"connect.manage"}
    assert set(grantable("county_officer")) <= rights_of("county_officer")
    maker = cast.post("system_administrator", cast.county)
    other = cast.post("system_administrator", cast.city)
    _, token = make_integration(
        actor=cast.actor("system_administrator", cast.county), post=cast.post("principal", cast.primary), name="人事系统",
        rights=["people.manage", "people.read"], ends=clock.today(),
    )  # fmt: skip
    client = a_client(token)

    def appoint(username: str) -> Any:
        body = {"username": username, "unit": str(cast.primary.id), "role": "guard"}
        return client.post("/api/posts/", body, content_type="application/json", headers=key())

    assert appoint(maker.person.username).json()["code"] == "not_allowed"
    assert appoint(other.person.username).status_code == 201


def test_what_a_token_does_stands_in_the_journal_under_the_systems_name(cast: Cast) -> None:
    client = a_client(a_token(cast, "safety_director"))
    sent = key()
    body = {"sheet": "general", "answers": {"title": "合成记录"}}
    made = client.post("/api/records/", body, content_type="application/json", headers=sent).json()
    entry = Entry.objects.get(subject_id=made["id"])
    assert entry.person_name == "接口:合成系统safety_director" and str(entry.command) == sent["Idempotency-Key"]
