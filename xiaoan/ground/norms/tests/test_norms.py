"""Norms: the nearest ancestor wins, the newest in force wins, future ones wait; pages say whose and on what basis."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.areas import AREAS, area_of
from xiaoan.ground.norms.checks import norms_are_sound
from xiaoan.ground.norms.declare import Norm, declared
from xiaoan.ground.norms.queries import norm, value_at, values_at
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.norms.words import bounds_in_words, value_in_words
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown

pytestmark = pytest.mark.usefixtures("wednesday")
KEY = "calendar.month_days"
BASIS = "合成教办〔2026〕1号"


def give(unit: Unit, text: str, since: date = date(2026, 1, 1), actor: Actor = SYSTEM) -> None:
    set_norm(actor=actor, unit=unit, key=KEY, text=text, valid_from=since, basis=BASIS)


def test_without_rows_the_default_and_its_basis_hold(cast: Cast) -> None:
    value = value_at(KEY, cast.primary.path)
    assert (value.value, value.unit_path, value.basis) == (5, "", declared()[KEY].basis)


def test_the_nearest_ancestor_wins_even_over_a_newer_row_above(cast: Cast) -> None:
    give(cast.county, "7")
    give(cast.province, "9", date(2026, 6, 1))
    assert [norm(KEY, u.path) for u in (cast.primary, cast.county, cast.outside, cast.city)] == [7, 7, 9, 9]


def test_the_newest_in_force_wins_and_future_rows_wait(cast: Cast) -> None:
    give(cast.county, "6", date(2025, 1, 1))
    give(cast.county, "7", date(2026, 1, 1))
    give(cast.county, "8", date(2026, 12, 1))
    assert norm(KEY, cast.primary.path) == 7
    assert norm(KEY, cast.primary.path, date(2025, 6, 1)) == 6
    assert norm(KEY, cast.primary.path, date(2026, 12, 1)) == 8
    assert norm(KEY, cast.primary.path, date(2024, 1, 1)) == 5


def test_one_query_gives_all_values(cast: Cast) -> None:
    give(cast.county, "7")
    with CaptureQueriesContext(connection) as seen:
        values = {v.norm.key: v.value for v in values_at(cast.primary.path)}
    assert len(seen) == 1
    assert set(values) == set(declared())
    assert values[KEY] == 7


@pytest.mark.parametrize(
    ("text", "word"), [("五", "应填整数"), ("0", "1 到 20"), ("99", "1 到 20"), ("2.5", "应填整数")]
)
def test_a_wrong_value_is_refused_with_what_may_be_filled_in(cast: Cast, text: str, word: str) -> None:
    with pytest.raises(Invalid, match=word) as refused:
        give(cast.county, text)
    assert "value" in refused.value.fields


def test_the_basis_is_compulsory_and_the_journal_tells(cast: Cast) -> None:
    with pytest.raises(Invalid, match="依据"):
        set_norm(actor=SYSTEM, unit=cast.county, key=KEY, text="7", valid_from=date(2026, 1, 1), basis=" ")
    give(cast.county, "7")
    assert Entry.objects.get(verb="设定规范值").changes == {"value": 7, "from": "2026-01-01", "basis": BASIS}


def test_insider_colleague_and_outsider(cast: Cast) -> None:
    give(cast.county, "7", actor=cast.actor("county_officer"))
    with pytest.raises(NotAllowed):
        give(cast.primary, "7", actor=cast.actor("principal"))
    with pytest.raises(NotKnown):
        give(cast.county, "7", actor=cast.actor("county_officer", cast.other_county))


def test_every_kind_of_value_is_read_and_written_in_words() -> None:
    flag = Norm("x.a", "flag", "", "要不要", True, "")
    share = Norm("x.b", "number", "倍", "几倍", 1.5, "", least=0.5)
    assert [flag.read(t) for t in ("是", "否", "on")] == [True, False, True]
    assert [value_in_words(flag, True), value_in_words(share, 1.5), bounds_in_words(share)] == [
        "是",
        "1.5 倍",
        "不小于 0.5 倍",
    ]


def test_all_declared_norms_are_sound_and_have_an_area() -> None:
    assert norms_are_sound(None) == []
    assert all(area_of(key) for key in declared())
    assert area_of("something.new") == "其他" not in AREAS.values()


def test_the_pages_hide_the_key_and_name_the_source(cast: Cast) -> None:
    give(cast.city, "7")
    client = cast.client("county_officer")
    page = client.get("/norms/", follow=True).content.decode()
    assert "一个月里至少有多少个在校日" in page
    assert "7 天" in page
    assert "甲市" in page
    assert BASIS in page
    assert "平台默认" in page
    assert ">calendar.month_days<" not in page


def test_a_value_is_set_on_its_page_and_waits_for_its_day(cast: Cast) -> None:
    client = cast.client("county_officer")
    url = f"/norms/{cast.county.pk}/{KEY}/"
    wrong = client.post(url + "set/", {"value": "99", "valid_from": "2026-11-18", "basis": BASIS})
    assert wrong.status_code == 422
    assert "应在 1 到 20 之间" in wrong.content.decode()
    assert 'value="99"' in wrong.content.decode()
    assert client.post(url + "set/", {"value": "7", "valid_from": "2026-11-18", "basis": ""}).status_code == 422
    client.post(url + "set/", {"value": "7", "valid_from": "2026-11-18", "basis": BASIS})
    client.post(url + "set/", {"value": "8", "valid_from": "2027-01-01", "basis": BASIS})
    page = client.get(url).content.decode()
    assert "在用" in page
    assert "待生效" in page
    assert norm(KEY, cast.primary.path) == 7


def test_a_reader_sees_no_value_of_units_out_of_reach(cast: Cast) -> None:
    set_norm(actor=SYSTEM, unit=cast.other_county, key=KEY, text="9", valid_from=date(2026, 1, 1), basis="合成乙县文件")
    assert "合成乙县文件" not in cast.client("county_officer").get(f"/norms/{cast.county.pk}/{KEY}/").content.decode()
    assert "合成乙县文件" in cast.client("city_officer").get(f"/norms/{cast.city.pk}/{KEY}/").content.decode()
    assert cast.client("county_officer").get(f"/norms/{cast.other_county.pk}/").status_code == 404
    assert cast.client("principal").get(f"/norms/{cast.primary.pk}/{KEY}/set/").status_code == 403
    assert cast.client("county_officer").get(f"/norms/{cast.county.pk}/no.such/").status_code == 404
