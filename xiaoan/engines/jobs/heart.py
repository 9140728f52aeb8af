"""The heart of a job: renews the lease from a thread of its own, so that one long statement loses nothing. It stops with
the process, and then another worker takes the job over."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

from xiaoan.engines.jobs.models import Job
from xiaoan.engines.jobs.services import LEASE, held
from xiaoan.kernel import clock

log = logging.getLogger("xiaoan.jobs")


@contextmanager
def beating(job: Job, every: float = LEASE.total_seconds() / 3) -> Iterator[None]:
    """Keep the lease of `job` while the block runs, renewing it `every` so many seconds."""
    over = threading.Event()
    thread = threading.Thread(target=_renew, args=(job, over, every), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(job: Job, over: threading.Event, every: float) -> None:
    try:
        while not over.wait(every):
            try:
                if not held(job).update(leased_until=clock.now() + LEASE):
                    return  # taken over, or done: the job's own next beat says so
            except (DatabaseError, InterfaceError) as why:
                log.warning("the lease of job %s was not renewed: %s", job.id, why)
                connection.close()
    finally:
        connection.close()
