from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.engines.connect.tests.making import a_client, a_token
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.tasks import dispatch_task
from xiaoan.obligations.tests.making import make_document, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def one_more(cast: Cast, kind: str, n: int) -> None:
    if kind == "records":
        a_record(cast.primary)
    elif kind == "units":
        create_unit(actor=SYSTEM, parent=cast.township, rank="school", name=f"合成{n}", kind="primary")
    elif kind == "posts":
        cast.post("guard", cast.primary if n else cast.junior)
    elif kind == "documents":
        publish(make_document(f"list-{n}", {"practice": "drill", "every": "monthly"}, owner=cast.county), cast.county)
    else:
        due = clock.today() + timedelta(days=9)
        ids = {"ids": [str(cast.primary.id)]}
        dispatch_task(actor=cast.actor("county_officer"), unit=cast.county, title=f"合成{n}", due=due, targets=ids)


def taken(client: Client, url: str) -> int:
    client.get(url)  # what a process keeps is kept from here on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).json()["rows"]
    return len(queries)


@pytest.mark.parametrize("kind", ["records", "units", "posts", "documents", "tasks", "assignments?whose=all"])
def test_three_rows_take_as_many_queries_as_one(kind: str, cast: Cast) -> None:
    client, url = (
        a_client(a_token(cast, "county_officer")),
        f"/api/{kind}".replace("?", "/?") + ("" if "?" in kind else "/"),
    )
    counts = []
    for n in range(2):
        one_more(cast, kind.partition("?")[0], n)
        counts.append(taken(client, url))
    assert counts[0] == counts[1] and counts[0] <= 4


def test_pages_of_units_walk_through_all_of_them_once(cast: Cast) -> None:
    client, seen, after = a_client(a_token(cast, "county_officer")), [], ""
    while True:
        page = client.get("/api/units/", {"limit": 2, "after": after}).json()
        seen += [row["name"] for row in page["rows"]]
        if not (after := page["after"]):
            break
    assert len(seen) == len(set(seen)) and {"甲县", "东镇", "东镇中心小学"} < set(seen) and "乙县小学" not in seen


def test_no_account_and_no_phone_number_is_handed_out(cast: Cast) -> None:
    post = cast.post("safety_director", cast.primary)
    post.person.phone = "13900001111"
    post.person.save()
    client: Any = a_client(a_token(cast, "county_officer"))
    told = client.get("/api/posts/").content.decode() + client.get(f"/api/posts/{post.id}/").content.decode()
    assert post.person.name in told and "13900001111" not in told and post.person.username not in told
