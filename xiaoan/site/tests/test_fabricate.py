"""A fabricated province is what the services would have made: every figure and every link of the journal is right."""

import subprocess
import sys
from datetime import date

import pytest

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.models import Count
from xiaoan.ground.journal.chain import faults
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.evidence import hits_of
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.policies.book import book
from xiaoan.site.fabricate.build import Order, fabricate
from xiaoan.site.fabricate.places import tree
from xiaoan.site.proof import differences

ORDER = Order(schools=12, months=1, seed=7, until=date(2026, 11, 21), scale=0.6)


@pytest.fixture
def province(transactional_db):
    return fabricate(ORDER, lambda text: None)


def test_its_figures_its_journal_and_its_evidence_are_what_the_services_would_have_written(province):
    assert province["records"] == Record.objects.count() > 300
    assert list(differences()) == []
    assert list(faults()) == []
    _evidence_is_what_filing_would_link()
    _completions_count_their_evidence()
    _everything_is_labelled()
    _its_shape_is_a_schools()
    with pytest.raises(Invalid, match="空的数据库"):
        fabricate(ORDER, lambda text: None)


def _evidence_is_what_filing_would_link():
    filed = Record.objects.filter(state="filed").select_related("unit").order_by("id")
    assert Evidence.objects.count() > 100
    held = book()
    for record in filed:
        wanted = {(h.duty.key, h.period.key) for h in hits_of(record, record.unit, held)}
        assert set(record.evidence.values_list("requirement", "period")) == wanted
    assert not Evidence.objects.filter(record__state="withdrawn").exists()


def _completions_count_their_evidence():
    for row in Completion.objects.filter(period__startswith="2026")[:100]:
        links = Evidence.objects.filter(unit_id=row.unit_id, requirement=row.requirement, period=row.period)
        assert row.count == links.count()
        assert row.is_done == (row.count >= row.need)


def _everything_is_labelled():
    assert not Unit.objects.filter(is_synthetic=False).exists()
    assert not Person.objects.filter(is_synthetic=False).exists()
    assert not Unit.objects.exclude(name__contains="合成").exists()


def _its_shape_is_a_schools():
    by_day = {d: Record.objects.filter(happened_on=d).count() for d in (date(2026, 11, 18), date(2026, 11, 15))}
    assert by_day[date(2026, 11, 18)] > 3 * by_day[date(2026, 11, 15)]  # a Wednesday, a Sunday
    late = [r for r in Record.objects.all() if (r.received_at - r.captured_at).total_seconds() > 600]
    assert 0 < len(late) < Record.objects.count() / 10
    assert Entry.objects.filter(verb="撤回记录").exists() == Record.objects.filter(state="withdrawn").exists()
    assert Count.objects.filter(measure="records").exists()


def test_the_same_seed_makes_the_same_province_and_another_seed_another():
    one, two, other = list(tree(40, 3, 1, 1)), list(tree(40, 3, 1, 1)), list(tree(40, 3, 2, 1))
    assert one == two != other
    assert len([p for p in one if p.rank == "school"]) == len([p for p in other if p.rank == "school"]) == 40
    assert len({p.path for p in one}) == len(one) == len({p.id for p in one})


def test_a_small_number_of_schools_have_ten_times_the_rest():
    schools = [p for p in tree(6000, 0, 1, 1) if p.rank == "school"]
    busy = [p for p in schools if p.activity > 5]
    assert 10 < len(busy) < 60


def test_a_process_that_helps_can_begin_before_the_applications_are_loaded():
    told = (
        "from xiaoan.site.fabricate.loader import begin_process as begin; begin(); import xiaoan.site.fabricate.build"
    )
    subprocess.run([sys.executable, "-c", told], check=True)
