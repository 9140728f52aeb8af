"""Making a backup, dropping old ones, and going back to one."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from xiaoan.engines.files.models import StoredFile
from xiaoan.ground.journal.chain import faults, known_faults, noted_head
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.snapshot import snapshot
from xiaoan.site.keeping import databases, pool
from xiaoan.site.keeping.manifest import (
    FILES,
    TABLES,
    Manifest,
    applied_migrations,
    backups_in,
    counted_rows,
    read_manifest,
    sha256_of,
)
from xiaoan.site.proof import differences

Say = Callable[[str], None]


def make_backup(folder: Path, say: Say) -> tuple[Path, list[str]]:
    """Add a backup to `folder`. Returns it, and sentences about what is wrong with the site that was backed up."""
    if TABLES["units"] not in connection.introspection.table_names():
        raise Invalid("这里还没有数据库，没有可以备份的内容。请检查 XIAOAN_DATA 和 XIAOAN_DATABASE。")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        backup = folder / f"{timezone.localtime(clock.now()):%Y-%m-%d-%H%M%S-%f}"
        backup.mkdir(mode=0o700)
        try:
            return backup, _fill(folder, backup, say)
        except BaseException:
            shutil.rmtree(backup)
            raise


def _fill(folder: Path, backup: Path, say: Say) -> list[str]:
    earlier = backups_in(folder)
    with snapshot():
        made_at, rows, head, migrations = clock.now(), counted_rows(), noted_head(), applied_migrations()
        wrong = list(known_faults(read_manifest(earlier[-1]).head)) if earlier else []
        count = _list_files(backup)
        say("数据库……")
        dumped = databases.dump(backup)
        say(f"数据库 {_size(dumped)}")
    missing = pool.take(folder, pool.listed(backup), _progress(say, "文件", count))
    manifest = Manifest(
        made_at=made_at.isoformat(timespec="seconds"), version=version("xiaoan"), engine=connection.vendor,
        database=dumped.name, database_sha256=sha256_of(dumped), files_sha256=sha256_of(backup / FILES),
        files=count - len(missing), missing=missing, rows=rows, head=head, migrations=migrations,
    )  # fmt: skip
    manifest.write(backup)
    if missing:
        wrong.append(f"有 {len(missing)} 个文件在存储里找不到或已损坏，备份里没有它们；编号见 manifest.json。")
    return wrong


def keep_newest(folder: Path, keep: int, say: Say) -> None:
    """Drop all but the newest `keep` backups, what was left unfinished before them, and files that none needs."""
    with _alone(folder):
        kept = {path.name for path in backups_in(folder)[-keep:]}
        old = [path for path in folder.iterdir() if path.is_dir() and path.name not in {*kept, pool.FOLDER}]
        for path in old:
            shutil.rmtree(path)
        gone = pool.drop_unlisted(folder)
        say(f"保留最近 {len(kept)} 份，删掉 {len(old)} 份旧的和 {gone} 个不再需要的文件")


def restore_backup(backup: Path, replace: bool, say: Say) -> list[str]:
    """Check the backup, put it in the site's place, and prove the result. Returns what is wrong with it.

    Raises Invalid, with nothing changed, when the backup is damaged, too new, or the site is not empty."""
    manifest, folder = read_manifest(backup), backup.parent
    _require_fitting(manifest)
    if not replace and not is_empty():
        raise Invalid("这里的数据库里已有数据。确定要用备份替换它，请加 --replace;原有的数据会全部丢失。")
    say(f"核对备份 {backup.name}({manifest.made_at}，版本 {manifest.version})")
    _require_whole(backup, manifest)
    wanted = [sha256 for sha256 in pool.listed(backup) if sha256 not in set(manifest.missing)]
    pool.check(folder, wanted, _progress(say, "核对文件", len(wanted)))
    pool.give(folder, wanted, _progress(say, "放回文件", len(wanted)))
    say("放回数据库……")
    databases.load(backup / manifest.database)
    wrong = _row_faults(manifest)
    say("升级数据库结构……")
    call_command("migrate", verbosity=0)
    say("核对汇总数和操作日志……")
    return [*wrong, *_proof(manifest)]


def is_empty() -> bool:
    """Whether nobody has used the database yet: it has no tables of ours, or no unit and no person in them."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in ({TABLES["units"], TABLES["people"]}) & tables:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                return False
    return True


def _require_fitting(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise Invalid(
            f"这份备份来自 {manifest.engine}，这里的数据库是 {connection.vendor}：请改 XIAOAN_DATABASE 再恢复。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    ours = {key.partition(".")[0] for key in known}
    newer = [m for m in manifest.migrations if m not in known and m.partition(".")[0] in ours]
    if newer:
        raise Invalid(
            f"备份来自更新的版本({manifest.version}，有这里不认识的 {newer[0]})。请先安装那个版本或更新的版本。"
        )


def _require_whole(backup: Path, manifest: Manifest) -> None:
    for name, sha256 in ((manifest.database, manifest.database_sha256), (FILES, manifest.files_sha256)):
        if not (backup / name).exists() or sha256_of(backup / name) != sha256:
            raise Invalid(f"备份里的 {name} 缺失或损坏，没有恢复任何内容。请换一份备份。")


def _row_faults(manifest: Manifest) -> Iterator[str]:
    rows = counted_rows()
    return (f"{key} 应有 {n} 行，恢复后 {rows[key]} 行。" for key, n in manifest.rows.items() if rows[key] != n)


def _proof(manifest: Manifest) -> Iterator[str]:
    with snapshot():
        yield from faults(manifest.head)
        for (path, measure, subject, period), counted, held in differences():
            yield f"汇总数 {path} {measure} {subject} {period}:记录数得 {counted}，汇总为 {held}"


def _list_files(backup: Path) -> int:
    """files.txt: every content that the database speaks of, once, in order."""
    rows = StoredFile.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    count = 0
    with (backup / FILES).open("w", encoding="ascii") as out:
        for sha256 in rows.iterator(chunk_size=5000):
            out.write(f"{sha256}\n")
            count += 1
    return count


def _progress(say: Say, what: str, total: int) -> Callable[[int], None]:
    """Says how far it has come at each twentieth."""
    step = max(1, total // 20)

    def told(count: int) -> None:
        if count % step == 0 or count == total:
            say(f"{what} {count}/{total}")

    return told


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{size // 1024 + 1} KB"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder: a second one would drop the files that the first is about to list."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Invalid(f"另一个备份正在写 {folder}，等它完成再试。") from None
        yield
