"""What becomes of a job whose work fails, whose worker dies, stops or is overtaken."""

import errno
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from xiaoan.engines.jobs.checks import jobs_have_names
from xiaoan.engines.jobs.heart import beating
from xiaoan.engines.jobs.models import Job, JobState, Tick
from xiaoan.engines.jobs.queries import is_worker_alive
from xiaoan.engines.jobs.services import LEASE, SILENT, LeaseLost, enqueue, enqueue_due, lease_next, run, run_all, sweep
from xiaoan.engines.jobs.tests import making
from xiaoan.engines.jobs.tests.making import NAME, Beat
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_job(settings: Any) -> None:
    making.install(settings)


def doing(work: Callable[[dict[str, Any], Beat], str], unit_path: str = "") -> Job:
    making.todo.append(work)
    return enqueue(NAME, unit_path=unit_path)


def raising(why: Exception) -> Callable[[dict[str, Any], Beat], str]:
    def work(payload: dict[str, Any], beat: Beat) -> str:
        raise why

    return work


def attempts_of(job: Job) -> list[int]:
    """Run it until it is dead; the seconds that were waited before each attempt but the first."""
    waited = []
    now = clock.now()
    for _ in range(10):
        with clock.held_at(now):
            run_all()
        job.refresh_from_db()
        if job.state == JobState.DEAD:
            break
        waited.append(int((job.run_after - now).total_seconds()))
        now = job.run_after
    return waited


def test_a_job_that_fails_is_tried_five_times_with_longer_and_longer_pauses_and_then_lies_dead() -> None:
    job = doing(raising(ValueError("甲县的密码是 1234")))
    assert attempts_of(job) == [15, 45, 135, 405]
    assert (job.state, job.attempts) == (JobState.DEAD, 5)
    assert job.outcome.startswith("程序出错(ValueError)") and "密码" not in job.outcome


@pytest.mark.parametrize(
    ("why", "unit_path", "words"),
    [
        (Invalid("第 3 行缺少校名。"), "0001", "第 3 行缺少校名。"),
        (Invalid("甲县第 3 行缺少校名。"), "", "程序出错(Invalid)"),
        (OSError(errno.ENOSPC, "No space left"), "", "磁盘满了"),
    ],
)
def test_why_it_failed_is_said_in_words_and_never_quotes_a_unit_to_others(
    why: Exception, unit_path: str, words: str
) -> None:
    job = doing(raising(why), unit_path)
    attempts_of(job)
    assert job.outcome.startswith(words)


def test_a_job_that_kills_every_worker_is_buried_instead_of_killing_for_ever() -> None:
    job = doing(raising(AssertionError("never run")))
    now = clock.now()
    for n in range(5):
        with clock.held_at(now + n * (LEASE + timedelta(seconds=1))):
            assert lease_next(f"w{n}") == job
    with clock.held_at(now + timedelta(hours=1)):
        assert lease_next("w6") is None
    job.refresh_from_db()
    assert (job.state, job.outcome) == (JobState.DEAD, SILENT)


def test_a_job_of_a_silent_worker_is_taken_over_and_the_silent_one_can_write_nothing_more() -> None:
    told: list[str] = []

    def work(payload: dict[str, Any], beat: Beat) -> str:
        if not told:
            told.append("first")
            with clock.held_at(clock.now() + LEASE + timedelta(seconds=1)):
                other = lease_next("second")
                assert other is not None and other.attempts == 2
            with pytest.raises(LeaseLost):
                beat(1, 2)
        return "from the first"

    job = doing(work)
    run_all("first")
    job.refresh_from_db()
    assert (job.state, job.worker, job.outcome, job.done) == (JobState.RUNNING, "second", "", 0)


def test_a_worker_that_is_told_to_stop_hands_its_job_back_at_once_and_no_attempt_is_counted() -> None:
    def work(payload: dict[str, Any], beat: Beat) -> str:
        beat(3, 10)
        return "not reached"

    job = doing(work)
    leased = lease_next("old")
    assert leased
    run(leased, lambda: True)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.worker) == (JobState.QUEUED, 0, 3, "")
    assert lease_next("new") == job


def test_a_scheduled_job_is_queued_once_by_many_workers_and_not_while_it_is_open(settings: Any) -> None:
    settings.XIAOAN_SCHEDULE = {NAME: 30}
    assert (enqueue_due(), enqueue_due()) == (1, 0)
    with clock.held_at(clock.now() + timedelta(seconds=31)):
        assert enqueue_due() == 0
    assert Job.objects.filter(name=NAME).count() == 1


def test_an_hourly_job_keeps_its_last_run_to_show(settings: Any) -> None:
    settings.XIAOAN_SCHEDULE = {NAME: 3600}
    doing(lambda payload, beat: "好了")
    run_all()
    with clock.held_at(clock.now() + timedelta(minutes=70)):
        sweep()
    assert Job.objects.filter(name=NAME).exists()
    with clock.held_at(clock.now() + timedelta(hours=3)):
        sweep()
    assert not Job.objects.filter(name=NAME).exists()


def test_a_worker_that_fell_silent_is_seen_within_minutes_also_beside_an_hourly_schedule(settings: Any) -> None:
    settings.XIAOAN_SCHEDULE = {NAME: 5, "obligations.expire": 3600}
    now = clock.now()
    assert not is_worker_alive(now)
    enqueue_due()
    assert is_worker_alive(now + timedelta(minutes=4)) and not is_worker_alive(now + timedelta(minutes=6))
    assert Tick.objects.count() == 2


def test_a_worker_busy_with_a_long_job_is_alive() -> None:
    doing(lambda payload, beat: "")
    assert lease_next("busy") and is_worker_alive(clock.now())


def test_every_job_has_a_name_that_people_know(settings: Any) -> None:
    assert jobs_have_names(None) == []
    settings.XIAOAN_JOB_NAMES = {}
    assert "job intake.take has no Chinese name" in [fault.msg for fault in jobs_have_names(None)]


@pytest.mark.django_db(transaction=True)
def test_the_heart_keeps_the_lease_of_a_job_that_never_beats() -> None:
    job = doing(lambda payload, beat: "")
    leased = lease_next("here")
    assert leased and leased.leased_until
    with beating(leased, every=0.05):
        deadline = time.monotonic() + 5
        while (leased_until := Job.objects.get().leased_until) and leased_until <= leased.leased_until:
            assert time.monotonic() < deadline, "the lease was not renewed"
            time.sleep(0.05)
    held = Job.objects.get(id=job.id).leased_until
    time.sleep(0.2)
    assert Job.objects.get(id=job.id).leased_until == held, "the heart beats on after the job"
    connection.close()
