"""Dies (-9) at every statement of a piece of work in turn, each time in a process of its own, and looks at what is left.

Run as a module on an empty site; prints {piece of work: {kills, faults}}. `broken …` are controls: the same with the
transaction taken away, where faults must be found, or the sweep would prove nothing.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from tests.seed_killed import seed  # sets Django up
from xiaoan.engines.intake.models import Upload
from xiaoan.engines.intake.services import confirm_upload, upload_workbook
from xiaoan.engines.jobs.models import Job, JobState, Tick
from xiaoan.engines.jobs.services import enqueue_due, run_all
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sync.models import Command
from xiaoan.engines.sync.sent import read_batch
from xiaoan.engines.sync.services import receive
from xiaoan.engines.tally import services as tally
from xiaoan.ground.journal import services as journal
from xiaoan.ground.journal.chain import faults
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.people.services import appoint, create_person
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.workbook import Column, template_workbook
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.models import Evidence
from xiaoan.obligations.tests.making import make_document
from xiaoan.policies.models import Publication
from xiaoan.policies.services import publish_document
from xiaoan.site.proof import differences

Work = Callable[[], object]


def is_killed_at(point: int, work: Work) -> bool:
    """Do the work in a child that dies right before its `point`-th statement or commit. False when it got through."""
    connection.close()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with dying_at(point):
                work()
            code = 0
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


@contextmanager
def dying_at(point: int) -> Iterator[None]:
    left = point

    def count() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def before(execute: Any, *asked: Any) -> Any:
        count()
        return execute(*asked)

    wrapper: Any = connection
    commit = wrapper._commit

    def committing() -> None:
        count()
        commit()
        count()

    wrapper._commit = committing
    with connection.execute_wrapper(before):
        yield


def sweep(
    prepare: Callable[[int], Work],
    look: Callable[[], list[str]],
    step: int = 1,
    prove: Callable[[], list[str]] | None = None,
) -> dict[str, Any]:
    """Die at each `step`-th point until the work gets through; look after each death, prove everything at the end (what
    one death breaks stays broken). `prepare(n)` gives the work to do."""
    found: list[str] = []
    kills, was_killed = -1, True
    while was_killed:
        kills += 1
        was_killed = is_killed_at(kills * step, prepare(kills * step))
        free_leases()
        found += [f"died at {kills * step}: {fault}" for fault in look()]
    return {"kills": kills, "faults": [*found, *(prove or proofs)()]}


def free_leases() -> None:
    """A dead worker's lease runs out after a minute; five deaths in a row would give the job up."""
    Job.objects.filter(state=JobState.RUNNING).update(leased_until=clock.now() - timedelta(seconds=1), attempts=0)
    Tick.objects.update(next_run=clock.now())


def proofs() -> list[str]:
    return [*(str(found) for found in differences()), *faults()]


def work_all() -> None:
    """A round of the worker: what is due by the clock and what is queued."""
    enqueue_due()
    run_all()


class Case:
    """The seeded site, and who acts on it."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        ids = seed()
        self.ids, self.school = ids, Unit.objects.get(id=ids["unit"])
        self.actor = actor_for(Post.objects.get(id=ids["post"]))
        self.county = Unit.objects.get(rank="county")
        self.sent: list[Any] = []

    def officer(self) -> Actor:
        person = Person.objects.filter(username="officer").first() or create_person(
            actor=SYSTEM, unit=self.county, username="officer", name="合成干部", password="Killed-2026-test"
        )
        post = Post.objects.filter(person=person).first() or appoint(
            actor=SYSTEM, person=person, unit=self.county, role="county_officer", starts=date(2024, 1, 1)
        )
        return actor_for(post)

    def command(self) -> Any:
        now = clock.now().isoformat()
        payload = {"unit": self.ids["unit"], "sheet": "general", "answers": {"title": "合成"}, "seconds": 30}
        one = {"id": str(new_id()), "kind": "record.file", "post": self.ids["post"], "captured_at": now,
               "happened_at": now, "payload": payload}  # fmt: skip
        return read_batch({"commands": [one]})[0]

    # Each returns the work for one death.

    def submission(self, point: int) -> Work:
        command = self.command()
        self.sent.append(command)
        return lambda: receive(actor=self.actor, commands=[command])

    def sent_again(self) -> list[str]:
        answers = [receive(actor=self.actor, commands=[self.sent[-1]])[0]["state"] for _ in range(2)]
        wrong = [] if answers == ["done", "done"] else [f"sent again: {answers}"]
        if (Record.objects.count(), Command.objects.count()) != (len(self.sent), len(self.sent)):
            wrong.append(f"{Record.objects.count()} records of {len(self.sent)} submissions")
        return wrong

    def round_of_work(self, point: int) -> Work:
        """Folding and sealing of what two submissions left."""
        for _ in range(2):
            self.sent.append(self.command())
            receive(actor=self.actor, commands=[self.sent[-1]])
        return work_all

    def then(self, work: Work) -> Callable[[int], Work]:
        """Two submissions, and then this."""

        def prepare(point: int) -> Work:
            self.round_of_work(point)
            return work

        return prepare

    def one_import(self, point: int) -> Work:
        rows = [[f"合成第{point}批{n}小学", "小学", "合成镇"] for n in range(3)]
        columns = [Column("学校名称", required=True), Column("类别", required=True), Column("上级单位")]
        content, officer = template_workbook("学校", columns, rows), self.officer()
        upload = upload_workbook(actor=officer, kind="schools", file_name="合成.xlsx", content=content)
        confirm_upload(actor=officer, upload=upload)
        return run_all

    def imported(self) -> list[str]:
        run_all()
        schools = Unit.objects.filter(name__startswith="合成第").count()
        entries = Entry.objects.filter(verb="创建单位", subject_name__startswith="合成第").count()
        uploads = Upload.objects.filter(state="done").count()
        told = (schools, entries, uploads)
        return (
            [] if told == (3 * uploads, 3 * uploads, Upload.objects.count()) else [f"schools, entries, uploads: {told}"]
        )

    def one_publication(self, point: int) -> Work:
        year = clock.today().year
        asked = {"practice": "general", "every": "yearly"}
        document = make_document(f"P{point}", asked, starts=date(year, 1, 1), ends=date(year, 12, 31))

        def publish() -> None:
            publish_document(actor=self.officer(), document=document, unit=self.county)
            run_all()

        self.publish = publish
        self.officer()
        return publish

    def published(self) -> list[str]:
        """Publish again what was not acknowledged; each document that is in force has each record once."""
        run_all()
        states = set(Publication.objects.values_list("state", flat=True))
        rows = Evidence.objects.count()
        wanted = Record.objects.count() * (Publication.objects.count() + 1)  # the seeded document has two requirements
        return [] if (states, rows) == ({"in_force"}, wanted) else [f"states {states}, evidence {rows} of {wanted}"]


@contextmanager
def without_transaction(module: Any) -> Iterator[None]:
    """As if somebody had forgotten it."""

    class Forgotten:
        atomic = staticmethod(nullcontext)

    locks = connection.features.has_select_for_update_skip_locked
    # Locking rows outside a transaction would fail at once, and hide what is to be shown.
    module.transaction, connection.features.has_select_for_update_skip_locked = Forgotten, False
    try:
        yield
    finally:
        module.transaction, connection.features.has_select_for_update_skip_locked = transaction, locks


def main() -> dict[str, Any]:
    connection.settings_dict["OPTIONS"].pop("pool", None)  # its threads do not live through a fork
    case, done = Case(), dict[str, Any]()
    done["submission"] = sweep(case.submission, case.sent_again, step=2)
    done["publication"] = sweep(case.one_publication, case.published, step=6)
    done["folding and sealing"] = sweep(case.round_of_work, list, step=3)
    work_all()
    done["import"] = sweep(case.one_import, case.imported, step=2)
    with without_transaction(journal):
        done["broken journal"] = sweep(case.then(journal.seal_entries), list, prove=lambda: list(faults()))
    with without_transaction(tally):
        done["broken tally"] = sweep(case.then(tally.fold), list, prove=lambda: [str(d) for d in differences()])
    return done


if __name__ == "__main__":
    print(json.dumps(main(), ensure_ascii=False))
    sys.stdout.flush()
