"""The unit pages: who sees what, what they lead to, and what stays in a form."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("wednesday")


def text(client: Client, url: str, **headers: str) -> str:
    return client.get(url, headers=headers).content.decode()


def test_the_tree_opens_at_the_own_unit_and_loads_levels_lazily(cast: Cast) -> None:
    client = cast.client("county_officer")
    page = text(client, "/units/")
    assert "东镇" in page
    assert "东镇中心小学" not in page
    assert "乙县" not in page
    part = text(client, f"/units/{cast.township.pk}/children/", **{"HX-Request": "true"})
    assert "东镇中心小学" in part
    assert "<html" not in part


def test_more_than_a_page_of_children_goes_on_where_it_ended(cast: Cast) -> None:
    for n in range(60):
        create_unit(actor=SYSTEM, parent=cast.other_county, rank="school", name=f"合成第{n:02d}小学", kind="primary")
    client = cast.client("city_officer")
    url = f"/units/{cast.other_county.pk}/children/"
    first = text(client, url)
    assert "再看 50 个" in first
    after = first.split("?after=")[1].split('"')[0]
    rest = text(client, f"{url}?after={after}")
    assert "合成第59小学" in rest
    assert "乙县小学" not in rest
    assert "再看 50 个" not in rest


def test_children_cost_the_same_queries_for_one_and_for_three(cast: Cast) -> None:
    client = cast.client("county_officer")
    counts = []
    for unit in (cast.township, cast.county):
        client.get(f"/units/{unit.pk}/children/")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/units/{unit.pk}/children/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("words", ["中心小学", "2137000001", "12370102T0000001XX", "旧名"])
def test_a_school_is_found_by_name_code_and_former_name(cast: Cast, words: str) -> None:
    from xiaoan.ground.units.services import change_unit

    change_unit(actor=SYSTEM, unit=cast.primary, name="东镇旧名小学")
    change_unit(
        actor=SYSTEM, unit=cast.primary, name="东镇中心小学", identifier="2137000001", credit_code="12370102T0000001XX"
    )
    assert "东镇中心小学" in text(cast.client("county_officer"), f"/units/?words={words}")
    assert "没有找到" in text(cast.client("county_officer", cast.other_county), f"/units/?words={words}")


def test_insider_colleague_and_outsider(cast: Cast) -> None:
    url = f"/units/{cast.primary.pk}/"
    insider = cast.client("county_officer").get(url)
    assert "调整隶属" in insider.content.decode()
    colleague = cast.client("inspector", cast.county)
    assert "调整隶属" not in colleague.get(url).content.decode()
    assert colleague.get(url + "change/").status_code == 403
    outsider = cast.client("county_officer", cast.other_county)
    assert outsider.get(url).status_code == outsider.get(url + "change/").status_code == 404
    assert cast.client("guard").get("/units/").status_code == 403
    assert Client().get("/units/").status_code == 302


def test_what_was_typed_stays_and_each_wrong_field_says_why(cast: Cast) -> None:
    client = cast.client("county_officer")
    sent = {
        "name": "东镇新小学",
        "kind": "primary",
        "identifier": "1137000001",
        "pupils": 300,
        "boarders": 0,
        "staff": 20,
        "classes": 6,
    }
    refused = client.post(f"/units/{cast.township.pk}/add/school/", sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "与学校类别不符" in page
    assert 'value="东镇新小学"' in page
    done = client.post(
        f"/units/{cast.township.pk}/add/school/", {**sent, "identifier": "2137000001", "has": ["canteen"]}
    )
    assert done.status_code == 302
    assert Unit.objects.get(name="东镇新小学").has == ["canteen"]


def test_departments_partners_and_townships_are_made_on_pages(cast: Cast) -> None:
    client = cast.client("county_officer")
    for rank, more in (("department", {}), ("partner", {"kind": "police"}), ("township", {"division": "370101999"})):
        answer = client.post(f"/units/{cast.county.pk}/add/{rank}/", {"name": f"甲县合成{rank}", **more})
        assert answer.status_code == 302, answer.content.decode()
    page = text(client, f"/units/{cast.county.pk}/")
    assert "甲县合成department" in page
    assert "公安" in page
    assert client.get(f"/units/{cast.county.pk}/add/city/").status_code == 404


def test_a_unit_is_renamed_moved_merged_and_closed_on_pages(cast: Cast) -> None:
    client = cast.client("city_officer")
    client.post(f"/units/{cast.primary.pk}/rename/", {"name": "东镇实验小学", "basis": "合成批复"})
    page = text(client, f"/units/{cast.primary.pk}/")
    assert "曾用名 东镇中心小学" in page
    assert "名称 东镇中心小学 改为 东镇实验小学" in page
    client.post(f"/units/{cast.primary.pk}/move/", {"unit": "甲县", "basis": "合成批复"})
    assert Unit.objects.get(pk=cast.primary.pk).parent == cast.county
    wrong = client.post(
        f"/units/{cast.junior.pk}/merge/", {"unit": "没有的学校", "on": "2026-11-18", "basis": "合成批复"}
    )
    assert wrong.status_code == 422
    client.post(f"/units/{cast.junior.pk}/merge/", {"unit": "东镇实验小学", "on": "2026-11-18", "basis": "合成批复"})
    assert Unit.objects.get(pk=cast.junior.pk).successor_id == cast.primary.pk
    assert "并入" in text(client, f"/units/{cast.junior.pk}/")
    late = client.post(f"/units/{cast.kindergarten.pk}/close/", {"on": "2026-11-19"})
    assert "不能晚于今天" in late.content.decode()
    client.post(f"/units/{cast.kindergarten.pk}/close/", {"on": "2026-11-18"})
    assert Unit.objects.get(pk=cast.kindergarten.pk).closed_on
