"""A hazard told by somebody without an account: taken once, limited, nameless; the answer by a private link."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from conftest import Cast
from xiaoan.engines.files.tests.making import photo, upload
from xiaoan.hazards.models import Hazard, Tip
from xiaoan.hazards.services import dismiss
from xiaoan.hazards.telling.queries import contact_of
from xiaoan.hazards.tests.making import a_point, walked
from xiaoan.risks.models import Point

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture(autouse=True)
def nobody_has_told() -> None:
    cache.clear()


def address(point: Point) -> str:
    return reverse("hazards:tell", args=[point.token])


def tell(point: Point, client: Client | None = None, ticket: str = "", **told: Any) -> Any:
    """Open the form and send it, as a browser without a script does."""
    browser = client or Client()
    if not ticket:
        ticket = re.findall(r'name="ticket" value="([^"]+)"', browser.get(address(point)).content.decode())[0]
    return browser.post(address(point), {"words": "配电间冒火花", "who": "parent", "ticket": ticket, **told})


def test_a_parent_tells_without_an_account_and_follows_it_by_a_private_link(cast: Cast) -> None:
    point = a_point(cast)
    answer = tell(point, photos=[upload("a.jpg", photo()), upload("b.jpg", photo(70))], place="门口")
    hazard, tip = Hazard.objects.get(), Tip.objects.get()
    assert (hazard.source, hazard.reporter, hazard.reported_by_id, len(hazard.photos)) == ("parent", "家长", None, 2)
    assert (hazard.point_id, hazard.place) == (point.id, "宿舍配电间 门口")
    assert answer["Location"].startswith(reverse("hazards:told", args=[tip.token]))
    assert "学校已收到" in Client().get(answer["Location"]).content.decode()


def test_the_private_link_says_how_far_it_is_and_names_nobody(cast: Cast) -> None:
    tell(a_point(cast))
    tip, hazard = Tip.objects.get(), Hazard.objects.get()
    walked(cast, hazard, "assigned")
    shown = Client().get(reverse("hazards:told", args=[tip.token]))
    text = shown.content.decode()
    assert "正在整改" in text
    for name in (hazard.responsible, hazard.judged_by, hazard.holder, hazard.number, hazard.measures):
        assert name and name not in text
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(reverse("hazards:told", args=["x" * 32])).status_code == 404


def test_the_outcome_is_told_when_it_was_found_not_to_be_so(cast: Cast) -> None:
    tell(a_point(cast))
    dismiss(actor=cast.actor("safety_director"), hazard=Hazard.objects.get(), decision="王老师看过，没有")
    text = Client().get(reverse("hazards:told", args=[Tip.objects.get().token])).content.decode()
    assert "不属实" in text
    assert "王老师" not in text


def test_only_leads_of_that_school_see_the_contact(cast: Cast) -> None:
    tell(a_point(cast), contact="13800000000 张女士")
    hazard = Hazard.objects.get()
    assert contact_of(cast.actor("principal"), hazard) == "13800000000 张女士"
    for role in ("guard", "township_officer", "county_officer", "province_officer"):
        assert contact_of(cast.actor(role), hazard) == ""
    assert "13800000000" not in str(Hazard.objects.values().get())


def test_the_same_form_sent_twice_is_one_hazard_with_one_link(cast: Cast) -> None:
    point, browser = a_point(cast), Client()
    ticket = re.findall(r'name="ticket" value="([^"]+)"', browser.get(address(point)).content.decode())[0]
    answers = [tell(point, browser, ticket)["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    assert Hazard.objects.count() == 1


def test_a_ticket_that_is_not_ours_is_refused_and_opens_no_other_case(cast: Cast) -> None:
    answer = tell(a_point(cast), ticket="forged")
    assert (answer.status_code, Hazard.objects.count()) == (422, 0)
    assert "重新打开" in answer.content.decode()


def test_too_many_from_one_address_at_a_point_are_refused_with_what_was_typed(cast: Cast) -> None:
    point = a_point(cast)
    for n in range(5):
        assert tell(point, words=f"合成{n}").status_code == 302
    refused = tell(point, words="第六次的话")
    assert refused.status_code == 422
    assert "一小时后" in refused.content.decode()
    assert "第六次的话" in refused.content.decode()
    assert tell(point, Client(REMOTE_ADDR="10.9.9.9"), words="别处的人").status_code == 302


def test_a_program_in_the_trap_makes_nothing(cast: Cast) -> None:
    answer = tell(a_point(cast), web="https://spam.example")
    assert (answer["Location"], Hazard.objects.count()) == (reverse("hazards:thanks"), 0)


def test_what_is_no_picture_is_not_taken(cast: Cast) -> None:
    answer = tell(a_point(cast), photos=[upload("a.jpg", b"<html><script>1</script>")])
    assert (answer.status_code, Hazard.objects.count()) == (422, 0)
    four = [upload(f"{n}.jpg", photo(50 + n)) for n in range(4)]
    assert "最多 3 张" in tell(Point.objects.get(), photos=four).content.decode()


def test_a_point_out_of_use_has_no_form(cast: Cast) -> None:
    point = a_point(cast)
    Point.objects.filter(id=point.id).update(is_active=False)
    assert Client().get(address(point)).status_code == 404


def test_the_code_leads_the_schools_own_phones_into_the_report_and_all_others_to_the_card(cast: Cast) -> None:
    point, phone = a_point(cast), {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 13) Mobile"}
    scanned = reverse("point", args=[point.token])

    def opened(role: str, **more: Any) -> Any:
        return (cast.client(role, **more) if role else Client(**more)).get(scanned)

    assert opened("guard", **phone)["Location"] == f"/phone/#/report?point={point.token}"
    for answer in (opened("", **phone), opened("guard"), opened("county_officer", **phone)):
        assert address(point) in answer.content.decode()
