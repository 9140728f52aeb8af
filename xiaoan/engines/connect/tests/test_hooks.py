import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from conftest import WEDNESDAY, Cast
from xiaoan.engines.connect import addresses, hooks
from xiaoan.engines.connect.addresses import RefusedAddress, check_url, is_allowed, send
from xiaoan.engines.connect.models import Delivery, Endpoint, Integration
from xiaoan.engines.connect.services import add_endpoint, revoke_integration, send_again, switch_endpoint
from xiaoan.engines.connect.tests.making import a_delivery, a_token
from xiaoan.engines.sheets.services import withdraw_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.journal.services import seal_entries
from xiaoan.ground.units.reshaping import rename_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


class Receiver(ThreadingHTTPServer):
    """Another system: keeps what it is told, answers `status`, after `wait` seconds, leading to `lead`."""

    status, wait, lead, words = 200, 0.0, "", "收到"

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Told)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Told(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.lead:
            self.send_header("Location", self.server.lead)
        self.end_headers()
        for letter in self.server.words.encode():
            time.sleep(self.server.wait)
            self.wfile.write(bytes([letter]))

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DEBUG, settings.XIAOAN_WEBHOOK_PRIVATE = True, True
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


def an_endpoint(cast: Cast, receiver: Receiver, kinds: tuple[str, ...] = ("record", "unit"), **more: Any) -> Endpoint:
    a_token(cast, "county_officer", **more)
    seal_entries()
    return add_endpoint(actor=SYSTEM, integration=Integration.objects.get(), url=receiver.url, kinds=kinds)


def push() -> None:
    """What the worker does every few seconds."""
    seal_entries()
    hooks.collect(lambda done, total: None)
    hooks.deliver(lambda done, total: None)


def test_what_happens_is_told_once_in_order_and_signed(cast: Cast, receiver: Receiver) -> None:
    a_record(cast.primary)  # before the address was given: not told
    endpoint = an_endpoint(cast, receiver)
    record = a_record(cast.primary)
    withdraw_record(actor=SYSTEM, record=record, why="合成")
    a_record(cast.outside)
    push()
    push()
    told = [json.loads(body) for _, body in receiver.got]
    assert [(t["kind"], t["verb"], t["subject"]) for t in told] == [
        ("record", told[0]["verb"], str(record.id)), ("record", "撤回记录", str(record.id)),
    ]  # fmt: skip
    assert told[0]["unit"] == str(cast.primary.id) and told[0]["address"] == f"/api/records/{record.id}/"
    headers, body = receiver.got[0]
    moment, mac = (part.partition("=")[2] for part in headers["X-Xiaoan-Signature"].split(","))
    right = hmac.new(hooks.secret_of(endpoint).encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
    assert mac == right and int(moment) == int(clock.now().timestamp())
    assert {d.state for d in Delivery.objects.all()} == {"done"} and Delivery.objects.first().told == "收到"  # type: ignore[union-attr]


def test_nothing_is_told_that_the_token_may_not_read(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver, rights=["records.read"])
    rename_unit(actor=SYSTEM, unit=cast.primary, name="新名小学", basis="合成")
    a_record(cast.primary, title="合成秘密")
    push()
    assert [json.loads(body)["kind"] for _, body in receiver.got] == ["record"]
    assert "合成秘密" not in receiver.got[0][1].decode() and "东镇" not in receiver.got[0][1].decode()
    revoke_integration(actor=SYSTEM, integration=Integration.objects.get())
    a_record(cast.primary)
    push()
    assert len(receiver.got) == 1


def test_what_is_not_taken_is_sent_again_later_and_holds_back_what_comes_after(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver)
    receiver.status = 500
    for _ in range(2):
        a_record(cast.primary)
    push()
    push()
    first, second = Delivery.objects.order_by("id")
    assert (first.attempts, second.attempts, first.status, first.state) == (1, 0, 500, "waiting")
    assert first.next_at == clock.now() + timedelta(seconds=10)
    receiver.status = 204
    with clock.held_at(WEDNESDAY + timedelta(seconds=11)):
        push()
    assert list(Delivery.objects.order_by("id").values_list("state", "attempts")) == [("done", 2), ("done", 1)]


def test_after_the_last_attempt_it_is_given_up_and_may_be_sent_again_by_hand(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver)
    a_record(cast.primary)
    receiver.status = 404
    for n in range(9):
        with clock.held_at(WEDNESDAY + timedelta(days=n)):
            push()
    dead = Delivery.objects.get()
    assert (dead.state, dead.attempts) == ("dead", len(hooks.WAITS) + 1) and len(receiver.got) == dead.attempts
    receiver.status = 200
    send_again(actor=SYSTEM, delivery=dead)
    with pytest.raises(Stale):
        send_again(actor=SYSTEM, delivery=dead)
    push()
    assert Delivery.objects.get().state == "done"
    with clock.held_at(WEDNESDAY + timedelta(days=40)):
        assert hooks.forget() == 1


def test_an_address_that_was_stopped_hears_nothing_of_the_time_in_between(cast: Cast, receiver: Receiver) -> None:
    endpoint = an_endpoint(cast, receiver)
    switch_endpoint(actor=SYSTEM, endpoint=endpoint, is_active=False)
    a_record(cast.primary)
    push()
    switch_endpoint(actor=SYSTEM, endpoint=endpoint, is_active=True)
    push()
    assert not receiver.got
    a_record(cast.primary)
    push()
    assert len(receiver.got) == 1


def test_an_entry_that_is_committed_late_is_not_missed(cast: Cast, receiver: Receiver) -> None:
    from xiaoan.ground.journal.models import Entry

    an_endpoint(cast, receiver)
    late = a_record(cast.primary)
    held = Entry.objects.filter(subject_id=str(late.id)).first()
    assert held
    Entry.objects.filter(id=held.id).delete()  # as if its transaction were still open
    a_record(cast.primary)
    push()
    held.save(force_insert=True)
    push()
    assert len(receiver.got) == 2


def test_a_redirect_is_not_followed_and_a_long_answer_is_cut(cast: Cast, receiver: Receiver) -> None:
    receiver.status, receiver.lead, receiver.words = 302, receiver.url, "字" * 500
    status, told = send(receiver.url, b"{}", {})
    assert status == 302 and len(receiver.got) == 1 and len(told) <= 200


def test_who_answers_a_letter_a_second_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = silent.accept()
        for letter in b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1000:
            try:
                connection.sendall(bytes([letter]))
            except OSError:
                return
            time.sleep(0.1)

    threading.Thread(target=drip, daemon=True).start()
    monkeypatch.setattr(addresses, "WHOLE", 0.5)
    began = time.monotonic()
    with pytest.raises(requests.RequestException):
        send(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
    assert time.monotonic() - began < 3
    silent.close()


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0",
    "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "::", "255.255.255.255", "198.18.0.1",
])  # fmt: skip
def test_no_webhook_goes_into_an_inner_network(address: str, settings: Any) -> None:
    assert not is_allowed(address)
    settings.XIAOAN_WEBHOOK_PRIVATE = True
    assert is_allowed(address)


def test_only_a_public_https_address_is_taken(cast: Cast, settings: Any) -> None:
    assert is_allowed("8.8.8.8") and is_allowed("2400:3200::1")
    for url in ("http://8.8.8.8/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "ftp://8.8.8.8/", "https://u:p@8.8.8.8/",
                "https://", "https://a.invalid/", "https://8.8.8.8:99999/", "javascript:alert(1)", "https://0x7f000001/", "https://2130706433/",
                "https://" + "a" * 400):  # fmt: skip
        assert check_url(url).endswith(("。", "=1。")), url
    assert check_url("https://8.8.8.8/hook") == ""
    a_token(cast, "county_officer")
    with pytest.raises(Invalid) as why:
        add_endpoint(actor=SYSTEM, integration=Integration.objects.get(), url="https://127.0.0.1/", kinds=["record"])
    assert "url" in why.value.fields


def test_a_name_that_leads_inside_once_it_was_looked_up_gains_nothing(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.XIAOAN_WEBHOOK_PRIVATE = False
    monkeypatch.setattr(addresses, "check_url", lambda url: "")
    with pytest.raises(RefusedAddress):
        send(receiver.url, b"{}", {})
    assert not receiver.got


def test_what_goes_wrong_is_told_in_words(cast: Cast, receiver: Receiver, settings: Any) -> None:
    delivery = a_delivery(cast, cast.county)
    for url, words in ((receiver.url, "内部网络"), ("https://a.invalid/", "找不到主机")):
        settings.XIAOAN_WEBHOOK_PRIVATE = False
        delivery.endpoint.url = url
        assert words in hooks._post(delivery.endpoint, delivery)[1]
    settings.XIAOAN_WEBHOOK_PRIVATE = True
    delivery.endpoint.url = "http://127.0.0.1:9/"
    assert hooks._post(delivery.endpoint, delivery) == (None, "连不上对方的地址。")
