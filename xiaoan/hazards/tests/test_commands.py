"""Hazards as phones send them: reported once, moved by the next person, refused in words when the world went on."""

from typing import Any

import pytest

from conftest import Cast
from xiaoan.engines.sync.queries import conflicts
from xiaoan.engines.sync.sent import read_batch
from xiaoan.engines.sync.services import receive
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services import judge
from xiaoan.hazards.tests.making import PLAN, a_hazard, a_photo, a_point, walked
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.ids import new_id

pytestmark = pytest.mark.usefixtures("wednesday")


def send(actor: Actor, kind: str, payload: dict[str, Any], times: int = 1) -> dict[str, Any]:
    """The answer to a command, sent so often."""
    at = clock.now().isoformat()
    raw = {"id": str(new_id()), "kind": kind, "label": "隐患", "captured_at": at, "happened_at": at, "payload": payload}
    answers = [receive(actor=actor, commands=read_batch({"sent_at": at, "commands": [raw]}))[0] for _ in range(times)]
    assert all(a == answers[0] for a in answers)
    return answers[0]


def step(actor: Actor, hazard: Hazard, move: str, photos: list[str] | None = None, **filled: Any) -> dict[str, Any]:
    payload = {"hazard": str(hazard.id), "move": move, "seen": hazard.step, "filled": filled, "photos": photos or []}
    answer = send(actor, "hazard.move", payload)
    hazard.refresh_from_db()
    return answer


def test_a_report_sent_three_times_is_one_hazard_at_its_point_with_its_photo(cast: Cast) -> None:
    actor, point = cast.actor("homeroom_teacher"), a_point(cast)
    photo = a_photo(actor, cast.primary)
    told = {
        "unit": str(cast.primary.id),
        "words": "配电间门开着",
        "place": point.name,
        "point": str(point.id),
        "photos": [photo],
    }
    answer = send(actor, "hazard.report", told, times=3)
    hazard = Hazard.objects.get()
    assert (answer["state"], answer["answer"]["hazard"]) == ("done", str(hazard.id))
    assert (hazard.point_id, hazard.photos, hazard.source) == (point.id, [photo], "staff")


def test_what_was_fixed_at_once_carries_both_photos_and_who_did_it(cast: Cast) -> None:
    actor = cast.actor("safety_director")
    before, after = a_photo(actor, cast.primary), a_photo(actor, cast.primary)
    told = {"unit": str(cast.primary.id), "words": "通道堆物", "photos": [before], "level": "low"}
    send(actor, "hazard.report", {**told, "fixed": {"by": "保安老王", "how": "已搬走", "photos": [after]}})
    hazard = Hazard.objects.get()
    assert (hazard.managed, hazard.fixed_by, hazard.after_photos) == ("at_once", "保安老王", [after])


def test_another_countys_school_is_refused_and_no_hazard_is_made(cast: Cast) -> None:
    answer = send(cast.actor("county_officer"), "hazard.report", {"unit": str(cast.outside.id), "words": "合成"})
    assert (answer["state"], Hazard.objects.count()) == ("refused", 0)


def test_four_people_carry_a_hazard_to_its_end_from_their_phones(cast: Cast) -> None:
    hazard = a_hazard(cast)
    lead, guard = cast.actor("safety_director"), cast.actor("guard")
    assert step(lead, hazard, "judge", category="C02", level="general")["state"] == "done"
    person = str(cast.post("guard", cast.primary).id)
    told = {**PLAN, "responsible": guard.name, "person": person, "fix_by": clock.today().isoformat()}
    assert step(lead, hazard, "assign", **told)["sentence"] == ""
    assert hazard.responsible_by_id == guard.person_id
    photo = a_photo(guard, cast.primary)
    assert step(guard, hazard, "hand_in", [photo], done="已换好")["sentence"] == ""
    assert step(guard, hazard, "verify", decision="好了")["state"] == "refused"
    assert step(cast.actor("principal"), hazard, "verify", decision="现场看过")["sentence"] == ""
    assert hazard.state == "closed"


def test_a_phone_is_held_to_the_form_of_the_desk(cast: Cast) -> None:
    hazard, lead = walked(cast, a_hazard(cast), "judged"), cast.actor("safety_director")
    told = {**PLAN, "responsible": "合成维修队"}
    assert step(lead, hazard, "assign", **{**told, "measures": " "})["sentence"] == "请写整改措施。"
    for odd in (5, ["x"], {"a": 1}, "明天"):
        assert step(lead, hazard, "assign", **told, fix_by=odd)["state"] == "refused", odd
    another = str(cast.post("guard", cast.junior).id)
    assert step(lead, hazard, "assign", **told, person=another)["sentence"] == ""
    assert (hazard.responsible, hazard.responsible_by_id) == ("合成维修队", None)


def test_why_a_level_was_judged_lower_reaches_the_case(cast: Cast) -> None:
    hazard, lead = a_hazard(cast, item="C02-06", level="larger"), cast.actor("safety_director")
    Hazard.objects.filter(id=hazard.id).update(proposed="larger")
    hazard.refresh_from_db()
    assert "理由" in step(lead, hazard, "judge", category="C02", level="low")["sentence"]
    assert step(lead, hazard, "judge", category="C02", level="low", level_why="已有人看守")["sentence"] == ""
    assert (hazard.level, hazard.level_why) == ("low", "已有人看守")


def test_two_phones_that_moved_one_hazard_offline_end_in_the_list_of_conflicts(cast: Cast) -> None:
    hazard = a_hazard(cast)
    seen = hazard.step
    judge(actor=cast.actor("safety_director"), hazard=hazard, category="C02", level="general")
    hazard.step = seen
    answer = step(cast.actor("principal"), hazard, "judge", category="C01", level="larger")
    assert answer["state"] == "refused"
    assert "现在是“待落实”" in answer["sentence"]
    assert (hazard.category, hazard.level) == ("C02", "general")
    [row] = conflicts(cast.actor("safety_director"))[0]
    assert row.sentence == answer["sentence"]


def test_a_step_that_the_platform_does_not_know_is_refused_in_words(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "judged")
    for payload in ({"move": "explode"}, {"move": "close"}, {"move": "judge", "seen": "x"}):
        told = {"hazard": str(hazard.id), "seen": hazard.step, **payload}
        assert "页面太旧" in send(cast.actor("safety_director"), "hazard.move", told)["sentence"]
