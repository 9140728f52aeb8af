"""Two web processes, two workers and a read replica, each with a data folder of its own as on a machine of its own.
Each is killed in turn while people work on."""

import http.client
import io
import json
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import openpyxl
import psycopg
import pytest

from tests.cluster import binaries
from tests.replica import Replica, new_replica
from tests.running import ROOT, XIAOAN, Browser, Site, free_port, psql
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.kernel.ids import new_id

PRIMARY = os.environ.get("XIAOAN_DATABASE", "")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not PRIMARY, reason="many machines need PostgreSQL; SQLite serves one"),
    pytest.mark.skipif(
        not (binaries() / "pg_basebackup").exists(),
        reason="PostgreSQL's programs (pg_basebackup) are not installed here",
    ),
]


@dataclass
class Machines:
    """The processes by name ("web1", "worker2", …), the replica, and what all of them share."""

    database: str
    replica: Replica
    environ: dict[str, str]
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        for name in names:
            words = ["serve", "--workers", "1"] if name.startswith("web") else ["worker", "--poll", "0.2"]
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [*XIAOAN, *words], env=self.environ_of(name), cwd=ROOT, start_new_session=True, stdout=log, stderr=log
                )  # fmt: skip
        for name in names:
            if name in self.ports:
                wait_for(lambda port=self.ports[name]: answers(port), f"{name} did not start: {self.log_of(name)}", 120)

    def environ_of(self, name: str) -> dict[str, str]:
        data = self.folder / name
        if not data.exists():
            data.mkdir()
            (data / "static").symlink_to(self.folder / "static")  # collected once, to save the test's time
        if name.startswith("web"):
            self.ports.setdefault(name, free_port())
        return {**self.environ, "XIAOAN_DATA": str(data), "XIAOAN_PORT": str(self.ports.get(name, 8000))}

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log_of(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""

    def asked(self, query: str, on: str = "") -> Any:
        """The first value of a query on the primary (or elsewhere), asked by the superuser, who sees through walls."""
        with psycopg.connect(on or superuser(self.database), autocommit=True) as connection:
            return connection.execute(query).fetchone()[0]  # type: ignore[call-overload,index]


class Person(Browser):
    """A browser behind a load balancer: it asks one web process, and the next when that does not answer."""

    def __init__(self, machines: Machines) -> None:
        super().__init__(0)
        self.machines, self.asks = machines, 0

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        self.asks += 1
        for turn in range(40):
            ports = list(self.machines.ports.values())
            self.port = ports[(self.asks + turn) % len(ports)]
            try:
                status, text = super()._send(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status not in (502, 503):
                return status, text
        raise AssertionError("no web process answers")

    def records(self) -> int:
        """How many records the export, which reads from the replica, shows this person."""
        status, text = self.get("/records/export.xlsx")
        assert status == 200
        return sum(1 for _ in openpyxl.load_workbook(io.BytesIO(text.encode(errors="surrogateescape"))).active.rows) - 1  # type: ignore[union-attr]

    def file(self, count: int = 1) -> list[str]:
        """File records as the phone does; the ids that were acknowledged."""
        ids, commands = self.machines.ids, [a_record(self.machines.ids) for _ in range(count)]
        sent = {"person": ids["person"], "sent_at": datetime.now(UTC).isoformat(), "commands": commands}
        status, text = self.post("/sync/commands/", json.dumps(sent), "application/json")
        assert status == 200, text
        return [a["id"] for a in json.loads(text)["answers"] if a["state"] == "done"]


def a_record(ids: dict[str, str]) -> dict[str, Any]:
    answers = {
        f.key: (f.options[0][0] if f.options else 1 if f.type == "number" else "合成")
        for f in sheet("general").fields
        if f.required
    }
    now = datetime.now(UTC).isoformat()
    payload = {"unit": ids["unit"], "sheet": "general", "answers": answers, "seconds": 30}
    return {"id": str(new_id()), "kind": "record.file", "label": "通用记录", "post": ids["post"],
            "captured_at": now, "happened_at": now, "payload": payload}  # fmt: skip


def answers(port: int) -> bool:
    try:
        return Browser(port).get("/health/")[0] == 200
    except OSError:
        return False


def wait_for(is_so: Any, otherwise: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    name, folder = f"machines_{uuid.uuid4().hex[:8]}", tmp_path / "machines"
    (folder / "static").mkdir(parents=True)
    psql(PRIMARY, f"CREATE DATABASE {name}")
    database = f"{PRIMARY.rpartition('/')[0]}/{name}"
    with new_replica(superuser(PRIMARY)) as replica:
        environ = {
            **{k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE" and not k.startswith("XIAOAN_")},
            "PYTHONPATH": str(ROOT), "XIAOAN_DATABASE": database, "XIAOAN_REPLICA": replica.url_of(database),
            "XIAOAN_SECRET": "synthetic-secret-of-all-machines-0", "XIAOAN_FILES": str(folder / "files"),
        }  # fmt: skip
        made = Machines(database, replica, environ, folder)
        try:
            site = Site(made.environ_of("first"), 0)
            made.ids = json.loads(site.run("-m", "tests.seed_machines", program=[XIAOAN[0]]).splitlines()[-1])
            made.start("web1", "web2", "worker1", "worker2")
            yield made
        finally:
            for each in list(made.running):
                made.kill(each)
            psql(PRIMARY, f"DROP DATABASE {name} WITH (FORCE)")


def superuser(address: str) -> str:
    """The same address for the server's superuser, who sees through walls, is copied from, and commands the replica."""
    at = urlsplit(address)
    with psycopg.connect(PRIMARY) as connection:
        role = connection.execute("SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin").fetchone()
    assert role
    return urlunsplit(at._replace(netloc=f"{role[0]}@{at.hostname}:{at.port}"))


def caught_up(machines: Machines) -> bool:
    position = machines.asked("SELECT pg_current_wal_lsn()")
    here = machines.replica.url_of(superuser(PRIMARY))
    return bool(machines.asked(f"SELECT pg_last_wal_replay_lsn() >= '{position}'", here))


def signed_in(machines: Machines, name: str) -> Person:
    person = Person(machines)
    person.sign_in(name)
    return person


def who_wrote_reads_it_at_once_and_others_read_the_replica(machines: Machines) -> None:
    teacher, officer = signed_in(machines, "killed"), signed_in(machines, "officer")
    assert len(teacher.file(2)) == 2
    wait_for(lambda: caught_up(machines), "the replica does not follow")
    officer.cookies.pop("written", None)  # as two minutes after signing in
    assert (teacher.records(), officer.records()) == (2, 2)
    psql(machines.replica.url_of(superuser(PRIMARY)), "SELECT pg_wal_replay_pause()")
    teacher.file()
    assert "written" in teacher.cookies
    assert [teacher.records() for _ in range(4)] == [3, 3, 3, 3], "both web processes know what was written"
    assert officer.records() == 2, "the export does not read from the replica"
    psql(machines.replica.url_of(superuser(PRIMARY)), "SELECT pg_wal_replay_resume()")
    wait_for(lambda: officer.records() == 3, "the replica does not go on")


class Traffic:
    """People at work in threads: one files records, one reads boards and exports. Keeps what was acknowledged."""

    def __init__(self, machines: Machines) -> None:
        self.machines, self.filed, self.boards = machines, list[str](), 0
        self.faults: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._watched, args=(work,)) for work in (self._write, self._read)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *why: Any) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self) -> None:
        """Both get further from here."""
        filed, boards = len(self.filed), self.boards
        wait_for(
            lambda: self.faults or (len(self.filed) >= filed + 4 and self.boards >= boards + 4), "work has stopped"
        )
        assert not self.faults

    def _watched(self, work: Any) -> None:
        try:
            person = signed_in(self.machines, "killed" if work == self._write else "officer")
            while not self._over.is_set():
                work(person)
        except AssertionError as why:
            self.faults.append(str(why))

    def _write(self, person: Person) -> None:
        self.filed += person.file(2)

    def _read(self, person: Person) -> None:
        for path in (f"/board/{self.machines.ids['county']}/", f"/board/{self.machines.ids['unit']}/"):
            status, _ = person.get(path)
            assert status == 200, f"{path} answered {status}"
            self.boards += 1


def each_is_killed_in_turn_and_nothing_is_lost_doubled_or_refused(machines: Machines) -> None:
    with Traffic(machines) as traffic:
        traffic.goes_on()
        machines.kill("web1")
        machines.kill("worker1")
        traffic.goes_on()
        assert done_by_a_worker(machines)
        machines.start("web1", "worker3")
        machines.kill("web2")
        machines.running["worker2"].send_signal(signal.SIGTERM)
        assert machines.running.pop("worker2").wait(30) == 0
        traffic.goes_on()
        assert done_by_a_worker(machines)
        machines.replica.stop("immediate")
        traffic.goes_on()
        assert '"replica": false' in Browser(machines.ports["web1"]).get("/health/")[1]
        machines.replica.start()
        traffic.goes_on()
    assert not traffic.faults
    assert len(traffic.filed) == len(set(traffic.filed))
    ids = ",".join(f"'{i}'" for i in traffic.filed)
    done = "SELECT count(*) FROM sync_command WHERE state = 'done'"
    assert machines.asked(f"{done} AND id IN ({ids})") == len(traffic.filed)
    # A sending may have been cut off before its answer: it counts once too, as done or not at all.
    assert machines.asked("SELECT count(*) FROM sheets_record") == machines.asked(done)
    site = Site(machines.environ_of("first"), 0)
    assert json.loads(site.run("verify", "--json"))["clean"]
    site.run("journal", "verify")


def done_by_a_worker(machines: Machines) -> bool:
    """Queue a small job; a worker that lives does it."""
    job = new_id()
    psql(machines.database, "INSERT INTO jobs_job (id, name, unit_path, payload, state, attempts, run_after, worker, done, "
         f"total, outcome, made_at) VALUES ('{job}', 'obligations.end_exemptions', '', '{{}}', 'queued', 0, now(), '', 0, 0, '', now())")  # fmt: skip
    wait_for(lambda: machines.asked(f"SELECT state FROM jobs_job WHERE id = '{job}'") == "done", "no worker is at work")
    return True


def test_many_machines_are_one_site_also_while_each_is_killed(machines: Machines) -> None:
    """One test, for the machines are dear to start."""
    who_wrote_reads_it_at_once_and_others_read_the_replica(machines)
    each_is_killed_in_turn_and_nothing_is_lost_doubled_or_refused(machines)
