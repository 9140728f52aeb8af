"""What the page of jobs reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery

from xiaoan.engines.jobs.models import Job, JobState, Tick
from xiaoan.ground.units.paths import below
from xiaoan.kernel.actor import Actor

SHOWN = 30
SILENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Scheduled:
    """A job that the clock starts: how often, when it ran last and with what outcome, when it is due."""

    label: str
    every: str
    last: Job | None
    next_run: datetime | None


def seen_by(actor: Actor) -> QuerySet[Job]:
    """Jobs of the actor's units, and the platform's own, whose outcomes name nobody. None without the right."""
    if not actor.holds("jobs.read"):
        return Job.objects.none()
    return Job.objects.filter(Q(unit_path="") | below(actor.scope, "unit_path"))


def open_jobs(actor: Actor) -> list[Job]:
    """What is being done, then what waits, as the workers will take it; by the index job_open."""
    found = seen_by(actor).filter(state__in=[JobState.QUEUED, JobState.RUNNING]).order_by("run_after", "id")
    return sorted(found[:SHOWN], key=lambda job: job.state != JobState.RUNNING)


def dead_jobs(actor: Actor) -> QuerySet[Job]:
    """What all attempts failed at; newest first by the index job_state."""
    return seen_by(actor).filter(state=JobState.DEAD)


def schedule() -> list[Scheduled]:
    """Every scheduled job with its last run. Two queries: the ends of the index job_name."""
    newest = Job.objects.filter(name=OuterRef("name"), state__in=[JobState.DONE, JobState.DEAD]).order_by("-id")
    ticks = {t.name: t for t in Tick.objects.annotate(last=Subquery(newest.values("id")[:1]))}
    jobs: dict[Any, Job] = Job.objects.in_bulk([t.last for t in ticks.values() if t.last])
    return [_scheduled(name, seconds, ticks.get(name), jobs) for name, seconds in settings.XIAOAN_SCHEDULE.items()]


def _scheduled(name: str, seconds: int, tick: Any, jobs: dict[Any, Job]) -> Scheduled:
    label = settings.XIAOAN_JOB_NAMES[name]
    return Scheduled(label, every(seconds), jobs.get(tick.last) if tick else None, tick.next_run if tick else None)


def every(seconds: int) -> str:
    """每 30 秒, 每 5 分钟, 每小时."""
    if seconds % 3600 == 0:
        return "每小时" if seconds == 3600 else "每天" if seconds == 86400 else f"每 {seconds // 3600} 小时"
    return f"每 {seconds // 60} 分钟" if seconds % 60 == 0 else f"每 {seconds} 秒"


def is_worker_alive(now: datetime) -> bool:
    """Whether some worker has looked at the schedule in the last five minutes, or is busy with a long job."""
    ticks = Tick.objects.filter(name__in=list(settings.XIAOAN_SCHEDULE))
    oldest = ticks.order_by("next_run").values_list("next_run", flat=True).first()
    if oldest is not None and oldest > now - SILENCE:
        return True
    return Job.objects.filter(state=JobState.RUNNING, leased_until__gt=now).exists()
