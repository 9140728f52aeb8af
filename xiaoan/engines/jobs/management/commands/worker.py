"""`xiaoan worker`: run queued and scheduled jobs until told to stop."""

import os
import signal
import socket
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from xiaoan.engines.jobs.heart import beating
from xiaoan.engines.jobs.services import enqueue_due, lease_next, run, sweep


class Command(BaseCommand):
    help = "运行后台任务(排队的和定时的)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完现有的任务就结束")
        parser.add_argument("--poll", type=float, default=1.0, help="空闲时每隔多少秒看一次")

    def handle(self, *args: Any, once: bool, poll: float, **options: Any) -> None:
        self.going = True
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        worker = f"{socket.gethostname()}:{os.getpid()}"
        self.stdout.write(f"后台任务进程 {worker} 已启动")
        while self.going:
            if not self._work(worker):
                if once:
                    return
                time.sleep(poll)

    def _work(self, worker: str) -> bool:
        try:
            if enqueue_due():
                sweep()
            job = lease_next(worker)
            if job:
                with beating(job):
                    run(job, lambda: not self.going)
            return job is not None
        except (OperationalError, InterfaceError) as why:
            # The database may be restarting: say so, let go of the connection, try again.
            self.stderr.write(f"数据库暂时连不上:{why}")
            close_old_connections()
            time.sleep(2)
            return False

    def _stop(self, *args: Any) -> None:
        self.going = False
