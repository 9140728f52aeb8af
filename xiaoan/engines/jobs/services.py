"""Queueing, leasing, beating, finishing."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from xiaoan.engines.jobs.models import Job, JobState, Tick
from xiaoan.kernel import clock

log = logging.getLogger("xiaoan.jobs")
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5


class LeaseLost(Exception):
    """Another worker has taken the job over: stop without a further write."""


def enqueue(name: str, payload: dict[str, Any] | None = None, total: int = 0) -> Job:
    """Queue a job in the current transaction. `name` must be in the site's list of jobs."""
    if name not in settings.XIAOAN_JOBS:
        raise KeyError(name)
    return Job.objects.create(name=name, payload=payload or {}, total=total, run_after=clock.now())


def lease_next(worker: str) -> Job | None:
    """Take the oldest job that is due, or whose worker has fallen silent."""
    now = clock.now()
    due = Q(state=JobState.QUEUED, run_after__lte=now) | Q(state=JobState.RUNNING, leased_until__lt=now)
    with transaction.atomic():
        query = Job.objects.filter(due).order_by("run_after", "id")
        if connection.features.has_select_for_update_skip_locked:
            query = query.select_for_update(skip_locked=True)
        job = query.first()
        if job is None:
            return None
        job.state, job.worker, job.leased_until = JobState.RUNNING, worker, now + LEASE
        job.attempts += 1
        job.save(update_fields=["state", "worker", "leased_until", "attempts"])
    return job


def run(job: Job) -> None:
    """Run a leased job to its end: done, tried again later, or dead after the last attempt."""
    try:
        outcome = import_string(settings.XIAOAN_JOBS[job.name])(job.payload, _beat_of(job))
    except LeaseLost:
        log.warning("job %s %s was taken over", job.name, job.id)
    except Exception as why:
        log.exception("job %s %s failed", job.name, job.id)
        _give_back(job, repr(why))
    else:
        _end(job, JobState.DONE, outcome or "")


def _beat_of(job: Job) -> Callable[[int, int], None]:
    def beat(done: int, total: int) -> None:
        """Show progress and keep the lease; raises LeaseLost when another worker holds it."""
        mine = Job.objects.filter(id=job.id, worker=job.worker, attempts=job.attempts, state=JobState.RUNNING)
        if not mine.update(done=done, total=total or job.total, leased_until=clock.now() + LEASE):
            raise LeaseLost

    return beat


def _end(job: Job, state: str, outcome: str) -> None:
    Job.objects.filter(id=job.id, worker=job.worker, attempts=job.attempts).update(
        state=state, outcome=outcome[:2000], finished_at=clock.now(), leased_until=None
    )


def _give_back(job: Job, why: str) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.DEAD, why)
        return
    wait = timedelta(seconds=5 * 3**job.attempts)
    Job.objects.filter(id=job.id, worker=job.worker, attempts=job.attempts).update(
        state=JobState.QUEUED, outcome=why[:2000], run_after=clock.now() + wait, leased_until=None
    )


def retry_dead(job: Job) -> bool:
    """Queue a dead job anew; False when it is not dead any more."""
    return bool(
        Job.objects.filter(id=job.id, state=JobState.DEAD).update(
            state=JobState.QUEUED, attempts=0, run_after=clock.now(), finished_at=None
        )
    )


def enqueue_due() -> int:
    """Queue every scheduled job whose time has come; safe with many workers. A job still open is not queued twice."""
    queued = 0
    for name, seconds in settings.XIAOAN_SCHEDULE.items():
        tick, _ = Tick.objects.get_or_create(name=name, defaults={"next_run": clock.now()})
        now = clock.now()
        if tick.next_run > now:
            continue
        with transaction.atomic():
            if not Tick.objects.filter(name=name, next_run=tick.next_run).update(
                next_run=now + timedelta(seconds=seconds)
            ):
                continue
            if not Job.objects.filter(name=name, state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
                enqueue(name)
                queued += 1
    return queued


def sweep(days: int = 7) -> None:
    """Drop finished jobs of scheduled names older than an hour, and all finished ones older than `days`."""
    now = clock.now()
    done = Job.objects.filter(state=JobState.DONE)
    done.filter(name__in=list(settings.XIAOAN_SCHEDULE), finished_at__lt=now - timedelta(hours=1)).delete()
    done.filter(finished_at__lt=now - timedelta(days=days)).delete()


def run_all(worker: str = "here", most: int = 10_000) -> int:
    """Run what is due until nothing is: for tests and for building the demo. Returns how many ran."""
    ran = 0
    while ran < most and (job := lease_next(worker)):
        run(job)
        ran += 1
    return ran
