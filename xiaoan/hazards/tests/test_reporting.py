"""Taking a hazard in asks the database little, and answers what it has written."""

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from conftest import Cast, messages
from xiaoan.engines.connect.tests.making import a_client, a_token, key
from xiaoan.engines.resource.api import detail_of
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.resource import HAZARDS
from xiaoan.hazards.tests.making import a_hazard, a_photo
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.ids import new_id

TOLD = {"words": "灭火器失压", "place": "食堂", "happened_at": "2026-11-18T07:15:00.25+08:00"}
MESSAGES = 6  # token with its unit, key, norms, number, standing of the school; the last goes with COMMIT


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{}, {"item": "C02-01", "level": "larger"}, {"fixed": {"by": "保安老王"}}])
def test_the_answer_to_a_report_is_the_row_as_it_is_read_again(
    more: dict[str, Any], cast: Cast, wednesday: Any
) -> None:
    lead, told = cast.actor("safety_director"), {**TOLD, **more}
    if "fixed" in told:
        told["photos"] = [a_photo(lead, cast.primary)]
        told["fixed"] = {**told["fixed"], "photos": [a_photo(lead, cast.primary)]}
    client = a_client(a_token(cast, "safety_director", cast.primary))
    answer = client.post("/api/hazards/", told, content_type="application/json", headers=key())
    assert answer.status_code == 201, answer.json()
    read = detail_of(HAZARDS, lead, Hazard.objects.select_related("unit").get())
    assert answer.json() == json.loads(json.dumps(read, cls=DjangoJSONEncoder))


@pytest.mark.django_db
def test_what_was_taken_in_is_given_again_whatever_is_sent_under_its_id(cast: Cast, wednesday: Any) -> None:
    mine = new_id()
    first = a_hazard(cast, hazard_id=mine)
    again = a_hazard(cast, hazard_id=mine, words=" ")
    assert again.is_repeat and again.number == first.number
    assert a_hazard(cast).number == "隐患〔2026〕2号"
    with pytest.raises(Invalid):
        a_hazard(cast, hazard_id=new_id(), words=" ")


@pytest.mark.django_db(transaction=True)
def test_a_report_through_the_api_is_few_messages_to_the_database(cast: Cast, wednesday: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("statements go together in one message to PostgreSQL only")
    client = a_client(a_token(cast, "safety_director", cast.primary))

    def send() -> None:
        assert client.post("/api/hazards/", TOLD, content_type="application/json", headers=key()).status_code == 201

    send()  # what a process keeps is read once, and so is what a school does first on a day
    with messages() as seen:
        send()
    assert len(seen) == MESSAGES and seen[-1][0].endswith("COMMIT"), seen
    assert Hazard.objects.count() == 2
