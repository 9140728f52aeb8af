"""Tasks: handed out, handed in, accepted by another, returned, chased; figures that a recount confirms."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import Cast
from xiaoan.engines.files.services import store_file
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.obligations import tasks
from xiaoan.obligations.models import Assignment, Completion, Quarterly, Task
from xiaoan.obligations.tests.making import disagreements, make_document, publish

pytestmark = pytest.mark.usefixtures("wednesday")
DUE = date(2026, 12, 31)


def ask(cast: Cast, units: list[Unit], **more: Any) -> Task:
    given = {"title": "合成任务:上报冬季用电排查", "due": DUE, "targets": {"ids": [str(u.id) for u in units]}, **more}
    return tasks.dispatch_task(actor=cast.actor("county_officer"), unit=cast.county, **given)


def one(cast: Cast, **more: Any) -> Assignment:
    return Assignment.objects.select_related("task", "unit").get(task=ask(cast, [cast.primary], **more))


def upload(actor: Actor, unit: Unit) -> str:
    file = SimpleUploadedFile("合成材料.txt", "合成内容".encode(), "text/plain")
    return str(store_file(actor=actor, unit=unit, upload=file).id)


def by_state(cast: Cast, task: Task) -> dict[str, int]:
    return {state: n for (_, state), n in read_one(cast.county.path, "tasks", [task.id.hex]).items() if n}


def test_a_task_is_dispatched_handed_in_and_accepted_by_another(cast: Cast) -> None:
    case = one(cast)
    director, leader = cast.actor("safety_director"), cast.actor("county_leader")
    assert by_state(cast, case.task) == {"asked": 1}
    tasks.hand_in(actor=director, assignment=case, said="已排查 12 处", seconds=90, seen=0)
    assert by_state(cast, case.task) == {"handed_in": 1}
    tasks.accept(actor=leader, assignment=case, seen=1)
    assert by_state(cast, case.task) == {"accepted": 1}
    assert (case.handed_in_by_id, case.decided_by_id) == (director.person_id, leader.person_id)
    verbs = list(Entry.objects.filter(subject_type="assignment", subject_id=case.id).values_list("verb", flat=True))
    assert verbs == ["交付任务", "验收任务"]
    assert not disagreements()


def test_a_returned_task_is_handed_in_again(cast: Cast) -> None:
    case, director, leader = one(cast), cast.actor("safety_director"), cast.actor("county_leader")
    tasks.hand_in(actor=director, assignment=case, said="已排查")
    with pytest.raises(Invalid):
        tasks.return_it(actor=leader, assignment=case, decision=" ")
    tasks.return_it(actor=leader, assignment=case, decision="少了食堂")
    assert (case.state, case.returned, case.decision) == ("returned", 1, "少了食堂")
    tasks.hand_in(actor=director, assignment=case, said="食堂已补")
    assert case.state == "handed_in"
    assert case.hand_ins.count() == 2
    assert not disagreements()


def test_the_same_person_never_accepts_what_they_handed_in(cast: Cast) -> None:
    task = ask(cast, [cast.county])
    case = Assignment.objects.select_related("task", "unit").get(task=task)
    officer = cast.actor("county_officer")
    tasks.hand_in(actor=officer, assignment=case, said="本级已办")
    with pytest.raises(NotAllowed, match="不能自己验收"):
        tasks.accept(actor=officer, assignment=case)
    # The same person in another post is still the same person.
    person = cast.post("county_officer", cast.county).person
    from xiaoan.ground.people.rights import actor_for
    from xiaoan.ground.people.services import appoint

    leader = appoint(actor=SYSTEM, person=person, unit=cast.county, role="county_leader")
    with pytest.raises(NotAllowed):
        tasks.accept(actor=actor_for(leader), assignment=case)
    tasks.accept(actor=cast.actor("county_leader"), assignment=case)
    assert case.state == "accepted"


def test_a_stale_click_changes_nothing(cast: Cast) -> None:
    case, director, leader = one(cast), cast.actor("safety_director"), cast.actor("county_leader")
    tasks.hand_in(actor=director, assignment=case, said="第一次")
    old = Assignment.objects.select_related("task", "unit").get(id=case.id)
    tasks.return_it(actor=leader, assignment=case, decision="重来")
    tasks.hand_in(actor=director, assignment=case, said="第二次")
    with pytest.raises(Stale):
        tasks.accept(actor=leader, assignment=old, seen=1)  # the row in hand is old
    with pytest.raises(Stale):
        tasks.accept(actor=leader, assignment=case, seen=1)  # the page in hand is old
    assert by_state(cast, case.task) == {"handed_in": 1}


def test_the_outsider_knows_nothing_and_the_colleague_may_not(cast: Cast) -> None:
    case = one(cast)
    with pytest.raises(NotKnown):
        tasks.find_assignment(cast.actor("county_officer", cast.other_county), case.id)
    with pytest.raises(NotKnown):
        tasks.hand_in(actor=cast.actor("safety_director", cast.junior), assignment=case, said="别校")
    with pytest.raises(NotAllowed):
        tasks.hand_in(actor=cast.actor("county_officer"), assignment=case, said="代办")
    with pytest.raises(NotAllowed):
        tasks.hand_in(actor=cast.actor("guard"), assignment=case, said="越权")


def test_a_city_does_not_accept_for_its_county(cast: Cast) -> None:
    case = one(cast)
    tasks.hand_in(actor=cast.actor("safety_director"), assignment=case, said="已办")
    with pytest.raises(NotAllowed):
        tasks.accept(actor=cast.actor("city_officer"), assignment=case)


def test_chasing_reminds_each_unit_once_a_day(cast: Cast) -> None:
    task = ask(cast, [cast.primary, cast.junior])
    officer = cast.actor("county_officer")
    first = Assignment.objects.select_related("task", "unit").get(task=task, unit=cast.primary)
    tasks.hand_in(actor=cast.actor("safety_director"), assignment=first, said="已办")
    assert tasks.chase(actor=officer, task=task) == 1
    assert list(task.assignments.order_by("unit_path").values_list("chased", flat=True)) == [0, 1]
    with pytest.raises(Stale):
        tasks.chase(actor=officer, task=task)


def test_each_quarter_takes_a_percentage_and_a_sentence(cast: Cast) -> None:
    case = one(cast, is_quarterly=True, starts=date(2026, 5, 1))
    director = cast.actor("safety_director")
    assert tasks.quarters_of(case.task) == ["2026-Q2", "2026-Q3", "2026-Q4"]
    for percent, sentence in ((40, "排查过半"), (60, "排查完毕")):
        tasks.tell_quarter(actor=director, assignment=case, quarter="2026-Q3", percent=percent, sentence=sentence)
    assert list(Quarterly.objects.values_list("quarter", "percent", "sentence")) == [("2026-Q3", 60, "排查完毕")]
    for wrong in ({"percent": 101}, {"sentence": " "}, {"quarter": "2027-Q1"}):
        with pytest.raises(Invalid):
            tasks.tell_quarter(
                **{"actor": director, "assignment": case, "quarter": "2026-Q3", "percent": 1, "sentence": "好", **wrong}
            )


def test_an_accepted_task_proves_its_requirement_in_the_name_of_who_handed_it_in(cast: Cast) -> None:
    publish(make_document("D", {"practice": "rules_document", "kind": "deliverable", "deadline": DUE}), cast.county)
    case = one(cast, requirement="D-1")
    director = cast.actor("safety_director")
    with pytest.raises(Invalid, match="附一个文件"):
        tasks.hand_in(actor=director, assignment=case, said="制度已印发")
    tasks.hand_in(
        actor=director, assignment=case, said="制度已印发", files=[upload(director, cast.primary)], seconds=61
    )
    assert not Completion.objects.exists()  # not before it is accepted
    tasks.accept(actor=cast.actor("county_leader"), assignment=case)
    record = Record.objects.get()
    assert (record.about, record.person_name, record.seconds) == ("D-1", director.name, 0)
    assert Completion.objects.get().is_done
    assert not disagreements()


def test_a_section_hands_in_for_its_bureau(cast: Cast) -> None:
    binds = {"ranks": ["county"]}
    publish(
        make_document("D", {"practice": "rules_document", "kind": "deliverable", "deadline": DUE, "binds": binds}),
        cast.county,
    )
    section = create_unit(actor=SYSTEM, parent=cast.county, rank="department", name="安全科")
    case = Assignment.objects.select_related("task", "unit").get(task=ask(cast, [section], requirement="D-1"))
    clerk = cast.actor("section_officer", section)
    tasks.hand_in(actor=clerk, assignment=case, said="标准已印发", files=[upload(clerk, cast.county)])
    tasks.accept(actor=cast.actor("county_leader"), assignment=case)
    assert Completion.objects.get().unit_id == cast.county.id
    assert not disagreements()


def test_many_units_are_handed_out_by_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    task = ask(cast, [], targets={"kinds": []})
    assert (task.assignments.count(), task.is_handed_out) == (0, False)
    run_all()
    task.refresh_from_db()
    assert (task.assignments.count(), task.is_handed_out) == (3, True)
    assert by_state(cast, task) == {"asked": 3}
    tasks.hand_out(task, [cast.primary])  # again: nothing happens twice
    assert by_state(cast, task) == {"asked": 3}
    assert not disagreements()


def test_only_units_below_the_dispatcher_can_be_chosen(cast: Cast) -> None:
    with pytest.raises(Invalid, match="没有选中"):
        ask(cast, [cast.outside, cast.city])
