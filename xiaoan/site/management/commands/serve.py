"""`xiaoan serve`: the web server as in production."""

import fcntl
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "启动网页服务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="监听地址")
        parser.add_argument("--workers", type=int, default=2, help="进程数")

    def handle(self, *args: Any, bind: str, workers: int, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("数据库结构不是最新的，请先运行 xiaoan migrate。")
        connection.close()
        bring_static()
        self.stdout.write("网页服务启动。文件生效、汇总和封印由后台任务做，请另外运行 xiaoan worker。")
        command = [
            sys.executable, "-m", "gunicorn", "xiaoan.site.wsgi:application", "--bind", f"{bind}:{settings.CONF.port}",
            "--worker-class", "gthread", "--workers", str(workers), "--threads", "4", "--max-requests", "20000",
            "--max-requests-jitter", "2000", "--no-control-socket",
        ]  # fmt: skip
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")
        os.execv(sys.executable, command)


def bring_static() -> None:
    """Collect the static files, unless those that are there are these. One process at a time: collecting replaces the
    list of files that a process beside us may be reading as it starts."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".collected").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() == (now := _fingerprint()):
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.truncate(0)
        mark.write(now)


def _fingerprint() -> str:
    """Changes with every static file of the program and with the way they are served."""
    told = [str(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            told.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return sha256("\n".join(sorted(told)).encode()).hexdigest()
