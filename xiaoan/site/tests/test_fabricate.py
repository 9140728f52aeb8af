"""A fabricated province is what the services would have made: every figure and every link of the journal is right."""

import subprocess
import sys
from datetime import date, datetime

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from xiaoan.engines.flow.escalation import escalate_all
from xiaoan.engines.flow.models import Series
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.models import Count
from xiaoan.ground.journal.chain import faults
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.figures import closing
from xiaoan.hazards.models import Hazard, Listing
from xiaoan.hazards.placing import placed
from xiaoan.kernel.clock import held_at
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.evidence import hits_of
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.policies.book import book
from xiaoan.risks.models import Standing
from xiaoan.risks.services import reckon
from xiaoan.site.fabricate.build import Order, fabricate
from xiaoan.site.fabricate.places import tree
from xiaoan.site.proof import differences

ORDER = Order(schools=12, months=1, seed=7, until=date(2026, 11, 21), scale=0.6, hazards=500)
LAST = datetime(2026, 11, 20, 23, 59, 59, tzinfo=timezone.get_default_timezone())


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
    _hazards_stand_where_the_services_would_have_them()
    _hazards_are_of_every_kind()
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


def _hazards_stand_where_the_services_would_have_them():
    rows = Hazard.objects.select_related("unit")
    assert rows.count() == rows.values("number").distinct().count() == ORDER.hazards
    with held_at(LAST):
        for case in rows:
            told = placed(case, case.state, {}, case.due)
            told |= closing(case, case.closed_at) if case.state == "closed" else {}
            for name in ("escalated", "escalated_to"):
                told.pop(name)
            assert {name: getattr(case, name) for name in told} == told
            assert not {str(case.verified_by_id), str(case.verified_post_id)} & set(case.fixers)
            assert case.is_supervised == case.listings.filter(struck_at__isnull=True).exists()
        assert escalate_all() == 0
        for before in Standing.objects.select_related("unit"):
            after = reckon(before.unit, is_active=False)
            assert model_to_dict(before) == model_to_dict(after)
    given = dict(Series.objects.values_list("kind", "last").filter(year=2026))
    assert given["hazard"] == rows.filter(number__contains="2026").count()


def _hazards_are_of_every_kind():
    n = Hazard.objects.count()
    assert n / 50 < Hazard.objects.still_open().count() < n / 5
    assert Hazard.objects.filter(escalated__gt=0, due__lt=ORDER.until).exists()
    assert {"at_once", "term"} == set(Hazard.objects.values_list("managed", flat=True))
    assert len(set(Hazard.objects.values_list("level", flat=True))) >= 3
    for told in ({"earlier__isnull": False}, {"returned__gt": 0}, {"extended__gt": 0}, {"point__isnull": False}):
        assert Hazard.objects.filter(**told).exists(), told
    assert Listing.objects.exists()
    verbs = set(Entry.objects.filter(subject_type="hazard").values_list("verb", flat=True))
    assert {"上报隐患", "研判隐患", "落实整改", "整改完成", "通过验收", "销号", "挂牌督办", "超期升级"} <= verbs


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
