"""What programs write about risks: a point from its name to the county's list, and a control that was looked at."""

import json
from typing import Any

import pytest

from conftest import Cast
from xiaoan.kernel.ids import new_id
from xiaoan.risks.models import Control, Level, Point
from xiaoan.risks.tests.making import a_control, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
POINT = {"name": "食堂操作间燃气", "area": "08", "kind": "C04", "place": "一楼"}


def send(cast: Cast, role: str, path: str, told: dict[str, Any] | None = None, key: str = "") -> Any:
    client = cast.client(role)
    body = json.dumps(told) if told is not None else ""
    headers = {"Idempotency-Key": key or str(new_id())}
    return client.post(f"/api/{path}", body, content_type="application/json", headers=headers)


def test_a_program_makes_grades_and_declares_a_point_once_each(cast: Cast) -> None:
    key = str(new_id())
    made = [send(cast, "safety_director", "risk-points/", POINT, key) for _ in range(2)]
    assert [m.status_code for m in made] == [201, 201] and made[0].json()["id"] == made[1].json()["id"]
    path = f"risk-points/{made[0].json()['id']}"
    early = send(cast, "safety_director", f"{path}/declare/")
    assert early.status_code == 422 and "先评估" in early.json()["sentence"]
    wrong = send(cast, "safety_director", f"{path}/assess/", {"factors": {"L": "9", "S": "4"}})
    assert wrong.status_code == 422 and "L" in wrong.json()["fields"]
    graded = send(cast, "safety_director", f"{path}/assess/", {"factors": {"L": "4", "S": "4"}, "step": 0})
    assert graded.status_code == 200 and graded.json()["grade"] == Level.ORANGE
    assert (
        send(cast, "safety_director", f"{path}/assess/", {"factors": {"L": "1", "S": "1"}, "step": 0}).status_code
        == 409
    )
    assert send(cast, "safety_director", f"{path}/declare/").json()["state"] == "declared"
    row = Point.objects.get()
    assert (row.unit_id, row.state, row.level) == (cast.primary.id, "declared", Level.ORANGE)


def test_what_the_desk_refuses_a_program_is_refused(cast: Cast) -> None:
    assert send(cast, "guard", "risk-points/", POINT).status_code == 403
    assert send(cast, "safety_director", "risk-points/", {**POINT, "area": "没有"}).json()["fields"] == {
        "area": "请选所在部位。"
    }
    elsewhere = an_assessed(cast.outside)
    assert send(cast, "safety_director", f"risk-points/{elsewhere.id}/declare/").status_code == 404
    assert not Point.objects.filter(unit=cast.primary).exists()


def test_a_program_says_that_a_control_holds_or_does_not(cast: Cast) -> None:
    control = a_control(an_assessed(cast.primary))
    path = f"risk-controls/{control.id}/confirm/"
    assert send(cast, "principal", path, {"found": "1"}).status_code == 422
    assert send(cast, "principal", path, {"found": "1", "note": "没有电"}).status_code == 200
    assert Control.objects.get().confirmations.get().note == "没有电"
