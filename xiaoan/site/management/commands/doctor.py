"""`xiaoan doctor`: look at everything a start needs, and say in one line each what is well, what to
look at and what is bad. Exit code 1 when something is bad."""

import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xiaoan.engines.jobs.models import Job, JobState
from xiaoan.engines.jobs.queries import is_worker_alive
from xiaoan.ground.calendar.days import known_until
from xiaoan.ground.units.wall import goes_round, missing_walls
from xiaoan.kernel import clock
from xiaoan.site.shared import try_shared

WELL, LOOK, BAD = "好  ", "留意", "坏  "
Finding = tuple[str, str]
BY_BYTES = "SELECT 'B' < 'a'"  # in no language's dictionary


class Command(BaseCommand):
    help = "体检：数据库、后台任务、校历、磁盘、共用的文件和缓存、只读副本、前端文件"

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(findings())
        for state, text in found:
            self.stdout.write(f"{state}  {text}")
        if any(state == BAD for state, _ in found):
            sys.exit(1)


def findings() -> Iterator[Finding]:
    plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    yield BAD if plan else WELL, f"数据库结构{'是最新的' if not plan else f'差 {len(plan)} 步，请运行 xiaoan migrate'}"
    if plan:
        return
    yield from _wall()
    yield from _order()
    dead = Job.objects.filter(state=JobState.DEAD).count()
    yield LOOK if dead else WELL, f"后台任务失败 {dead} 个" + (",请到“后台任务”页查看" if dead else "")
    alive = is_worker_alive(clock.now())
    yield WELL if alive else BAD, "后台任务进程在运行" if alive else "后台任务进程没有在运行，请启动 xiaoan worker"
    last = known_until()
    enough = last > clock.today() + timedelta(days=60)
    yield (
        WELL if enough else LOOK,
        f"节假日安排已知到 {last:%Y年%m月%d日}" + ("" if enough else ",请在“校历”页上传之后的安排"),
    )
    free = shutil.disk_usage(settings.XIAOAN_DATA).free // 2**30
    yield WELL if free >= 2 else BAD, f"磁盘剩余 {free} GB"
    for is_well, told in try_shared():
        yield WELL if is_well else BAD, told
    built = (settings.BASE_DIR / "build" / "static" / "desk.css").exists()
    yield WELL if built else BAD, "前端文件已生成" if built else "前端文件没有生成，请运行 make assets"


def _wall() -> Iterator[Finding]:
    """PostgreSQL's row-level security: every scoped table has it, and the role that we connect as is held to it."""
    if connection.vendor != "postgresql":
        return
    open_tables = missing_walls()
    yield (
        BAD if open_tables else WELL,
        f"行级安全没有设在 {'、'.join(open_tables)}，请运行 xiaoan migrate"
        if open_tables
        else "行级安全设在每张分单位的表上",
    )
    if goes_round():
        yield LOOK, "连接数据库的角色是超级用户或有 BYPASSRLS，行级安全对它不起作用；请换成只拥有本库的普通角色"


def _order() -> Iterator[Finding]:
    """Below a unit is what lies between two paths: true only where text is compared byte by byte."""
    with connection.cursor() as cursor:
        cursor.execute(BY_BYTES)
        is_by_bytes = cursor.fetchone()[0]
    if not is_by_bytes:
        yield BAD, "数据库不是按字节比较文字的，上下级会查错；请备份后用 createdb --lc-collate=C 重建数据库再恢复"
