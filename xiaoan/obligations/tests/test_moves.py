"""Merging and moving units: records stay, figures equal a recount, duties follow the place."""

from collections import Counter
from datetime import date

import pytest
from django.apps import apps

from conftest import Cast
from xiaoan.engines.sheets.recount import recount as recount_records
from xiaoan.engines.tally.models import Count, Delta
from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.tally.recount import compare
from xiaoan.engines.tally.services import Key, fold
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.models import Scoped, Unit, scope_of
from xiaoan.ground.units.paths import ancestors
from xiaoan.ground.units.reshaping import merge_units, reparent_unit, tables_that_move
from xiaoan.ground.units.services import change_unit, close_unit, create_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown
from xiaoan.obligations.bounds import on_units
from xiaoan.obligations.models import Completion, Exemption
from xiaoan.obligations.recount import recount
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.policies.book import book

pytestmark = pytest.mark.usefixtures("wednesday")


def held() -> dict[Key, int]:
    sums: Counter[Key] = Counter()
    for row in Count.objects.all():
        sums[(row.unit_path, row.measure, row.subject, row.period)] += row.n
    for row in Delta.objects.all():
        for path in ancestors(row.unit_path):
            sums[(path, row.measure, row.subject, row.period)] += row.n
    return {key: n for key, n in sums.items() if n}


def assert_figures_are_proven() -> None:
    assert [found for leaves in [*recount(), *recount_records()] for found in compare(leaves)] == []


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Documents of the province, both counties and the township in force, one drill, one exemption."""
    publish(make_document("P", {"practice": "drill", "every": "monthly"}, tier="province"), cast.province)
    publish(make_document("A", {"practice": "drill", "every": "quarterly", "binds": {"min_pupils": 900}}), cast.county)
    publish(make_document("B", {"practice": "drill", "every": "per_term"}), cast.other_county)
    publish(make_document("T", {"practice": "drill", "every": "yearly"}), cast.township)
    drill(cast.actor("safety_director"), cast)
    exempt(cast.junior, "P-1")
    return cast


def exempt(unit: Unit, key: str) -> None:
    Exemption.objects.create(
        requirement=key, reason="合成", starts=date(2026, 1, 1), ends=date(2026, 12, 31), state="granted",
        asked_by="合成", made_at=clock.now(), **scope_of(unit),
    )  # fmt: skip
    from xiaoan.engines.tally.services import add
    from xiaoan.obligations.bounds import bound_key

    add([(bound_key(d, unit.path, unit.rank), -1) for d in book().duties if d.key == key])


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("who", ["primary", "junior", "township", "kindergarten"])
def test_a_moved_subtree_takes_its_figures_along(busy: Cast, who: str, folded: bool) -> None:
    if folded:
        fold()
    assert_figures_are_proven()
    unit = getattr(busy, who)
    reparent_unit(actor=SYSTEM, unit=unit, parent=busy.other_county, basis="合成批复〔2026〕1号")
    assert_figures_are_proven()
    fold()
    assert_figures_are_proven()


def test_moving_there_and_back_restores_every_figure(busy: Cast) -> None:
    before = held()
    reparent_unit(actor=SYSTEM, unit=busy.township, parent=busy.other_county, basis="合成批复")
    assert held() != before
    reparent_unit(actor=SYSTEM, unit=Unit.objects.get(pk=busy.township.pk), parent=busy.county, basis="合成批复")
    new = Unit.objects.get(pk=busy.township.pk).path
    assert new != busy.township.path
    assert {(k[0].replace(new, "0001000100010001"), *k[1:]): n for k, n in held().items()} == before


def test_a_move_across_provinces_takes_province_duties_away(busy: Cast) -> None:
    other = create_unit(actor=SYSTEM, parent=None, rank="province", name="另一省", division="410000")
    city = create_unit(actor=SYSTEM, parent=other, rank="city", name="丙市", division="410100")
    reparent_unit(actor=SYSTEM, unit=busy.county, parent=city, basis="合成批复")
    assert_figures_are_proven()
    assert sum(read_one(other.path, "bound", ["P-1"]).values()) == 0
    assert sum(read_one(other.path, "bound", ["A-1"]).values()) == 1


def test_every_row_of_every_scoped_table_follows_and_the_journal_stays(busy: Cast) -> None:
    told = list(Entry.objects.filter(unit_path=busy.primary.path).values_list("id", flat=True))
    reparent_unit(actor=SYSTEM, unit=busy.township, parent=busy.other_county, basis="合成批复")
    school = Unit.objects.get(pk=busy.primary.pk)
    assert school.path == Unit.objects.get(pk=busy.township.pk).path + "0001"
    for model in tables_that_move():
        if issubclass(model, Scoped):
            for row in model._default_manager.select_related("unit"):
                assert (row.unit_path, row.county_path) == (row.unit.path, row.unit.county_path)
                assert row.city_path == row.unit.path[:8]
    assert Completion.objects.filter(unit=school, county_path=busy.other_county.path).exists()
    assert told == list(Entry.objects.filter(unit_path=busy.primary.path).values_list("id", flat=True))


def test_no_table_with_a_place_is_forgotten() -> None:
    found = {m._meta.label for m in tables_that_move()}
    scoped = {m._meta.label for m in apps.get_models() if issubclass(m, Scoped)}
    assert scoped <= found
    assert {"norms.NormRow", "calendar.Term", "policies.Publication", "sync.Command"} <= found
    assert not {"journal.Entry", "tally.Count", "tally.Delta"} & found


def test_the_duties_of_the_new_place_bind_and_those_of_the_old_one_cease(busy: Cast) -> None:
    reparent_unit(actor=SYSTEM, unit=busy.primary, parent=busy.other_county, basis="合成批复")
    school = Unit.objects.get(pk=busy.primary.pk)
    assert {d.key for d in book().binding(school.path, school.facts())} == {"P-1", "B-1"}


def test_a_place_that_was_left_is_never_given_out_again(cast: Cast) -> None:
    left = cast.junior.path
    reparent_unit(actor=SYSTEM, unit=cast.junior, parent=cast.county, basis="合成批复")
    newcomer = create_unit(actor=SYSTEM, parent=cast.township, rank="school", name="合成新校", kind="primary")
    assert newcomer.path == cast.township.path + "0003" != left


def test_merging_keeps_records_ends_posts_and_names_the_successor(busy: Cast) -> None:
    post = busy.post("principal", busy.primary)
    merge_units(actor=SYSTEM, units=[busy.primary], into=busy.junior, on=date(2026, 11, 18), basis="合成批复")
    school, into = Unit.objects.get(pk=busy.primary.pk), Unit.objects.get(pk=busy.junior.pk)
    post.refresh_from_db()
    assert (school.closed_on, school.successor, post.ends) == (date(2026, 11, 18), into, date(2026, 11, 18))
    assert (into.pupils, into.has) == (2000, ["boarding", "canteen"])
    assert Completion.objects.filter(unit=school).exists()
    assert_figures_are_proven()
    assert Entry.objects.get(verb="接收合并").changes["from"] == ["东镇中心小学"]


def test_closing_and_changing_an_exempted_school_keeps_the_denominator_right(busy: Cast) -> None:
    change_unit(actor=SYSTEM, unit=busy.junior, pupils=600)
    assert_figures_are_proven()
    close_unit(actor=SYSTEM, unit=busy.junior, on=date(2026, 11, 18))
    assert_figures_are_proven()


def test_many_units_at_once_count_as_one_by_one(busy: Cast) -> None:
    schools = [
        Unit(
            parent=busy.township,
            path=f"{busy.township.path}1{n:03d}",
            rank="school",
            kind=kind,
            name=f"合成{n}",
            pupils=n * 100,
        )
        for n, kind in enumerate(["primary", "kindergarten", "junior", "higher"] * 5)
    ]
    Unit.objects.bulk_create(schools)
    on_units([(unit, None) for unit in schools])
    assert_figures_are_proven()


def test_what_cannot_be_moved_or_merged_is_refused_with_the_reason(cast: Cast) -> None:
    with pytest.raises(Invalid, match="不能设在"):
        reparent_unit(actor=SYSTEM, unit=cast.township, parent=cast.city, basis="合成")
    with pytest.raises(Invalid, match="下面"):
        reparent_unit(actor=SYSTEM, unit=cast.county, parent=cast.township, basis="合成")
    with pytest.raises(Invalid, match="依据"):
        reparent_unit(actor=SYSTEM, unit=cast.primary, parent=cast.county, basis=" ")
    with pytest.raises(Invalid, match="不能并入"):
        merge_units(actor=SYSTEM, units=[cast.primary], into=cast.township, on=date(2026, 11, 1), basis="合成")
    with pytest.raises(Invalid, match="还有单位"):
        merge_units(actor=SYSTEM, units=[cast.county], into=cast.other_county, on=date(2026, 11, 1), basis="合成")
    assert Unit.objects.filter(closed_on__isnull=False).count() == 0


def test_the_insider_moves_the_colleague_may_not_and_the_outsider_may_not_know(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reparent_unit(actor=cast.actor("inspector"), unit=cast.primary, parent=cast.county, basis="合成")
    with pytest.raises(NotKnown):
        reparent_unit(
            actor=cast.actor("county_officer", cast.other_county),
            unit=cast.primary,
            parent=cast.other_county,
            basis="合成",
        )
    with pytest.raises(NotKnown):
        reparent_unit(actor=cast.actor("county_officer"), unit=cast.primary, parent=cast.other_county, basis="合成")
    reparent_unit(actor=cast.actor("city_officer"), unit=cast.primary, parent=cast.other_county, basis="合成")
