import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from xiaoan.ground.journal import services
from xiaoan.ground.journal.chain import digest_of, faults, head
from xiaoan.ground.journal.models import Entry, Seal
from xiaoan.ground.journal.services import seal_entries, write_entry
from xiaoan.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def entry(name: str) -> Entry:
    return write_entry(
        actor=SYSTEM, verb="修改单位", subject_type="unit", subject_id="1", subject_name=name, unit_path="0001",
        changes={"name": ["旧名", name], "on": timezone.now().isoformat(), "share": 0.25, "of": {"b": 1, "a": None}},
    )  # fmt: skip


def three_links() -> list[Entry]:
    made = []
    for link in range(3):
        made += [entry(f"第{link}-{n}") for n in range(2)]
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
    assert list(faults()) == ["封印第 2 号与它前面的链接不上。"]


def test_an_altered_unsealed_entry_is_named() -> None:
    three_links()
    open_entry = entry("还没有封印")
    Entry.objects.filter(id=open_entry.id).update(changes={"name": ["旧名", "假名"]})
    found = list(faults())
    assert len(found) == 1
    assert str(open_entry.id) in found[0]


def test_a_deleted_entry_is_missed() -> None:
    three_links()[3].delete()
    assert "封印第 2 号应有 2 条日志，现有 1 条。" in list(faults())


def test_a_deleted_seal_is_missed() -> None:
    three_links()
    Entry.objects.filter(seal_id=2).update(seal=None)
    Seal.objects.filter(number=2).delete()
    found = list(faults())
    assert found[0] == "封印第 2 号不见了。"
    assert "封印第 3 号与它前面的链接不上。" in found


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
