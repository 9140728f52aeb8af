"""A PostgreSQL of a test's own, from the machine's binaries: to be stopped, filled up or taken back in time."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.running import free_port


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[-2].split(".")[0]))
    return found[-1] if found else Path(shutil.which("initdb") or "/none/initdb").parent


class Cluster:
    """One data folder and its server. Root may not run it, so root becomes `postgres`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.data, self.port = folder, folder / "data", port

    @property
    def url(self) -> str:
        return f"postgresql://xiaoan@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        become = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]
        command = [*(become if os.getuid() == 0 else []), str(binaries() / program), *words]
        done = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr

    def make(self) -> None:
        self.run(
            "initdb", "-D", str(self.data), "-U", "xiaoan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )

    def start(self, **settings: str) -> None:
        """Settings stay for later starts."""
        with (self.data / "postgresql.auto.conf").open("a") as out:
            out.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c shared_buffers=16MB"
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        url = self.url.replace("/postgres", f"/{database}")
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []


@contextmanager
def new_cluster(folder: Path) -> Iterator[Cluster]:
    """A fresh one, not started; whatever runs of it at the end is stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Cluster(folder, free_port())
    made.make()
    try:
        yield made
    finally:
        if (made.data / "postmaster.pid").exists():
            made.stop("immediate")
