import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoan.ground.journal import services
from xiaoan.ground.journal.chain import GENESIS, digest_of, faults, head, link
from xiaoan.ground.journal.models import Entry, Seal
from xiaoan.ground.journal.services import make_entry, seal_entries, write_entry
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def entry(name: str) -> Entry:
    return write_entry(
        actor=SYSTEM, verb="修改单位", subject_type="unit", subject_id="1", subject_name=name, unit_path="0001",
        changes={"name": ["旧名", name], "on": timezone.now().isoformat(), "share": 0.25, "of": {"b": 1, "a": None}},
    )  # fmt: skip


def three_links() -> list[Entry]:
    made = []
    for batch in range(3):
        made += [entry(f"第{batch}-{n}") for n in range(2)]
        assert seal_entries() == 2
    return made


def test_a_clean_chain_passes() -> None:
    three_links()
    entry("还没有封印")
    assert list(faults()) == []
    assert Entry.objects.filter(seal__isnull=True).count() == 1


def test_an_altered_entry_is_named() -> None:
    altered = three_links()[2]
    Entry.objects.filter(id=altered.id).update(person_name="别人")
    found = list(faults())
    assert len(found) == 1
    assert str(altered.id) in found[0]
    assert "内容被改动过" in found[0]


def test_an_entry_altered_together_with_its_digest_breaks_its_seal() -> None:
    altered = three_links()[2]
    altered.verb = "撤销单位"
    Entry.objects.filter(id=altered.id).update(verb=altered.verb, digest=digest_of(altered))
    found = list(faults())
    assert str(altered.id) in found[0]
    assert "不是封印第 2 号时的样子" in found[0]
    assert "封印第 2 号(" in found[1]


def test_an_altered_unsealed_entry_is_named() -> None:
    three_links()
    open_entry = entry("还没有封印")
    Entry.objects.filter(id=open_entry.id).update(changes={"name": ["旧名", "假名"]})
    found = list(faults())
    assert len(found) == 1
    assert str(open_entry.id) in found[0]


def test_a_deleted_entry_is_missed() -> None:
    made = three_links()
    made[3].delete()
    found = list(faults())
    assert "封印第 2 号应有 2 条日志，现有 1 条。" in found
    assert f"{made[2].id}" in found[0]
    assert "之后少了 1 条日志" in found[0]


def test_an_entry_put_into_a_sealed_batch_is_named() -> None:
    made = three_links()
    false = make_entry(actor=SYSTEM, verb="修改单位", subject_type="unit", subject_id="1", subject_name="假")
    false.seal_id = 2
    false.save()
    found = list(faults())
    assert str(false.id) in found[0]
    assert "后来放进去的" in found[0]
    assert not any(str(e.id) in found[0] for e in made)


def test_entries_that_changed_places_are_named() -> None:
    made = three_links()
    first, other = made[2], made[3]
    first.subject_name, other.subject_name = other.subject_name, first.subject_name
    for entry_now in (first, other):
        entry_now.digest = digest_of(entry_now)
        entry_now.save(update_fields=["subject_name", "digest"])
    found = list(faults())
    assert {str(e.id) in " ".join(found[:2]) for e in (first, other)} == {True}


def test_an_entry_moved_to_another_seal_is_named_there_and_missed_here() -> None:
    moved = three_links()[2]
    Entry.objects.filter(id=moved.id).update(seal=3)
    found = list(faults())
    assert any("封印第 2 号里" in f and "少了 1 条" in f for f in found)
    assert any(str(moved.id) in f and "第 3 号" in f for f in found)


@pytest.mark.parametrize(
    "change",
    [{"made_at": clock.now()}, {"count": 3}, {"sha256": "0" * 64}, {"sm3": "0" * 64}, {"marks": "00000000"}, {"marks": ""}],
)  # fmt: skip
def test_a_changed_seal_is_named(change: dict[str, Any]) -> None:
    three_links()
    Seal.objects.filter(number=2).update(**change)
    assert any("第 2 号" in f for f in faults())


def test_a_seal_from_before_there_were_marks_still_holds() -> None:
    entries = three_links()[:2]
    Entry.objects.filter(seal__gt=1).update(seal=None)
    Seal.objects.filter(number__gt=1).delete()
    old = Seal(number=1, count=2, made_at=clock.now())
    old.sha256, old.sm3 = link((GENESIS, GENESIS), old, [e.digest for e in entries])
    old.save()
    assert list(faults()) == []
    assert seal_entries() == 4
    assert list(faults()) == []


FIELDS = [f.attname for f in Entry._meta.concrete_fields]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 5), field=st.sampled_from(FIELDS), data=st.data())
def test_any_change_of_one_field_of_any_sealed_entry_is_found(which: int, field: str, data: Any) -> None:
    with transaction.atomic():
        kept = three_links()[which]
        was = Entry.objects.values_list(field, flat=True).get(id=kept.id)
        now = data.draw(other_value(Entry._meta.get_field(field), was))
        Entry.objects.filter(id=kept.id).update(**{field: now})
        named = Entry.objects.get(**{field: now}).id if field == "id" else kept.id
        found = list(faults())
        assert any(str(named) in f or (field == "seal_id" and "少了" in f) for f in found)
        transaction.set_rollback(True)


def other_value(field: Any, was: Any) -> st.SearchStrategy[Any]:
    """Any value that the column takes, but for the one that it has."""
    kind = field.get_internal_type()
    text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=field.max_length or 30)
    made: st.SearchStrategy[Any] = {
        "UUIDField": st.uuids(),
        "DateTimeField": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
        "JSONField": st.dictionaries(text, st.integers(-(2**53), 2**53) | text | st.booleans() | st.none(), max_size=3),
        "ForeignKey": st.sampled_from([1, 2, 3, None]),
    }.get(kind, text)
    return made.filter(lambda value: value != was)


def test_a_deleted_seal_is_missed() -> None:
    three_links()
    Entry.objects.filter(seal_id=2).update(seal=None)
    Seal.objects.filter(number=2).delete()
    found = list(faults())
    assert found[0] == "封印第 2 号不见了。"
    assert any("封印第 3 号(" in f and "对不上" in f for f in found)


def test_a_chain_cut_at_its_end_is_missed_by_whoever_noted_its_head() -> None:
    three_links()
    last = head()
    assert last is not None
    noted = f"{last.number}:{last.sha256}"
    assert list(faults(known=noted)) == []
    Entry.objects.filter(seal_id=3).delete()
    Seal.objects.filter(number=3).delete()
    assert list(faults()) == []
    assert "截断" in next(faults(known=noted))


def test_of_two_sealers_at_once_only_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    three_links()
    stale = head()
    entry("甲")
    assert seal_entries() == 1
    entry("乙")
    monkeypatch.setattr(services, "head", lambda: stale)  # the other looked before this one committed
    assert seal_entries() == 0
    monkeypatch.undo()
    assert seal_entries() == 1
    assert list(faults()) == []
    assert Seal.objects.count() == 5


def test_the_command_names_what_differs_and_fails() -> None:
    altered = three_links()[0]
    out = StringIO()
    call_command("journal", "verify", stdout=out)
    assert "日志完整:6 条" in out.getvalue()
    Entry.objects.filter(id=altered.id).update(subject_name="假")
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("journal", "verify", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert end.value.code == 1
    assert not told["whole"]
    assert str(altered.id) in told["faults"][0]
