"""A job whose work the test gives."""

from collections.abc import Callable
from typing import Any

from xiaoan.engines.jobs.models import Job, JobState
from xiaoan.engines.jobs.services import enqueue
from xiaoan.kernel import clock

Beat = Callable[[int, int], None]
NAME = "tests.work"
todo: list[Callable[[dict[str, Any], Beat], str]] = []


def work(payload: dict[str, Any], beat: Beat) -> str:
    """What the job of the tests does: the last thing put in `todo`."""
    return todo[-1](payload, beat)


def install(settings: Any) -> None:
    settings.XIAOAN_JOBS = {**settings.XIAOAN_JOBS, NAME: f"{__name__}.work"}
    settings.XIAOAN_JOB_NAMES = {**settings.XIAOAN_JOB_NAMES, NAME: "合成任务"}


def a_dead_job(unit_path: str = "", outcome: str = "程序出错(ValueError)。", name: str = "intake.take") -> Job:
    job = enqueue(name, unit_path=unit_path)
    Job.objects.filter(id=job.id).update(
        state=JobState.DEAD, attempts=5, outcome=outcome, finished_at=clock.now(), leased_until=None
    )
    job.refresh_from_db()
    return job
