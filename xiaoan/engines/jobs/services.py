"""Queueing, leasing, beating, finishing, and a person's retry."""

import errno
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from xiaoan.engines.jobs.models import Job, JobState, Tick
from xiaoan.engines.jobs.queries import seen_by
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import Rank
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import NotAllowed, NotKnown, Refusal, Stale

log = logging.getLogger("xiaoan.jobs")
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
SILENT = f"办理它的后台进程 {MOST_ATTEMPTS} 次中途停止，没有说明原因。可能是内存不够，请维护人员查看系统日志。"


class LeaseLost(Exception):
    """Another worker has taken the job over: stop without a further write."""


class Stopping(Exception):
    """The worker was told to stop: what is done stays, another worker goes on with the rest."""


def enqueue(name: str, payload: dict[str, Any] | None = None, total: int = 0, *, unit_path: str = "") -> Job:
    """Queue a job in the current transaction. `name` must be in the site's list of jobs. Without the path of the unit
    that asked it is the platform's own."""
    if name not in settings.XIAOAN_JOBS:
        raise KeyError(name)
    return Job.objects.create(name=name, payload=payload or {}, total=total, unit_path=unit_path, run_after=clock.now())


def lease_next(worker: str) -> Job | None:
    """Take the oldest job that is due, or whose worker has fallen silent. One that silenced every worker is dead."""
    while job := _take_oldest(worker):
        if job.attempts <= MOST_ATTEMPTS:
            return job
        _end(job, JobState.DEAD, SILENT)
    return None


def _take_oldest(worker: str) -> Job | None:
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


def run(job: Job, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a leased job to its end: done, tried again later, dead after the last attempt, or handed back when the worker
    is told to stop."""
    try:
        outcome = import_string(settings.XIAOAN_JOBS[job.name])(job.payload, _beat_of(job, is_stopping))
    except LeaseLost:
        log.warning("job %s %s was taken over", job.name, job.id)
    except Stopping:
        _hand_back(job)
    except Exception as why:
        log.exception("job %s %s failed", job.name, job.id)
        _try_later(job, _in_words(job, why))
    else:
        _end(job, JobState.DONE, outcome or "")


def _beat_of(job: Job, is_stopping: Callable[[], bool]) -> Callable[[int, int], None]:
    def beat(done: int, total: int) -> None:
        """Show progress; raises LeaseLost when another worker holds the job, Stopping when the worker is to stop."""
        told = {"done": done, "total": total or job.total, "leased_until": clock.now() + LEASE}
        if not held(job).update(**told):
            raise LeaseLost
        if is_stopping():
            raise Stopping

    return beat


def held(job: Job) -> QuerySet[Job]:
    """The job's row, as long as this attempt at it holds the lease."""
    return Job.objects.filter(id=job.id, worker=job.worker, attempts=job.attempts, state=JobState.RUNNING)


def _end(job: Job, state: str, outcome: str) -> None:
    held(job).update(state=state, outcome=outcome[:2000], finished_at=clock.now(), leased_until=None)


def _hand_back(job: Job) -> None:
    """Being told to stop is no failed attempt."""
    held(job).update(
        state=JobState.QUEUED, attempts=job.attempts - 1, worker="", leased_until=None, run_after=clock.now()
    )


def _try_later(job: Job, why: str) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.DEAD, why)
        return
    wait = timedelta(seconds=5 * 3**job.attempts)
    held(job).update(state=JobState.QUEUED, outcome=why[:2000], run_after=clock.now() + wait, leased_until=None)


def _in_words(job: Job, why: Exception) -> str:
    """Why an attempt failed, for people. The error itself is only in the log: it may quote what not everybody may see."""
    if isinstance(why, Refusal) and job.unit_path:
        return why.sentence
    if isinstance(why, OSError) and why.errno == errno.ENOSPC:
        return "磁盘满了，写不进去。请维护人员清理或扩充磁盘后重试。"
    if isinstance(why, DatabaseError):
        return f"数据库没有办成({type(why).__name__})。请维护人员按任务编号查看后台日志。"
    return f"程序出错({type(why).__name__})。请维护人员按任务编号查看后台日志。"


def retry_dead(*, actor: Actor, job_id: uuid.UUID) -> Job:
    """Queue a dead job anew, with all its attempts."""
    job: Job | None = seen_by(actor).filter(id=job_id).first()
    if job is None:
        raise NotKnown("没有这个任务，或者它不在您的管理范围内。")
    require(actor, "jobs.retry", job.unit_path or actor.scope)
    if not job.unit_path and actor.rank == Rank.SCHOOL:
        raise NotAllowed("这是整个平台的任务，请由教育局的系统管理员重试。")
    with transaction.atomic():
        fresh = {"state": JobState.QUEUED, "attempts": 0, "run_after": clock.now(), "finished_at": None, "outcome": ""}
        if not Job.objects.filter(id=job.id, state=JobState.DEAD).update(**fresh):
            raise Stale("这个任务已经重试过了，请刷新看进度。")
        write_entry(
            actor=actor, verb="重试后台任务", subject_type="job", subject_id=job.id, subject_name=job.label,
            unit_path=job.unit_path or actor.unit_path,
        )  # fmt: skip
    return job


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
    """Drop finished jobs of scheduled names older than two hours, so that an hourly one has a last run to show, and all
    finished ones older than `days`."""
    now = clock.now()
    done = Job.objects.filter(state=JobState.DONE)
    done.filter(name__in=list(settings.XIAOAN_SCHEDULE), finished_at__lt=now - timedelta(hours=2)).delete()
    done.filter(finished_at__lt=now - timedelta(days=days)).delete()


def run_all(worker: str = "here", most: int = 10_000) -> int:
    """Run what is due until nothing is: for tests and for building the demo. Returns how many ran."""
    ran = 0
    while ran < most and (job := lease_next(worker)):
        run(job)
        ran += 1
    return ran
