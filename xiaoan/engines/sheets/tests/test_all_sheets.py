"""What must hold for every sheet of the catalogue, now and for those that come."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from xiaoan.engines.sheets.answers import NOTE, clean, columns_of, is_shown
from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.sheets.describe import describe
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.problems import problems
from xiaoan.engines.sheets.tests.making import FILE, minimal
from xiaoan.engines.sheets.workbook import columns_for
from xiaoan.kernel.errors import Invalid

ALL = pytest.mark.parametrize("sheet", sheets().values(), ids=list(sheets()))
HOME = {"school": "safety_director", "township": "township_officer", "county": "county_officer"}


@ALL
def test_the_declaration_is_sound(sheet: Sheet) -> None:
    assert list(problems(sheet)) == []


@ALL
def test_the_least_answers_pass_and_fit_the_columns(sheet: Sheet) -> None:
    answers = clean(sheet, minimal(sheet))
    record = Record(sheet=sheet.key, **columns_of(sheet, answers))
    assert record.summary and len(record.summary) <= 200
    assert not set("{}") & set(record.summary)


@ALL
def test_each_required_question_says_so_when_it_is_left_out(sheet: Sheet) -> None:
    full = minimal(sheet)
    for field in sheet.fields:
        left_out = {k: v for k, v in full.items() if k != field.key}
        if not field.required or not is_shown(field, left_out):
            continue
        with pytest.raises(Invalid) as why:
            clean(sheet, left_out)
        assert why.value.fields[field.key] == f"“{field.label}”没有填写。"


@ALL
def test_a_record_that_says_nothing_is_refused(sheet: Sheet) -> None:
    with pytest.raises(Invalid):
        clean(sheet, {})


@ALL
def test_a_check_that_failed_asks_what_was_found(sheet: Sheet) -> None:
    for field in sheet.checks:
        if field.show:
            continue
        with pytest.raises(Invalid, match="写一句发现了什么"):
            clean(sheet, {**minimal(sheet), field.key: "bad"})
        answers = clean(sheet, {**minimal(sheet), field.key: "bad", field.key + NOTE: "有裂缝"})
        assert answers[field.key + NOTE] == "有裂缝" and columns_of(sheet, answers)["failed"] == 1


@ALL
def test_the_description_is_plain_data_and_leaves_nothing_out(sheet: Sheet) -> None:
    told = json.loads(json.dumps(describe(sheet)))
    assert [f["key"] for f in told["fields"]] == [f.key for f in sheet.fields]
    for field in told["fields"]:
        assert not field["show"] or all(isinstance(v, str) for v in field["show"]["is"])


@ALL
def test_headings_of_the_workbook_are_different(sheet: Sheet) -> None:
    names = [name for name, _ in columns_for(sheet)]
    assert len(names) == len(set(names))


@ALL
@pytest.mark.django_db
def test_the_form_shows_every_question_and_takes_the_least_answers(sheet: Sheet, cast: Cast, wednesday: Any) -> None:
    rank = next(r for r in HOME if r in sheet.ranks)
    client = cast.client(HOME[rank])
    page = client.get(f"/records/new/{sheet.key}/").content.decode()
    for field in sheet.fields:
        assert field.label in page
        assert f'name="q-{field.key}' in page
    sent: dict[str, Any] = {f"q-{key}": value for key, value in minimal(sheet).items()}
    if any(f.required and f.type in ("photo", "file") for f in sheet.fields):
        return  # needs a real file: test_form
    day = "2026-11-18T09:00" if sheet.moment == "datetime" else "2026-11-18"
    answer = client.post(f"/records/new/{sheet.key}/", {**sent, "happened": day, "seconds": "31"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    record = Record.objects.get()
    assert record.seconds == 31 and record.sheet == sheet.key
    shown = client.get(f"/records/{record.pk}/").content.decode()
    assert record.person_name in shown and "经过" in shown


ODD = ["bad", "ok", "yes", "10" * 5000, "１２", "\0", "\ud800", "2026-13-01", "nan", "1e999", FILE]
JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(ODD)
    | st.just(5000).map(lambda digits: 10**digits),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["lat", "lon", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_garbage_is_refused_in_chinese_or_stored_and_never_breaks_anything(data: Any) -> None:
    sheet = data.draw(st.sampled_from(list(sheets().values())))
    keys = [f.key for f in sheet.fields] + [f.key + NOTE for f in sheet.checks]
    raw = (
        data.draw(st.dictionaries(st.sampled_from(keys), JUNK, max_size=12))
        if data.draw(st.booleans())
        else data.draw(JUNK)
    )
    try:
        answers = clean(sheet, {**minimal(sheet), **raw} if isinstance(raw, dict) else raw)
    except Invalid as why:
        assert why.sentence and all(any("一" <= c <= "鿿" for c in s) for s in why.fields.values())
        return
    stored = json.dumps(answers, ensure_ascii=False, allow_nan=False)
    stored.encode("utf-8")
    assert "\0" not in stored and "\\u0000" not in stored
    told = columns_of(sheet, answers)
    assert (told["headcount"] or 0) < 2**31 and (told["minutes"] or 0) < 2**31


def test_the_command_lists_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sheets", "list", "--json")
    assert {s["key"] for s in json.loads(capsys.readouterr().out)} == set(sheets())
    call_command("sheets", "check")
    assert "没有发现问题" in capsys.readouterr().out
