"""Checklists: starter items, versions, who may use which, and criteria."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conftest import Cast
from xiaoan.checks import services
from xiaoan.checks.catalogue import Item, categories, items, items_for
from xiaoan.checks.criteria import criteria_for, judge, levels_at, suggested
from xiaoan.checks.models import Checklist
from xiaoan.checks.queries import checklists_for, find_checklist, lines_of
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def a_published(cast: Cast, title: str = "食堂检查", **told: Any) -> Checklist:
    officer = cast.actor("county_officer")
    keys = told.pop("keys", ["C04-01", "C04-02", "C02-04", "C08-01"])
    row = services.make_checklist(actor=officer, unit=cast.county, title=title, keys=keys, **told)
    return services.publish_checklist(actor=officer, checklist=row)


def test_the_starter_set_holds_what_the_field_has_and_marks_what_was_not_seen() -> None:
    assert len(items()) == 153 and len(categories()) == 20
    assert sum(not i.is_verified for i in items().values()) == 33
    assert all(i.text and i.post and i.basis for i in items().values())


def test_a_school_sees_only_what_concerns_it(cast: Cast) -> None:
    keys = {i.key for i in items_for(cast.primary)}
    assert "C04-01" in keys and "C08-01" not in keys and "C10-01" not in keys and "C20-01" not in keys
    assert "C20-01" in {i.key for i in items_for(cast.kindergarten)}
    assert "C10-01" in {i.key for i in items_for(cast.junior)}


def test_a_published_checklist_of_the_county_is_the_only_one_for_self_checks(cast: Cast) -> None:
    """S0-2.3-07: published by place and topic, and nothing else is offered."""
    lead = cast.actor("safety_director")
    own = services.make_checklist(actor=lead, unit=cast.primary, title="本校自查", keys=["C01-01"])
    services.publish_checklist(actor=lead, checklist=own)
    assert [c.title for c in checklists_for(cast.primary, "self")] == ["本校自查"]
    canteen = a_published(cast, "食堂自查", purpose="self", place="食堂", topic="食品安全")
    fire = a_published(cast, "消防自查", purpose="self", place="教学楼", topic="消防", keys=["C02-04"])
    assert {c.id for c in checklists_for(cast.primary, "self")} == {canteen.id, fire.id}
    assert not checklists_for(cast.outside, "self")
    assert [i.key for i in lines_of(canteen, cast.primary)] == ["C04-01", "C04-02", "C02-04"]


def test_a_published_version_never_changes_and_a_new_one_supersedes_it(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    first = a_published(cast)
    with pytest.raises(Stale):
        services.add_items(actor=officer, checklist=first, keys=["C01-01"])
    second = services.new_version(actor=officer, checklist=first)
    assert services.new_version(actor=officer, checklist=first) == second
    services.drop_lines(actor=officer, checklist=second, keys=["C08-01"])
    assert [c.id for c in checklists_for(cast.primary)] == [first.id]
    services.publish_checklist(actor=officer, checklist=second)
    assert [c.id for c in checklists_for(cast.primary)] == [second.id]
    first.refresh_from_db()
    assert first.state == "superseded" and len(first.lines) == 4 and second.version == 2


def test_whoever_saw_an_older_draft_changes_nothing(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    row = services.make_checklist(actor=officer, unit=cast.county, title="草稿")
    seen = row.step
    services.add_items(actor=officer, checklist=row, keys=["C01-01"], seen=seen)
    with pytest.raises(Stale):
        services.add_items(actor=officer, checklist=row, keys=["C01-02"], seen=seen)
    assert len(Checklist.objects.get(id=row.id).lines) == 1


def test_own_lines_carry_their_weight_and_a_wrong_one_is_refused(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    row = services.make_checklist(actor=officer, unit=cast.county, title="草稿")
    own = Item("", "C02", "设施", "微型消防站器材齐全", level="larger", score=3)
    services.add_lines(actor=officer, checklist=row, lines=[own, replace(items()["C02-04"], text="改写", score=5)])
    assert [(i.text, i.score) for i in row.items] == [
        ("微型消防站器材齐全", 3), (items()["C02-04"].text, 5),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        services.add_lines(actor=officer, checklist=row, lines=[Item("", "C02", "设施", " ")])


def test_drafts_and_other_counties_are_not_there(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    draft = services.make_checklist(actor=officer, unit=cast.county, title="草稿", keys=["C01-01"])
    lead = cast.actor("safety_director")
    for reader in (lead, cast.actor("inspector"), cast.actor("expert", cast.county)):
        with pytest.raises(NotKnown):
            find_checklist(reader, draft.id)
    row = services.publish_checklist(actor=officer, checklist=draft)
    assert find_checklist(lead, row.id) == row
    with pytest.raises(NotKnown):
        find_checklist(cast.actor("county_officer", cast.other_county), row.id)
    with pytest.raises((NotAllowed, NotKnown)):
        services.new_version(actor=lead, checklist=row)


def test_a_direct_hit_makes_a_hazard_major_and_says_whether_the_row_was_seen(cast: Cast) -> None:
    path = cast.primary.path
    seen, unseen = judge(path, ["MH-FZ-06"]), judge(path, ["MH-DZ-01"])
    assert seen.is_major and seen.is_verified and "直接判定" in seen.why
    assert unseen.is_major and not unseen.is_verified and "未核实" in unseen.why
    assert not judge(path, []).is_major


def test_composite_criteria_need_as_many_as_the_region_says(cast: Cast) -> None:
    path = cast.primary.path
    assert not judge(path, ["MH-FC-01", "MH-FC-02"]).is_major
    verdict = judge(path, ["MH-FC-01", "MH-FC-02", "MH-FC-03"])
    assert verdict.is_major and "综合判定" in verdict.why and not verdict.is_verified


def test_a_published_judgement_standard_sets_the_level_of_the_chosen_item(cast: Cast) -> None:
    """S0-2.3-06: the county publishes a row of its own; choosing the item then sets the level."""
    item, path = items()["C04-08"], cast.primary.path
    assert levels_at(path)(item) == "general" and not suggested(path, item.key)
    one = criteria_for(path)[0]
    row = replace(one, key="JX-01", category="食品安全", mode="direct", words="食品留样缺失", basis="甲县教〔2026〕1号",
                  items=("C04-08",), group="")  # fmt: skip
    services.set_criterion(
        actor=cast.actor("county_officer"), unit=cast.county, criterion=row, valid_from=date(2026, 11, 1)
    )
    assert levels_at(path)(item) == "major"
    assert [c.key for c in suggested(path, item.key)] == ["JX-01"]
    assert judge(path, ["JX-01"]).is_verified
    assert levels_at(cast.outside.path)(item) == "general"
    assert "JX-01" not in {c.key for c in criteria_for(path, date(2026, 10, 31))}


def test_a_county_takes_a_national_row_away_from_a_day_on(cast: Cast) -> None:
    officer, path = cast.actor("county_officer"), cast.primary.path
    row = next(c for c in criteria_for(path) if c.key == "MH-FZ-06")
    services.set_criterion(actor=officer, unit=cast.county, criterion=row, valid_from=date(2026, 11, 18), is_off=True)
    assert not judge(path, ["MH-FZ-06"]).is_major
    assert levels_at(path)(items()["C02-21"]) == "larger"
    with pytest.raises(NotAllowed):
        services.set_criterion(
            actor=cast.actor("safety_director"), unit=cast.primary, criterion=row, valid_from=date(2026, 11, 18)
        )
