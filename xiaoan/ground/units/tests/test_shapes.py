"""A bureau's own outlines: what a file may hold, who may upload it, and what is kept of it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units import outlines
from xiaoan.ground.units.models import Shapes, Unit
from xiaoan.ground.units.shapes import checked_number, remove_shapes, save_shapes
from xiaoan.ground.units.tests.outlines import collection, feature, file_of, square
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale

pytestmark = pytest.mark.usefixtures("wednesday")
NUMBER = "测S(2026)001号"
OPEN = [*square()[:-1], [9, 9]]


def point(*pair: Any) -> str:
    return collection(feature(ring=[list(pair), [2, 2], [3, 3], list(pair)], name="东镇"))


def line() -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": "东镇"},
        "geometry": {"type": "LineString", "coordinates": [[1, 2]]},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe", "不是有效的地图图形文件"),
        ("{", "不是有效的地图图形文件"),
        ("[" * 100_000, "不是有效的地图图形文件"),
        ("9" * 5000, "不是有效的地图图形文件"),
        (" " * (2 * 1024 * 1024 + 1), "最多 2 兆字节"),
        ("[]", "没有图形集合"),
        (collection(), "没有图形集合"),
        (collection(None), "第 1 个图形不是面"),
        (collection(feature(name="东镇"), line()), "第 2 个图形不是面"),
        (collection(feature(ring=OPEN, name="东镇")), "没有闭合"),
        (collection(feature(ring=[], name="东镇")), "没有闭合"),
        (collection(feature(ring="abc", name="东镇")), "没有闭合"),
        (point("1", 2), "不是数字"),
        (point(True, 2), "不是数字"),
        (point(1), "不是数字"),
        (point(10**400, 2), "超出经纬度范围"),
        (point(117, 91), "超出经纬度范围"),
        (point(1, 2).replace("[1, 2]", "[1, 1e999]"), "不是数字"),
        (point(1, 2).replace("[1, 2]", "[1, NaN]"), "不是有效的地图图形文件"),
        (collection(feature()), "没有写明是哪个单位"),
        (collection(feature(name=["东镇"])), "没有写明是哪个单位"),
        (collection(feature(name="东镇"), feature(1, name="东镇")), "第 1 个和第 2 个图形都对应东镇"),
        (collection(feature(name="西镇")), "没有一个图形能与直属下级单位对上"),
    ],
)
def test_a_bad_file_is_refused_with_its_sentence(cast: Cast, text: str | bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        outlines.read_outlines(text, [cast.township])


def test_a_file_with_too_many_points_is_refused(cast: Cast) -> None:
    ring = [[1, 2]] * (outlines.MOST_POINTS + 1)
    with pytest.raises(Invalid, match="超过 10 万个点"):
        outlines.read_outlines(collection(feature(ring=ring, name="东镇")), [cast.township])


@pytest.mark.parametrize("number", ["", "  ", "001", "鲁S2026号", "鲁S(2026)001号" + "号" * 40])
def test_a_map_without_a_review_number_is_refused(cast: Cast, number: str) -> None:
    with pytest.raises(Invalid, match="审图号"):
        save_shapes(actor=cast.actor("county_officer"), unit=cast.county, text=file_of("东镇"), number=number)
    assert not Shapes.objects.exists()


@pytest.mark.parametrize("number", ["GS(2023)2763号", "鲁S（2026）第012号", "GS京(2023) 1234号"])
def test_review_numbers_are_taken_as_they_are_written(number: str) -> None:
    assert checked_number(number) == number.replace(" ", "")


@pytest.mark.parametrize(
    "told",
    [
        {"code": 370101},
        {"adcode": "370101000000"},
        {"division": "370101"},
        {"name": "甲县"},
        {"code": "1", "name": "甲县"},
    ],
)
def test_an_outline_finds_its_unit_by_code_or_name(cast: Cast, told: dict[str, Any]) -> None:
    found = outlines.read_outlines(collection(feature(kind="MultiPolygon", **told)), [cast.county, cast.other_county])
    assert (found.matched, found.unmatched, found.without) == ([cast.county], [], [cast.other_county])


def test_only_rounded_outlines_and_the_units_id_are_kept(cast: Cast) -> None:
    text = collection(feature(name="东镇", leader="合成姓名"), feature(1, name="西镇"), feature(2, name="残")).replace(
        "残", r"\ud800"
    )
    found = save_shapes(actor=cast.actor("county_officer"), unit=cast.county, text=text, number=NUMBER)
    assert "“西镇”" in found.said
    assert "对不上" in found.said
    [kept] = json.loads(Shapes.objects.get(unit=cast.county).geojson)["features"]
    assert kept["properties"] == {"name": str(cast.township.id)}
    assert kept["geometry"]["coordinates"][0][0] == [1.0, 2.0]


def test_what_somebody_else_replaced_is_not_overwritten(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    save_shapes(actor=officer, unit=cast.county, text=file_of("东镇"), number=NUMBER)
    with pytest.raises(Stale):
        save_shapes(actor=officer, unit=cast.county, text=file_of("东镇"), number=NUMBER)
    with pytest.raises(Stale):
        remove_shapes(actor=officer, unit=cast.county, was="another")
    was = Shapes.objects.get(unit=cast.county).digest
    save_shapes(actor=officer, unit=cast.county, text=file_of("东镇", "西镇"), number="测S(2026)002号", was=was)
    remove_shapes(actor=officer, unit=cast.county, was=was)  # the outlines kept are the same
    verbs = Entry.objects.filter(subject_id=str(cast.county.id), verb__contains="地图图形").order_by("id")
    assert [e.verb for e in verbs] == ["上传地图图形", "更换地图图形", "删除地图图形"]
    assert not Shapes.objects.exists()


def url_of(unit: Unit) -> str:
    return f"/units/{unit.pk}/shapes/"


def preview(client: Client, unit: Unit, text: str, number: str = NUMBER) -> Any:
    upload = SimpleUploadedFile("shapes.json", text.encode())
    return client.post(url_of(unit), {"step": "preview", "file": upload, "number": number})


def test_only_a_bureau_uploads_and_only_for_its_own_scope(cast: Cast) -> None:
    assert cast.client("county_officer").get(url_of(cast.county)).status_code == 200
    assert cast.client("city_officer").get(url_of(cast.county)).status_code == 200
    assert cast.client("county_officer").get(url_of(cast.other_county)).status_code == 404
    assert cast.client("county_officer").get(url_of(cast.city)).status_code == 404
    assert cast.client("county_officer").get(url_of(cast.primary)).status_code == 404
    assert cast.client("safety_director").get(url_of(cast.county)).status_code == 403
    with pytest.raises(NotAllowed):
        save_shapes(actor=cast.actor("county_leader"), unit=cast.county, text=file_of("东镇"), number=NUMBER)


def test_a_file_is_looked_over_before_it_is_saved_replaced_and_removed(cast: Cast) -> None:
    client = cast.client("county_officer")
    answer = preview(client, cast.county, file_of("东镇", "西镇"))
    assert "对上 1 个" in answer.content.decode()
    assert "“西镇”与直属下级单位对不上" in answer.content.decode()
    assert not Shapes.objects.exists()
    told = {"step": "save", "sealed": answer.context["sealed"], "number": answer.context["number"], "was": ""}
    assert client.post(url_of(cast.county), told).status_code == 302
    page = client.get(url_of(cast.county)).content.decode()
    assert f"审图号 {NUMBER}" in page
    assert "11月18日" in page
    again = client.post(url_of(cast.county), told)
    assert again.status_code == 409
    assert "刚刚已被别人换过" in again.content.decode()
    was = Shapes.objects.get().digest
    assert client.post(url_of(cast.county), {"step": "remove", "was": was}).status_code == 302
    assert not Shapes.objects.exists()


def test_a_refused_file_says_why_and_keeps_the_number(cast: Cast) -> None:
    client = cast.client("county_officer")
    answer = preview(client, cast.county, "{")
    assert answer.status_code == 422
    assert "不是有效的地图图形文件" in answer.content.decode()
    assert NUMBER in answer.content.decode()
    missing = preview(client, cast.county, file_of("东镇"), number="")
    assert "审图号的图形不能上传" in missing.content.decode()
    assert "请选择图形文件" in client.post(url_of(cast.county), {"step": "preview"}).content.decode()


def test_a_preview_of_another_unit_or_a_forged_one_is_not_saved(cast: Cast) -> None:
    client = cast.client("city_officer")
    sealed = preview(client, cast.county, file_of("东镇")).context["sealed"]
    for url, token in ((url_of(cast.city), sealed), (url_of(cast.county), sealed[:-1]), (url_of(cast.county), "")):
        answer = client.post(url, {"step": "save", "sealed": token, "number": NUMBER, "was": ""})
        assert answer.status_code == 422
        assert "预览已经失效" in answer.content.decode()
    assert not Shapes.objects.exists()
