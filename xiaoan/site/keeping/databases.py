"""The database into one file and back: SQLite by its online backup, PostgreSQL by pg_dump."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from xiaoan.kernel import wall
from xiaoan.kernel.errors import Invalid

# Everything goes in one transaction with what is restored: a restore that fails leaves all as it was.
EMPTY = """
SET lock_timeout = '20s';
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', name);
  END LOOP;
END $$;
"""


def dump(folder: Path) -> Path:
    """Write the database as this transaction sees it into `folder`; others go on writing."""
    return _dump_postgresql(folder) if connection.vendor == "postgresql" else _dump_sqlite(folder)


def load(dumped: Path) -> None:
    """Put the dump in the place of all that the database holds."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
        _load_postgresql(dumped)
    else:
        _load_sqlite(dumped)


def _dump_sqlite(folder: Path) -> Path:
    """Through the transaction's own connection, so that it is the snapshot that is copied."""
    plain, packed = folder / "database.sqlite3", folder / "database.sqlite3.gz"
    connection.ensure_connection()
    with closing(sqlite3.connect(plain)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    with plain.open("rb") as read, gzip.open(packed, "wb", compresslevel=3) as out:
        shutil.copyfileobj(read, out, 2**20)
    plain.unlink()
    return packed


def _load_sqlite(dumped: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    plain = target.with_name(".restoring.sqlite3")
    try:
        with gzip.open(dumped, "rb") as read, plain.open("wb") as out:
            shutil.copyfileobj(read, out, 2**20)
        with closing(sqlite3.connect(plain)) as copy, closing(sqlite3.connect(target, timeout=20)) as into:
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise Invalid("备份里的数据库文件损坏，没有恢复任何内容。请换一份备份。")
            copy.backup(into)
    except sqlite3.OperationalError as why:
        raise Invalid(f"数据库写不进去({why})。请先停掉网页服务和后台任务进程，再试一次。") from why
    finally:
        plain.unlink(missing_ok=True)


def _dump_postgresql(folder: Path) -> Path:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
    path = folder / "database.dump"
    # With row security on, and open for this session: pg_dump refuses to guess what policies would hide.
    _run([client("pg_dump"), "--format=custom", "--enable-row-security", f"--snapshot={moment}", f"--file={path}"])
    return path


def _load_postgresql(dumped: Path) -> None:
    reading = [client("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dumped)]
    writing = [client("psql"), "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-f", "-", "-o", os.devnull]

    def feed(into: Any) -> None:
        into.write(EMPTY.encode())
        into.flush()
        done = subprocess.run(reading, stdout=into, stderr=subprocess.PIPE, env=environ())
        if done.returncode:
            raise Invalid(f"备份里的数据库读不出来：{done.stderr.decode(errors='replace').strip()}")

    _run(writing, feed)


def _run(command: list[str], feed: Callable[[Any], None] | None = None) -> None:
    started = subprocess.Popen(
        command, env=environ(), stderr=subprocess.PIPE, stdin=subprocess.PIPE if feed else subprocess.DEVNULL
    )
    try:
        if feed and started.stdin:
            feed(started.stdin)
    except BrokenPipeError:
        pass  # it has stopped, and says below why
    except Invalid:
        started.kill()  # before the end of its input: the transaction is not committed
        raise
    _, told = started.communicate()
    if started.returncode:
        raise Invalid(f"{Path(command[0]).name} 没有成功：{told.decode(errors='replace').strip()}")


def client(name: str) -> str:
    """A client program of PostgreSQL: from PATH, else Debian's newest."""
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3].split(".")[0]))
    if not found and not versions:
        raise Invalid(f"这台机器上没有 {name}。请安装 PostgreSQL 的客户端(Debian：apt install postgresql-client)再试。")
    return found or str(versions[-1])


def environ() -> dict[str, str]:
    """How the clients find the database: nothing of it on a command line, where everybody on the machine may read."""
    told = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {key: str(told[name]) for key, name in named.items() if told[name]}
    return {**os.environ, **given, "PGOPTIONS": f"-c xiaoan.scope={wall.EVERYTHING}"}
