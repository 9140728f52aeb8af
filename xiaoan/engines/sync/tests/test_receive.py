"""Commands of phones: each has one effect, however often and however concurrently it is sent."""

import json
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from conftest import Cast, client_of
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sync.models import Command
from xiaoan.engines.sync.queries import conflicts, own_payload
from xiaoan.engines.sync.sent import Sent, read_batch
from xiaoan.engines.sync.services import receive, settle_command
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id

URL = "/sync/commands/"


def filing(unit: Unit, *, title: str = "合成记录", **more: Any) -> dict[str, Any]:
    """A phone's command that files a general record, as JSON."""
    at = clock.now().isoformat()
    payload = {"unit": str(unit.id), "sheet": "general", "answers": {"title": title}, "seconds": 41}
    return {
        "id": str(new_id()), "kind": "record.file", "label": "通用记录", "captured_at": at, "happened_at": at,
        "payload": payload, **more,
    }  # fmt: skip


def sent(raw: dict[str, Any]) -> list[Sent]:
    return read_batch({"sent_at": clock.now().isoformat(), "commands": [raw]})


def send(actor: Actor, raw: dict[str, Any]) -> dict[str, Any]:
    return receive(actor=actor, commands=sent(raw))[0]


def signed_in(cast: Cast, role: str = "safety_director", unit: Unit | None = None) -> tuple[Client, Actor]:
    actor = cast.actor(role, unit)
    return client_of(actor, raise_request_exception=False), actor


def post_to(client: Client, actor: Actor, *commands: dict[str, Any], **more: Any) -> Any:
    told = {"person": str(actor.person_id), "sent_at": clock.now().isoformat(), "commands": commands, **more}
    return client.post(URL, json.dumps(told), content_type="application/json")


def test_a_command_files_a_record_under_its_own_id(cast: Cast) -> None:
    raw = filing(cast.primary)
    answer = send(cast.actor("safety_director"), raw)
    record = Record.objects.get()
    assert answer["state"] == "done"
    assert str(record.id) == answer["id"] == answer["answer"]["record"] == raw["id"]
    assert (record.source, record.seconds) == ("phone", 41)
    assert Entry.objects.get(subject_type="record").command == record.id


def test_sending_ten_times_has_one_effect_and_one_answer(cast: Cast) -> None:
    actor, raw = cast.actor("safety_director"), filing(cast.primary)
    answers = [send(actor, raw) for _ in range(10)]
    assert all(a == answers[0] for a in answers)
    assert Record.objects.count() == Command.objects.count() == 1
    assert sum(read_one(cast.primary.path, "records").values()) == 1


def test_a_refusal_is_kept_with_what_was_typed_and_tells_the_same_again(cast: Cast) -> None:
    actor, raw = cast.actor("safety_director"), filing(cast.primary, title="")
    first, again = send(actor, raw), send(actor, raw)
    assert first == again
    assert first["state"] == "refused"
    assert "没有填写" in first["sentence"]
    assert first["fields"] == {"title": "“做了什么”没有填写。"}
    assert not Record.objects.exists()
    assert own_payload(actor, uuid.UUID(raw["id"]))["body"]["sheet"] == "general"


def test_a_refusal_leaves_nothing_of_its_attempt(cast: Cast, settings: Any) -> None:
    settings.XIAOAN_COMMANDS = {"half": f"{__name__}.half_done"}
    send(cast.actor("safety_director"), filing(cast.primary, kind="half"))
    assert not Record.objects.exists()
    assert Command.objects.get().state == "refused"


def half_done(actor: Actor, command: Sent) -> dict[str, Any]:
    """A handler that writes and then refuses."""
    from xiaoan.engines.sheets.commands import file_from_phone

    file_from_phone(actor, command)
    raise Invalid("后半步没有办成。")


def test_a_fault_of_ours_keeps_nothing_and_asks_for_another_sending(cast: Cast, settings: Any) -> None:
    whole = dict(settings.XIAOAN_COMMANDS)
    actor, raw = cast.actor("safety_director"), filing(cast.primary)
    settings.XIAOAN_COMMANDS = {"record.file": f"{__name__}.broken"}
    assert send(actor, raw)["state"] == "later"
    assert not Command.objects.exists()
    settings.XIAOAN_COMMANDS = whole
    assert send(actor, raw)["state"] == "done"


def broken(actor: Actor, command: Sent) -> dict[str, Any]:
    raise RuntimeError("broken on purpose")


def test_one_bad_command_does_not_hold_up_the_others(cast: Cast) -> None:
    client, actor = signed_in(cast)
    response = post_to(client, actor, filing(cast.primary), filing(cast.primary, kind="unheard"), filing(cast.primary))
    assert [a["state"] for a in response.json()["answers"]] == ["done", "refused", "done"]


def test_a_phone_whose_clock_runs_ahead_still_files(cast: Cast) -> None:
    ahead = clock.now() + timedelta(hours=3)
    raw = filing(cast.primary, captured_at=ahead.isoformat(), happened_at=ahead.isoformat())
    commands = read_batch({"sent_at": ahead.isoformat(), "commands": [raw]})
    assert receive(actor=cast.actor("safety_director"), commands=commands)[0]["state"] == "done"
    assert abs(Record.objects.get().happened_at - clock.now()) < timedelta(minutes=1)


def test_what_happened_yesterday_keeps_its_day_and_its_three_times(cast: Cast) -> None:
    happened, captured = clock.now() - timedelta(days=1), clock.now() - timedelta(hours=2)
    raw = filing(cast.primary, captured_at=captured.isoformat(), happened_at=happened.isoformat())
    send(cast.actor("safety_director"), raw)
    record = Record.objects.get()
    assert record.happened_on == timezone.localtime(happened).date()
    assert (record.happened_at, record.captured_at) == (happened, captured)
    assert record.received_at > captured


def test_the_colleague_is_refused_and_the_outsider_learns_nothing(cast: Cast) -> None:
    raw = filing(cast.primary)
    assert send(cast.actor("county_officer"), raw)["state"] == "refused"
    stranger = cast.actor("principal", cast.outside)
    told = send(stranger, raw)
    assert told["state"] == "refused"
    assert told["fields"] == told["answer"] == {}
    assert send(stranger, filing(cast.primary))["state"] == "refused"
    assert not Record.objects.exists()


def test_a_new_record_takes_the_refused_ones_place(cast: Cast) -> None:
    actor, bad = cast.actor("safety_director"), filing(cast.primary, title="")
    send(actor, bad)
    send(actor, filing(cast.primary, replaces=bad["id"]))
    assert Command.objects.get(id=bad["id"]).state == "settled"
    assert conflicts(actor) == ([], "")


def test_only_the_sender_and_the_units_leads_settle(cast: Cast) -> None:
    guard, raw = cast.actor("guard"), filing(cast.primary, title="")
    send(guard, raw)
    wanted = {"command_id": uuid.UUID(raw["id"]), "why": "已在别处记过"}
    with pytest.raises(NotAllowed):
        settle_command(actor=cast.actor("homeroom_teacher"), **wanted)
    with pytest.raises(NotKnown):
        settle_command(actor=cast.actor("principal", cast.outside), **wanted)
    with pytest.raises(NotKnown):
        own_payload(cast.actor("principal"), wanted["command_id"])
    assert [c.label for c in conflicts(cast.actor("principal"))[0]] == ["通用记录"]
    assert conflicts(cast.actor("homeroom_teacher"))[0] == []
    settle_command(actor=cast.actor("principal"), **wanted)
    with pytest.raises(Stale):
        settle_command(actor=guard, **wanted)
    assert Entry.objects.filter(verb="作废手机记录").count() == 1


def test_a_record_is_withdrawn_and_a_refusal_settled_from_the_phone(cast: Cast) -> None:
    actor, raw, bad = cast.actor("safety_director"), filing(cast.primary), filing(cast.primary, title="")
    send(actor, raw)
    send(actor, bad)
    back = {**filing(cast.primary), "kind": "record.withdraw", "payload": {"record": raw["id"], "why": "点错了"}}
    void = {**filing(cast.primary), "kind": "command.settle", "payload": {"command": bad["id"], "why": "重复"}}
    assert [send(actor, c)["state"] for c in (back, void)] == ["done", "done"]
    assert Record.objects.get().state == "withdrawn"
    assert Command.objects.get(id=bad["id"]).state == "settled"


def test_another_person_on_the_same_phone_sends_nothing_of_the_first(cast: Cast) -> None:
    client, _ = signed_in(cast, "principal")
    response = post_to(client, cast.actor("guard"), filing(cast.primary))
    assert response.status_code == 409
    assert not Command.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"person": 1}', "[NaN]", '{"commands": 3}'])
def test_nonsense_is_refused_in_chinese_and_never_breaks(cast: Cast, body: str) -> None:
    client, _ = signed_in(cast)
    response = client.post(URL, body, content_type="application/json")
    assert response.status_code in (400, 409)
    assert response.json()["sentence"]


@pytest.mark.parametrize(
    "more", [{"captured_at": "0001-01-01T00:00:00+14:00"}, {"happened_at": "9999-12-31T23:59:59-12:00"}, {"files": 5},
             {"label": "\ud800"}, {"payload": {"seconds": 1e999}}, {"payload": {"deep": "\ud800"}}, {"kind": ["x"]}],
)  # fmt: skip
def test_a_hostile_command_is_answered_for_good(cast: Cast, more: dict[str, Any]) -> None:
    client, actor = signed_in(cast)
    for sent_at in (clock.now().isoformat(), "9999-12-31T23:59:59+00:00"):
        raw = {**filing(cast.primary), **more}
        told = json.dumps({"person": str(actor.person_id), "sent_at": sent_at, "commands": [raw]})
        response = client.post(URL, told.replace("Infinity", "1e999"), content_type="application/json")
        assert response.status_code in (200, 400)
        assert all(a["state"] in ("done", "refused") for a in response.json().get("answers", []))


def test_a_sending_nested_beyond_reading_is_refused(cast: Cast) -> None:
    client, _ = signed_in(cast)
    assert client.post(URL, "[" * 200_000, content_type="application/json").status_code == 400


def test_the_desk_list_shows_refusals_and_makes_them_void(cast: Cast) -> None:
    client, actor = signed_in(cast)
    raw = filing(cast.primary, title="")
    post_to(client, actor, raw)
    shown = client.get("/sync/conflicts/").content.decode()
    assert "“做了什么”没有填写" in shown
    assert f"/phone/#/again/{raw['id']}" in shown
    client.post(f"/sync/conflicts/{raw['id']}/", {"why": "重复"})
    assert "没有待处理的手机记录" in client.get("/sync/conflicts/").content.decode()


def test_the_desk_list_costs_the_same_for_three_as_for_one(cast: Cast, django_assert_num_queries: Any) -> None:
    actor = cast.actor("safety_director")
    for expected in (1, 3):
        while len(conflicts(actor)[0]) < expected:
            send(actor, filing(cast.primary, title=""))
        with django_assert_num_queries(3):
            conflicts(actor)


def leave_a_mark(actor: Actor, command: Sent) -> dict[str, Any]:
    """A handler that would happily do it twice: only the command's own claim keeps it to once."""
    write_entry(actor=actor, verb="合成一次", subject_type="mark", subject_id=command.id)
    return {"mark": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["record.file", "mark"])
def test_the_same_command_sent_by_eight_at_once_has_one_effect(cast: Cast, settings: Any, kind: str) -> None:
    settings.XIAOAN_COMMANDS = {**settings.XIAOAN_COMMANDS, "mark": f"{__name__}.leave_a_mark"}
    actor, raw = cast.actor("safety_director"), filing(cast.primary, kind=kind)
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("SQLite's in-memory test database is one connection; the browser test runs it on a file")
    start, answers = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        answers.append(send(actor, raw))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a["state"] for a in answers] == ["done"] * 8
    assert Command.objects.count() == 1
    assert Entry.objects.filter(command=raw["id"]).count() == 1
    assert Record.objects.count() == sum(read_one(cast.primary.path, "records").values()) == (kind == "record.file")


def test_every_kind_of_command_has_its_function() -> None:
    from django.utils.module_loading import import_string

    assert all(callable(import_string(path)) for path in settings.XIAOAN_COMMANDS.values())
