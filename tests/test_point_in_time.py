"""PostgreSQL taken back to a moment, step by step as docs/recovery.md says it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import Cluster, new_cluster

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not os.environ.get("XIAOAN_DATABASE"), reason="this is PostgreSQL's own; run beside it"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's own user may write and pass through, which is not so below pytest's folders."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def test_a_database_goes_back_to_the_minute_before_the_accident(folder: Path) -> None:
    with new_cluster(folder / "primary") as primary:
        archive = primary.folder / "archive"
        archive.mkdir()
        if os.getuid() == 0:
            shutil.chown(archive, "postgres", "postgres")
        primary.start(
            wal_level="replica", archive_mode="on", fsync="off",
            archive_command=f"test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f",
        )  # fmt: skip
        primary.ask("CREATE TABLE record (n int)")
        primary.ask("INSERT INTO record SELECT generate_series(1, 100)")
        base = primary.folder / "base"
        primary.run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", str(primary.port), "-U", "xiaoan", "-D", str(base), "-c", "fast"
        )
        primary.ask("INSERT INTO record SELECT generate_series(101, 150)")
        primary.ask("SELECT pg_sleep(0.2)")
        moment = str(primary.ask("SELECT now()")[0][0])
        primary.ask("SELECT pg_sleep(0.2)")
        primary.ask("DROP TABLE record")  # the accident
        primary.ask("CREATE TABLE after_it (n int)")
        primary.ask("SELECT pg_switch_wal()")
        primary.stop()

        restored = Cluster(primary.folder, primary.port)
        restored.data = base
        (base / "recovery.signal").touch()
        if os.getuid() == 0:
            shutil.chown(base / "recovery.signal", "postgres", "postgres")
        restored.start(
            restore_command=f"cp {archive}/%f %p", recovery_target_time=moment, recovery_target_action="promote"
        )
        try:
            assert restored.ask("SELECT count(*), max(n) FROM record") == [(150, 150)]
            assert restored.ask("SELECT to_regclass('after_it')") == [(None,)]
        finally:
            restored.stop("immediate")
