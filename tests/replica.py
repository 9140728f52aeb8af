"""A streaming replica of the PostgreSQL that the tests run on, made and ended by the test that needs it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.cluster import Cluster
from tests.running import free_port


class Replica(Cluster):
    """A hot standby beside the primary."""

    def follow(self, primary: str) -> None:
        """Copy the primary at this postgresql:// address and go on with what it writes from now on."""
        at = urlsplit(primary)
        self.run("pg_basebackup", "-h", at.hostname or "", "-p", str(at.port), "-U", at.username or "",
                 "-D", str(self.data), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")  # fmt: skip
        self.start(max_connections="200", fsync="off")  # a standby allows no fewer connections than its primary

    def url_of(self, database: str) -> str:
        """The address of a database here, given its address on the primary."""
        at = urlsplit(database)
        return urlunsplit(at._replace(netloc=f"{at.username}@127.0.0.1:{self.port}"))


@contextmanager
def new_replica(primary: str) -> Iterator[Replica]:
    folder = Path(tempfile.mkdtemp())  # not in the test's own folder: `postgres` must be able to reach it
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Replica(folder, free_port())
    try:
        made.follow(primary)
        yield made
    finally:
        if (made.data / "postmaster.pid").exists():
            made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
