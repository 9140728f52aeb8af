"""The phone's frame, its installation and its data: small, honest, and nobody else's."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from conftest import Cast
from xiaoan.board.phone.data import phone_data
from xiaoan.board.phone.shell import FILES
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sync.sent import Sent
from xiaoan.engines.sync.services import receive
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards.services import transfer
from xiaoan.hazards.tests.making import a_hazard, walked
from xiaoan.inspections import parts
from xiaoan.inspections.lines import lines_for
from xiaoan.inspections.tests.making import a_visit
from xiaoan.inspections.tests.test_visits import two_inspectors
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.models import Assignment
from xiaoan.obligations.tasks import dispatch_task
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.patrols.services import walk_round
from xiaoan.patrols.tests.making import a_route, seen_at
from xiaoan.risks.tests.making import an_assessed

URL = "/phone/data/"
FIRST_KB = 150
LATER_KB = 20

pytestmark = pytest.mark.usefixtures("wednesday")


def told(cast: Cast, role: str = "safety_director", unit: Unit | None = None) -> dict[str, Any]:
    actor = cast.actor(role, unit)
    return phone_data(actor, list(Post.objects.filter(id=actor.post_id)))


def held(response: Any) -> dict[str, str]:
    """The query of a phone that has all parts of this answer."""
    return {"have": ",".join(part["tag"] for part in response.json()["parts"].values())}


@pytest.fixture
def built() -> Iterator[None]:
    if not finders.find("phone.js"):
        pytest.skip("the front end has not been built")
    yield


def test_what_is_to_be_done_names_its_documents_and_what_fits_it(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill_fire", "every": "monthly"}), cast.county)
    publish(make_document("B", {"practice": "drill_fire", "every": "quarterly"}, tier="province"), cast.province)
    data = told(cast)
    [duty] = [d for d in data["duties"] if not d.get("missed")]
    assert (duty["sheet"], duty["documents"], duty["rhythm"]) == ("drill", 2, "每月 1 次")
    assert duty["where"] == [{"field": "kind", "is": ["fire"]}]
    assert {data["documents"][s["document"]]["short"] for s in duty["sources"]} == {"合成A", "合成B"}


def test_the_documents_lead_to_their_living_page(cast: Cast) -> None:
    document = make_document("A", {"practice": "drill", "every": "monthly"})
    publish(document, cast.county)
    [one] = told(cast)["documents"]
    assert cast.client("safety_director").get(one["url"]).status_code == 200


def test_only_sheets_of_the_units_rank_are_offered(cast: Cast) -> None:
    school = {s["key"] for s in told(cast)["parts"]["sheets"]["value"]}
    county = {s["key"] for s in told(cast, "county_officer")["parts"]["sheets"]["value"]}
    assert "daily_patrol" in school - county
    assert "supervision" in county - school


def fill_in(actor: Actor, cast: Cast, sheet: str, answers: dict[str, Any]) -> None:
    file_record(actor=actor, unit=cast.primary, sheet=sheet, answers=answers, happened_at=clock.now())


def test_last_answers_are_remembered_but_never_confidential_ones(cast: Cast) -> None:
    actor = cast.actor("safety_director")
    drill = {"kind": "fire", "people": 300, "duration": 12, "smooth": "yes"}
    fill_in(actor, cast, "drill", {**drill, "people": 200})
    fill_in(actor, cast, "drill", drill)
    assert told(cast)["last"] == {"drill": {"kind": "fire", "people": 300, "duration": 12}}


def test_it_costs_the_same_with_three_records_and_documents_as_with_one(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    actor, counts = cast.actor("safety_director"), []
    for n in (1, 2, 3):
        publish(make_document(f"A{n}", {"practice": "drill", "every": "monthly"}), cast.county)
        fill_in(actor, cast, "general", {"title": f"合成{n}"})
        told(cast)
        with CaptureQueriesContext(connection) as seen:
            phone_data(actor, [])
        counts.append(len(seen))
    with CaptureQueriesContext(connection) as asked:
        waiting(actor)  # each domain's list costs what that domain pins
    assert counts[0] == counts[2]
    assert counts[2] - len(asked) <= 21


def test_the_same_again_is_not_sent_again(cast: Cast) -> None:
    client = cast.client("safety_director")
    first = client.get(URL)
    later = client.get(URL, held(first))
    assert not any("value" in part for part in later.json()["parts"].values())
    assert client.get(URL, held(first), headers={"If-None-Match": later["ETag"]}).status_code == 304
    fill_in(cast.actor("safety_director"), cast, "general", {"title": "合成"})
    assert client.get(URL, held(first), headers={"If-None-Match": later["ETag"]}).status_code == 200


def test_first_page_and_later_loads_keep_their_budget(cast: Cast, built: None) -> None:
    """Compressed: the page, its styles, script and icons, and the first data; then what a later opening fetches."""
    from xiaoan.policies.models import Practice
    from xiaoan.policies.packs import load_practices

    load_practices()
    asked = [{"practice": p, "every": "monthly"} for p in Practice.objects.values_list("key", flat=True)]
    for key in "ABC":
        publish(make_document(key, *asked), cast.county)
    client = cast.client("safety_director")
    page = gzip.compress(client.get("/phone/").content)
    parts = [gzip.compress(Path(str(finders.find(name))).read_bytes()) for name in FILES]
    first = client.get(URL)
    later = client.get(URL, held(first))
    whole = sum(map(len, [page, *parts, gzip.compress(first.content)])) / 1024
    assert len(first.json()["duties"]) > 50
    assert whole <= FIRST_KB, f"{whole:.0f} KB"
    assert len(gzip.compress(later.content)) / 1024 <= LATER_KB


def test_data_is_compressed_on_the_way(cast: Cast) -> None:
    response = cast.client("safety_director").get(URL, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(response.content))["unit"]["name"] == cast.primary.name


def test_the_app_is_installable(built: None, db: Any) -> None:
    manifest = json.loads(Client().get("/phone/manifest.webmanifest").content)
    assert (manifest["scope"], manifest["display"]) == ("/phone/", "standalone")
    assert {"192x192", "512x512"} == {i["sizes"] for i in manifest["icons"]}
    assert all(finders.find(i["src"].removeprefix(settings.STATIC_URL)) for i in manifest["icons"])


def test_the_worker_may_serve_the_phone_and_names_its_version(built: None, db: Any) -> None:
    response = Client().get("/phone/sw.js")
    assert response["Service-Worker-Allowed"] == "/phone/"
    assert response["Content-Type"] == "text/javascript"
    assert b'"page": "/phone/"' in response.content


def test_the_kept_page_says_nothing_of_the_person(cast: Cast) -> None:
    shown = cast.client("safety_director").get("/phone/").content.decode()
    assert cast.primary.name not in shown
    assert cast.actor("safety_director").name not in shown


def test_a_stranger_is_sent_to_sign_in_and_a_parent_is_refused(cast: Cast) -> None:
    assert Client().get(URL).status_code == 302
    assert cast.client("parent").get(URL).status_code == 403


def test_switching_takes_only_ones_own_post(cast: Cast) -> None:
    client = cast.client("safety_director")
    own, other = cast.post("safety_director", cast.primary), cast.post("principal", cast.primary)
    second = cast.post("safety_director", cast.junior)
    Post.objects.filter(id=second.id).update(person=own.person)
    client.post("/phone/post/", {"post": str(other.id)})
    assert client.get(URL).json()["post"] in (str(own.id), str(second.id))
    for post in (second, own):
        client.post("/phone/post/", {"post": str(post.id)})
        assert client.get(URL).json()["post"] == str(post.id)


def test_today_is_chinas_today(cast: Cast) -> None:
    assert told(cast)["today"] == timezone.localtime(clock.now()).date().isoformat()
    assert told(cast)["week"] == "第12周"


def test_the_phone_lists_what_an_office_asks_until_it_is_handed_in(cast: Cast) -> None:
    dispatch_task(
        actor=cast.actor("county_officer"), unit=cast.county, title="报送自查情况", due=clock.today(),
        targets={"ids": [str(cast.primary.id)]},
    )  # fmt: skip
    (task,) = told(cast)["tasks"]
    assert task["title"] == "报送自查情况"
    assert cast.client("safety_director").get(task["url"]).status_code == 200
    Assignment.objects.update(state="handed_in")
    assert told(cast)["tasks"] == []


def test_a_guards_phone_holds_the_routes_with_their_points_and_the_rounds_of_the_next_days(cast: Cast) -> None:
    route = a_route(cast)
    data = told(cast, "guard")
    [held] = data["parts"]["routes"]["value"]
    assert [s["name"] for s in held["stops"]] == [s.point.name for s in route.stops.order_by("place")]
    assert all(s["token"] and s["checks"] for s in held["stops"])
    today = [r for r in data["rounds"] if r["due"].startswith("2026-11-18")]
    assert [r["slot"] for r in today] == ["08:00", "12:30", "18:00"]
    walk_round(
        actor=cast.actor("guard"), route=route, stops=seen_at(route, ["ok", "ok"]), started_at=clock.now(),
        ended_at=clock.now(), period=today[0]["period"], slot="08:00",
    )  # fmt: skip
    assert "08:00" not in [r["slot"] for r in told(cast, "guard")["rounds"] if r["due"].startswith("2026-11-18")]
    assert told(cast, "county_officer")["rounds"] == []


def test_the_phone_holds_points_people_and_open_hazards_of_its_school_and_no_other(cast: Cast) -> None:
    an_assessed(cast.primary, "食堂燃气间")
    an_assessed(cast.junior, "别校的点")
    a_hazard(cast)
    a_hazard(cast, cast.junior)
    parts = told(cast)["parts"]
    assert [p["name"] for p in parts["points"]["value"]] == ["食堂燃气间"]
    [case] = parts["hazards"]["value"]
    assert (case["label"], case["at"], case["moves"]) == ("待研判", 0, ["judge", "false"])
    assert {p["role"] for p in parts["people"]["value"]} >= {"安全主任"}
    assert told(cast, "guard")["parts"]["people"]["value"] == []
    assert [s[1] for s in told(cast, "county_officer")["parts"]["schools"]["value"]]


def test_what_waits_leads_to_the_phones_own_pages(cast: Cast) -> None:
    a_route(cast)
    [line] = told(cast, "guard")["waiting"]
    assert (line["href"], line["count"]) == ("#/patrol", 3)


def test_an_inspectors_phone_holds_the_visit_with_the_lines_that_concern_the_place(cast: Cast) -> None:
    visit = a_visit(cast)
    data = told(cast, "inspector")
    [held] = data["parts"]["visits"]["value"]
    assert (held["place"], held["head"], held["signed"]) == (cast.primary.name, True, [])
    assert held["lines"] == [line.key for line in lines_for(visit.campaign, cast.primary)]
    assert set(held["lines"]) <= {i["key"] for i in data["parts"]["items"]["value"]}
    assert [w["href"] for w in data["waiting"] if w["words"] == "检查要去做"] == ["#/patrol"]
    for role in ("county_officer", "principal"):
        assert told(cast, role)["parts"]["visits"]["value"] == []


def test_the_heads_phone_holds_what_inspectors_disagree_on_and_decides_it(cast: Cast) -> None:
    visit, first, other = two_inspectors(cast)
    parts.save_part(actor=other, visit=visit, answers={"C01-01": {"result": "fail", "note": "合成"}})
    visit.refresh_from_db()
    parts.save_part(actor=first, visit=visit, answers={"C01-01": "pass", "C01-02": "pass"})

    def disputed(actor: Actor) -> list[Any]:
        return [d for v in told(cast, actor.role)["parts"]["visits"]["value"] for d in v["disputed"]]

    [one] = disputed(first)
    assert (one["key"], {tuple(s[1:]) for s in one["said"]}) == ("C01-01", {("fail", "合成"), ("pass", "")})
    assert disputed(other) == []
    payload = {"visit": str(visit.id), "line": "C01-01", "result": "pass", "why": "合成:现场看过"}
    sent = Sent(new_id(), "inspection.decide", "合成", "", clock.now(), clock.now(), payload)
    assert [receive(actor=first, commands=[sent])[0]["state"] for _ in range(2)] == ["done", "done"]
    assert disputed(first) == []


def test_an_expert_from_outside_inspects_by_phone_and_learns_nothing_of_the_bureaus_own_records(cast: Cast) -> None:
    fill_in(cast.actor("safety_director"), cast, "general", {"title": "合成"})
    data = told(cast, "expert", cast.county)
    assert cast.client("expert", cast.county).get(URL).status_code == 200
    assert (data["last"], data["recent"], data["duties"], data["may_write"]) == ({}, [], [], False)


def test_a_partner_bodys_phone_holds_the_hazards_that_were_given_to_it_and_no_others(cast: Cast) -> None:
    body = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="合成消防大队")
    given, other = walked(cast, a_hazard(cast), "judged"), a_hazard(cast, words="别的隐患")
    transfer(actor=cast.actor("safety_director"), hazard=given, partner=body, why="要部门来办")
    [case] = told(cast, "partner_officer", body)["parts"]["hazards"]["value"]
    assert (case["words"], "receive" in case["moves"]) == (given.words, True)
    assert other.words not in str(told(cast, "partner_officer", body)["parts"]["hazards"])
