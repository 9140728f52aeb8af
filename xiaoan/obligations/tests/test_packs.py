"""Every requirement of the five packs is proved by what schools and offices record, not by what we claim."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conftest import Cast
from xiaoan.engines.files.services import store_file
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.sheets.answers import spelled
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.people.services import appoint, create_person
from xiaoan.ground.units.kinds import SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.figures import figures
from xiaoan.obligations.fitting import DELIVERABLE_SHEET, STATE, period_for
from xiaoan.obligations.measures import Measure, measures
from xiaoan.obligations.models import Completion, Evidence, Reading
from xiaoan.obligations.queries import duties_of
from xiaoan.obligations.standing import read_register
from xiaoan.obligations.tests.fabricate import A_FILE, answers_for, fill
from xiaoan.policies.book import Duty, book, raise_stamp
from xiaoan.policies.models import Publication
from xiaoan.policies.packs import load_pack, load_practices, read_packs
from xiaoan.policies.services import publish_document

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)
# Years by which a pack is adopted, so that all of them are in force on the held day.
SHIFTS = {"002": 4, "003": 8}
ENOUGH = 10  # of guards, of cameras: a number that every question takes
ALL = ["boarding", "canteen", "bus", "laboratory", "pool", "gas"]


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Path) -> None:
    """Files of a test go with it."""
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture(autouse=True)
def registers(settings: Any) -> None:
    """What floors above would tell where no sheet does; how they know it is proved there."""
    told = {m.key: f"{__name__}.whole" for m in measures().values() if m.register and not m.sheet}
    settings.XIAOAN_MEASURES = {**settings.XIAOAN_MEASURES, **told}


def whole(unit: Unit) -> tuple[int, int]:
    return 1, 1


@pytest.fixture
def packs(cast: Cast) -> list[Unit]:
    """All five packs in force in the province for a year; units of every kind that they bind."""
    load_practices()
    for pack in read_packs():
        publish_document(
            actor=SYSTEM, document=load_pack(pack), unit=cast.province, shift_years=SHIFTS.get(pack.head["key"], 0)
        )
    run_all()
    Publication.objects.update(published_at=timezone.now() - timedelta(days=730))
    raise_stamp()
    schools = [
        school(cast, kind, size, boarders) for kind in SchoolKind for size, boarders in ((2500, 300), (400, 0))
    ]  # fmt: skip
    return [cast.province, cast.city, cast.county, cast.township, *schools]


def school(cast: Cast, kind: SchoolKind, pupils: int, boarders: int) -> Unit:
    return create_unit(
        actor=SYSTEM, parent=cast.county, rank="school", name=f"合成{kind.label}{pupils}", kind=kind, pupils=pupils,
        boarders=boarders, has=ALL,
    )  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One record to be made: at a unit, on a day, with answers that the duty asks for."""

    unit: Unit
    day: date
    answers: str
    sheet: str
    about: str = ""


def bound_unit(duty: Duty, units: list[Unit]) -> Unit:
    return next(u for u in units if duty.binds_unit(u.path, u.facts()))


def day_within(duty: Duty, unit: Unit) -> date:
    """The newest day, not in the future, that lies in a period of the duty. Fails when there is none in two years."""
    calendar = calendar_for(unit.path)
    days = (TODAY - timedelta(days=n) for n in range(730))
    return next(day for day in days if period_for(duty, day, calendar))


def plan_for(duty: Duty, units: list[Unit]) -> Plan:
    unit = bound_unit(duty, units)
    day = day_within(duty, unit)
    form = sheet(duty.practice.sheet)
    about = duty.key if form.key == DELIVERABLE_SHEET else ""
    return Plan(
        unit, day, json.dumps(answers_for(form, duty, day), ensure_ascii=False, sort_keys=True), form.key, about
    )


def plans_of(kind: str, units: list[Unit]) -> dict[Plan, list[Duty]]:
    """Duties of a kind by the record that should prove them: duties that ask the same share one."""
    made: dict[Plan, list[Duty]] = defaultdict(list)
    for duty in book().duties:
        if duty.kind == kind:
            made[plan_for(duty, units)].append(duty)
    return made


def record(plan: Plan) -> Record:
    at = min(timezone.make_aware(datetime.combine(plan.day, time(9))), timezone.make_aware(datetime(2026, 11, 18, 9)))
    answers = {k: [stored(plan.unit)] if v == [A_FILE] else v for k, v in json.loads(plan.answers).items()}
    return file_record(
        actor=SYSTEM, unit=plan.unit, sheet=plan.sheet, answers=answers, happened_at=at, about=plan.about
    )


def stored(unit: Unit) -> str:
    """A small file of the unit's own; a file belongs to one record."""
    upload = SimpleUploadedFile("合成材料.txt", "合成材料".encode())
    return str(store_file(actor=SYSTEM, unit=unit, upload=upload).id)


def prove_all(plans: dict[Plan, list[Duty]]) -> list[str]:
    """File every record; say which duties it failed to prove."""
    missed = []
    for plan, duties in plans.items():
        proved = set(record(plan).evidence.values_list("requirement", flat=True))
        missed += [f"{d.key} by {plan.sheet}" for d in duties if d.key not in proved]
    return missed


def test_every_recurring_requirement_is_proved_by_its_record(packs: list[Unit]) -> None:
    plans = plans_of("recurring", packs)
    assert sum(map(len, plans.values())) > 400
    assert prove_all(plans) == []
    needed = {d.key: d.times for ds in plans.values() for d in ds}
    done = dict(Completion.objects.filter(done_on__isnull=False).values_list("requirement", "count"))
    assert [key for key, times in needed.items() if times == 1 and key not in done] == []


def test_a_record_that_lacks_what_is_asked_proves_nothing(packs: list[Unit]) -> None:
    """The proof above would be worthless if any record proved everything."""
    narrow = [d for d in book().duties if d.kind == "recurring" and (d.counts.get("topic") or d.practice.where)]
    plan, duty = next((plan_for(d, packs), d) for d in narrow if d.practice.key == "safety_consultation")
    form = sheet(plan.sheet)
    other = {"convenor": [["office"]], "kinds": [["mobilise"]]}
    wrong = Plan(plan.unit, plan.day, json.dumps(fill(form, other, {}, plan.day)), plan.sheet)
    proved = set(record(wrong).evidence.values_list("requirement", flat=True))
    assert duty.key not in proved
    assert duty.key in set(record(plan).evidence.values_list("requirement", flat=True))


def test_every_deliverable_is_closed_by_handing_in(packs: list[Unit]) -> None:
    plans = plans_of("deliverable", packs)
    assert sum(map(len, plans.values())) > 80
    assert prove_all(plans) == []
    wanted = {d.key for ds in plans.values() for d in ds if d.times == 1}
    assert wanted <= set(Completion.objects.filter(done_on__isnull=False).values_list("requirement", flat=True))


def test_every_standing_measure_is_computed(packs: list[Unit]) -> None:
    duties = [d for d in book().duties if d.kind == "standing"]
    assert len(duties) > 30
    assert states_of(duties, packs) == set()
    hold_measures(duties, packs)
    assert states_of(duties, packs) == {d.key for d in duties}
    for made in Record.objects.all():
        withdraw_record(actor=SYSTEM, record=made, why="合成撤回")
    told = {m.key for m in measures().values() if m.post or (m.register and not m.sheet)}
    kept = {d.key for d in duties if d.measure in told}
    assert states_of(duties, packs) == kept


def test_every_target_is_computed(packs: list[Unit]) -> None:
    duties = [d for d in book().duties if d.kind == "target"]
    assert len(duties) > 20
    root = packs[0]
    before = figures(root, duties, date(2026, 1, 1), TODAY, TODAY)
    assert not any(f.done for f in before.values())
    hold_measures(duties, packs)
    after = figures(root, duties, date(2026, 1, 1), TODAY, TODAY)
    assert [f.duty.key for f in after.values() if f.done < 1] == []
    assert {r.measure for r in Reading.objects.all()} >= {d.measure for d in duties}


def test_every_event_answers_its_trigger(packs: list[Unit]) -> None:
    duties = [d for d in book().duties if d.kind == "event"]
    assert len(duties) == 2
    for duty in duties:
        unit = bound_unit(duty, packs)
        where = {k: [[spelled(v) for v in vs]] for k, vs in (duty.trigger.get("where") or {}).items()}
        happened = fill(sheet(duty.trigger["sheet"]), where, {}, TODAY)
        record(Plan(unit, TODAY - timedelta(days=1), json.dumps(happened), duty.trigger["sheet"]))
        opened = Completion.objects.get(requirement=duty.key)
        assert (opened.due, opened.done_on) == (TODAY - timedelta(days=1) + timedelta(days=duty.within_days or 0), None)
        assert duty.key in {s.duty.key for line in duties_of(unit, TODAY) for s in line.sources}
        answers = json.dumps(answers_for(sheet(duty.practice.sheet), duty, TODAY))
        answer = record(Plan(unit, TODAY, answers, duty.practice.sheet))
        opened.refresh_from_db()
        assert opened.done_on == TODAY
        assert Evidence.objects.filter(record=answer, requirement=duty.key).exists()


def states_of(duties: Iterable[Duty], units: list[Unit]) -> set[str]:
    """Keys of the duties whose state holds at the first unit that they bind."""
    held = Completion.objects.filter(period=STATE, done_on__isnull=False)
    return {d.key for d in duties if held.filter(requirement=d.key, unit=bound_unit(d, units)).exists()}


def hold_measures(duties: list[Duty], units: list[Unit]) -> None:
    """Make every measure of the duties hold at the first unit that each binds: one record for all of a sheet."""
    known = measures()
    wanted: dict[Unit, set[str]] = defaultdict(set)
    for duty in duties:
        wanted[bound_unit(duty, units)].add(duty.measure)
    for unit, keys in wanted.items():
        asked = [known[k] for k in sorted(keys)]
        for key in sorted({m.sheet for m in asked if m.sheet}):
            for answers in reports(key, [m for m in asked if m.sheet == key]):
                record(Plan(unit, TODAY, json.dumps(answers), key))
        read_register(unit, [m.key for m in asked if m.register and not m.sheet])
        for role in sorted({m.post for m in asked if m.post}):
            person = create_person(
                actor=SYSTEM, unit=unit, username=f"{role}{unit.path}", name="合成人员", password="Cast-2026-pass"
            )
            appoint(actor=SYSTEM, person=person, unit=unit, role=role, starts=date(2026, 1, 1))


def reports(key: str, asked: list[Measure]) -> Iterator[dict[str, Any]]:
    """The records of one sheet that make its measures hold: one for each `where`, since a record tells one kind."""
    groups: dict[str, list[Measure]] = defaultdict(list)
    for measure in asked:
        groups[json.dumps(measure.where)].append(measure)
    for group in groups.values():
        wanted = {c["field"]: [[spelled(v) for v in c["is"]]] for c in group[0].where}
        least: dict[str, float] = {}
        for measure in group:
            for name in (measure.numerator, measure.denominator):
                least |= {name: ENOUGH} if name else {}
            _meet(measure.holds, wanted, least)
        yield fill(sheet(key), wanted, least, TODAY)


def _meet(holds: dict[str, Any], wanted: dict[str, list[list[str]]], least: dict[str, float]) -> None:
    for one in holds.get("all", [holds] if holds else []):
        if "is" in one:
            wanted[one["field"]] = [[spelled(v) for v in one["is"]]]
        elif "at_most" in one:
            least[one["field"]] = one["at_most"]
        else:
            least[one["field"]] = ENOUGH
            if "at_least_field" in one:
                least[one["at_least_field"]] = ENOUGH
