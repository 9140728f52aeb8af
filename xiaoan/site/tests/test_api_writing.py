import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.engines.connect.api import operations
from xiaoan.engines.connect.tests.making import a_client, a_token, key
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sync.models import Command
from xiaoan.kernel import clock
from xiaoan.obligations.models import Assignment, Task
from xiaoan.site.tests import made
from xiaoan.site.tests.test_rights_matrix import PAGES, address, who_may

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
RECORD = {"sheet": "general", "answers": {"title": "合成记录"}, "happened_at": "2026-11-18T09:00:00+08:00"}
TASK = {"title": "合成任务", "due": "2026-12-01", "kinds": ["primary"]}
DAY = "2026-11-18"
# a right body for every operation that changes something, by the end of its address
BODIES: dict[str, Any] = {
    "api/records/": RECORD, "withdraw/": {"why": "合成"}, "api/tasks/": TASK, "chase/": {}, "hand-in/": {"said": "合成"},
    "accept/": {}, "return/": {"decision": "合成"}, "cancel/": {"decision": "合成"},
    "quarter/": {"quarter": "2026-Q4", "percent": 1, "sentence": "合成"},
    "api/rounds/": {"route": str(uuid.UUID(int=1)), "started_at": f"{DAY}T08:00:00+08:00", "ended_at": f"{DAY}T08:09:00+08:00",
                    "stops": {}}, "confirm/": {},
    "api/risk-points/": {"name": "合成", "area": "08", "kind": "C04"}, "assess/": {"factors": {"L": "3", "S": "3"}},
    "declare/": {},
    "api/hazards/": {"words": "合成"}, "moves/<slug:move>/": {"told": {}},
    "api/exemptions/": {"requirement": "x", "reason": "合成", "ends": "2026-12-01"},
    "grant/": {"decision": "合成"}, "refuse/": {"decision": "合成"}, "exemption>/end/": {},
    "publish/": {"unit": str(uuid.UUID(int=1))}, "publication>/end/": {"on": DAY, "why": "合成"},
    "api/units/": {"parent": str(uuid.UUID(int=1)), "rank": "school", "name": "合成"},
    "change/": {"pupils": 1}, "rename/": {"name": "合成", "basis": "合成"},
    "move/": {"parent": str(uuid.UUID(int=1)), "basis": "合成"},
    "merge/": {"into": str(uuid.UUID(int=1)), "on": DAY, "basis": "合成"}, "close/": {"on": DAY},
    "api/posts/": {"username": "x", "unit": str(uuid.UUID(int=1)), "role": "guard"}, "post>/end/": {"ends": DAY},
    "<norm>/": {"value": "1", "valid_from": DAY, "basis": "合成"},
    "api/matters/": {"kind": "traffic", "words": "合成"}, "receive/": {}, "matter>/answer/": {"words": "合成"},
    "api/campaigns/": {"name": "合成督查", "mode": "routine", "starts": DAY, "ends": "2026-12-18"},
    "draw/": {}, "approve/": {}, "dispatch/": {}, "conclude/": {"words": "合成"}, "part/": {"answers": {}},
    "finish/": {"opinion": "合成"}, "fix/": {"words": "合成"}, "check/": {}, "evaluate/": {"words": "合成"},
    "api/supervised/": {"title": "合成", "holder": "合成", "due": "2026-12-18"},
    "terms/": {"year": 2026, "part": "1", "starts": "2026-09-01", "ends": "2027-01-20"},
}  # fmt: skip
WRITES = [r for r, p in PAGES.items() if r.startswith("api/") and set(getattr(p.callback, "rights", {})) - {"GET"}]


def send(client: Client, url: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    return client.post(url, body, content_type="application/json", headers=key() if headers is None else headers)


def body_of(route: str) -> Any:
    return next(body for end, body in BODIES.items() if route.endswith(end))


def test_every_operation_that_writes_takes_a_key() -> None:
    for name, operation in operations():
        assert operation.methods == ["GET"] or operation.view_func.is_write, name  # type: ignore[attr-defined]


@pytest.mark.parametrize("route", [r for r in WRITES if r != "api/files/"])
def test_a_system_must_send_a_key_and_an_outsider_changes_nothing(route: str, cast: Cast) -> None:
    right = PAGES[route].callback.rights["POST"]  # type: ignore[attr-defined]
    role, home, away = who_may(right, cast)
    client, url = a_client(a_token(cast, role, home)), address(route, cast, cast.primary)
    assert send(client, url, body_of(route), {}).json()["code"] == "idempotency_key_missing"
    assert send(client, url, body_of(route), {"Idempotency-Key": "7"}).json()["code"] == "idempotency_key_unreadable"
    assert not Command.objects.exists()
    if away and "<uuid" in route:
        theirs = address(route, cast, cast.outside)
        for outsider in (a_client(a_token(cast, role, away)), cast.client(role, away)):
            assert send(outsider, theirs, body_of(route)).status_code == 404


def test_a_record_sent_twice_is_there_once(cast: Cast) -> None:
    client, sent = a_client(a_token(cast, "safety_director")), key()
    first, second = (send(client, "/api/records/", RECORD, sent) for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert first.json()["id"] == sent["Idempotency-Key"]
    assert Record.objects.get().source == "api" and not Command.objects.exists()
    for changed in ({"answers": {"title": "别的"}}, {"happened_at": "2026-11-18T08:00:00+08:00"}, {"about": "x"}):
        assert send(client, "/api/records/", {**RECORD, **changed}, sent).status_code == 422
    assert Record.objects.count() == 1


def test_a_record_by_the_api_takes_two_queries_more_than_filing_it(cast: Cast) -> None:
    client, actor = a_client(a_token(cast, "safety_director")), cast.actor("safety_director")
    client.get("/api/me/")
    with CaptureQueriesContext(connection) as plain:
        file_record(
            actor=actor, unit=cast.primary, sheet="general", answers=RECORD["answers"], happened_at=clock.now(),
            record_id=uuid.uuid4(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as taken:
        assert send(client, "/api/records/", RECORD).status_code == 201
    assert len(taken) <= len(plain) + 2


def test_anything_else_sent_twice_is_done_once_with_the_same_answer(cast: Cast) -> None:
    client, sent = a_client(a_token(cast, "county_officer")), key()
    first, second = (send(client, "/api/tasks/", TASK, sent) for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert Task.objects.count() == 1 and Assignment.objects.count() == 1
    again = send(client, "/api/tasks/", {**TASK, "title": "别的"}, sent)
    assert again.status_code == 422 and "幂等键" in again.json()["detail"]
    other = a_client(a_token(cast, "county_officer", cast.other_county))
    assert send(other, "/api/tasks/", TASK, sent).status_code == 409


def test_a_refused_request_may_be_sent_again_corrected_under_its_key(cast: Cast) -> None:
    client, sent = a_client(a_token(cast, "county_officer")), key()
    refused = send(client, "/api/tasks/", {**TASK, "due": "2026-01-01"}, sent)
    assert refused.status_code == 422 and "due" in refused.json()["fields"] and not Command.objects.exists()
    assert send(client, "/api/tasks/", TASK, sent).status_code == 201


def test_a_file_sent_twice_is_kept_once_whatever_its_boundary(cast: Cast) -> None:
    client, sent = a_client(a_token(cast, "safety_director")), key()

    def upload(name: str = "a.jpg") -> Any:
        return client.post("/api/files/", {"file": SimpleUploadedFile(name, photo())}, headers=sent)

    first, second = upload(), upload()
    assert first.status_code == 201 and first.json() == second.json() and StoredFile.objects.count() == 1
    assert upload("b.jpg").status_code == 422
    assert client.get(f"/api/files/{first.json()['id']}/").headers["Content-Type"] == "image/jpeg"


def test_a_task_goes_from_system_to_system(cast: Cast) -> None:
    office = a_client(a_token(cast, "county_officer"))
    school = a_client(a_token(cast, "safety_director"))
    leader = a_client(a_token(cast, "county_leader"))
    task = send(office, "/api/tasks/", TASK).json()
    row = school.get("/api/assignments/").json()["rows"][0]
    assert row["task"] == task["id"] and row["unit"] == str(cast.primary.id)
    at = f"/api/assignments/{row['id']}/"
    assert send(school, f"{at}hand-in/", {"said": "已办", "step": 0}).json()["state_key"] == "handed_in"
    assert send(leader, f"{at}return/", {"decision": "再补"}).json()["returned"] == 1
    assert send(school, f"{at}hand-in/", {"said": "已补", "step": 0}).status_code == 409
    assert send(school, f"{at}hand-in/", {"said": "已补"}).status_code == 200
    assert send(leader, f"{at}accept/", {}).json()["state_key"] == "accepted"


def test_an_exemption_goes_from_system_to_system(cast: Cast) -> None:
    requirement = made.a_document(cast.county).requirements.get().key
    school, office = a_client(a_token(cast, "principal")), a_client(a_token(cast, "county_officer"))
    ends = (clock.today() + timedelta(days=9)).isoformat()
    wish = send(school, "/api/exemptions/", {"requirement": requirement, "reason": "没有寄宿生", "ends": ends}).json()
    granted = send(office, f"/api/exemptions/{wish['id']}/grant/", {"decision": "同意", "step": wish["step"]}).json()
    assert granted["state_key"] == "granted" and granted["decided_by"].startswith("接口:")
    assert send(office, f"/api/exemptions/{wish['id']}/end/", {}).json()["state_key"] == "ended"


def test_units_posts_terms_and_norms_are_written_as_on_their_pages(cast: Cast) -> None:
    client = a_client(a_token(cast, "county_officer"))
    facts = {"kind": "primary", "pupils": 10, "has": ["canteen"]}
    unit = send(
        client, "/api/units/", {"parent": str(cast.township.id), "rank": "school", "name": "合成小学", **facts}
    ).json()
    at = f"/api/units/{unit['id']}/"
    assert unit["pupils"] == 10 and unit["parent"] == str(cast.township.id)
    assert send(client, f"{at}change/", {"pupils": 20}).json()["pupils"] == 20
    assert send(client, f"{at}change/", {"has": ["rocket"]}).json()["fields"] == {"has": "设施不对。"}
    assert send(client, f"{at}rename/", {"name": "合成二小", "basis": "会议纪要"}).json()["name"] == "合成二小"
    assert client.get("/api/units/", {"words": "合成小学"}).json()["rows"][0]["id"] == unit["id"]  # by its former name
    moved = send(client, f"{at}move/", {"parent": str(cast.county.id), "basis": "会议纪要"})
    assert moved.json()["parent"] == str(cast.county.id)
    assert send(client, f"{at}close/", {"on": DAY}).json()["closed_on"] == DAY
    term = {"year": 2026, "part": "1", "starts": "2026-09-02", "ends": "2027-01-20"}
    if "calendar.manage" in {r["key"] for r in client.get("/api/me/").json()["rights"]}:
        assert send(client, "/api/calendar/terms/", term).json()["key"] == "2026-2027-1"
        assert client.get("/api/calendar/terms/").json()[0]["unit"] == str(cast.county.id)


def test_a_document_is_published_and_ended(cast: Cast) -> None:
    document = made.a_document(cast.county)
    client = a_client(a_token(cast, "county_officer"))
    near = client.get(f"/api/documents/{document.id}/").json()["publications"][0]
    ended = send(client, f"/api/publications/{near['id']}/end/", {"on": DAY, "why": "合成"})
    assert ended.json()["state"] == "ended"
    again = {"unit": str(cast.county.id), "shift_years": 1}
    published = send(client, f"/api/documents/{document.id}/publish/", again).json()
    assert published["shift_years"] == 1 and date.fromisoformat(published["starts"]).year == document.starts.year + 1
    clause = client.get(f"/api/documents/{document.id}/clauses/").json()[0]
    assert clause["requirements"][0]["practice"] == "drill"


def test_a_browser_needs_its_csrf_token_and_no_key(cast: Cast) -> None:
    client = cast.client("county_officer", enforce_csrf_checks=True)
    assert send(client, "/api/tasks/", TASK, {}).json()["code"] == "csrf"
    assert send(cast.client("county_officer", cast.county), "/api/tasks/", TASK, {}).status_code == 201
    by_token = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {a_token(cast, 'county_officer')}"})
    assert send(by_token, "/api/tasks/", TASK).status_code == 201
