"""Two machines for the test of backups, each one process that runs several commands in turn and prints what it saw."""

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from tests.seed_killed import keep_a_file, seed  # sets Django up: stands before all others

from django.core.management import CommandError, call_command  # isort: skip

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.jobs.services import enqueue_due, run_all
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.ground.journal.models import Seal
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.wall import open_process


def first_machine(kept: str) -> dict[str, Any]:
    """Backs up in between writing; at the end its journal has been cut, as far as the newest backup knows."""
    seen: dict[str, Any] = {"empty": said("backup", kept)}
    call_command("migrate", verbosity=0)
    ids = seed()
    seen["had"] = write(ids, "第一份", "第二份")
    call_command("migrate", "units", "0002", verbosity=0)  # as a site of an earlier version
    seen["told"] = said("backup", kept)
    call_command("migrate", verbosity=0)
    seen["files_then"] = files_in(kept)
    seen["more"] = write(ids, "第三份")
    seen["again"] = said("backup", kept, "--keep", "2")
    seen["files_now"] = files_in(kept)
    newest = sorted(Path(kept).glob("*/manifest.json"))[-1]
    whole = newest.read_text()
    newest.write_text(json.dumps({**json.loads(whole), "head": "1:" + "0" * 64}))
    seen["cut"] = said("backup", kept, "--keep", "1")
    newest.write_text(whole)
    return seen


def second_machine(older: str, newer: str, wanted: str) -> dict[str, Any]:
    """Empty at first."""
    seen: dict[str, Any] = {"restored": said("restore", newer), "has": count()}
    seen["refused"] = said("restore", newer)
    damaged = Path(newer).parent / "files" / wanted[:2] / wanted[2:4] / wanted
    content = damaged.read_bytes()
    damaged.write_bytes(b"another content")
    seen["damaged"], seen["still_has"] = said("restore", newer, "--replace"), count()
    damaged.write_bytes(content)
    seen["older"], seen["nothing"] = said("restore", older, "--replace"), count()
    manifest = Path(older) / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "migrations": [*told["migrations"], "journal.0099_from_tomorrow"]}))
    seen["newer"] = said("restore", older)
    return seen


def write(ids: dict[str, str], *texts: str) -> dict[str, Any]:
    for text in texts:
        keep_a_file(ids, text)
    unit, actor = Unit.objects.get(id=ids["unit"]), actor_for(Post.objects.get(id=ids["post"]))
    file_record(actor=actor, unit=unit, sheet="general", answers={"title": "合成"}, happened_at=clock.now())
    enqueue_due()
    run_all()
    return count()


def count() -> dict[str, Any]:
    return {
        "records": Record.objects.count(),
        "files": sorted(StoredFile.objects.values_list("sha256", flat=True)),
        "people": Person.objects.count(),
        "seals": Seal.objects.count(),
    }


def files_in(kept: str) -> dict[str, int]:
    """Each file of the pool and its inode, which is new when it was written again."""
    return {p.name: p.stat().st_ino for p in (Path(kept) / "files").rglob("*") if p.is_file()}


def said(*command: str) -> str:
    out = StringIO()
    try:
        call_command(*command, stdout=out, stderr=out)
    except (CommandError, SystemExit) as end:
        out.write(f"\nexit: {end}")
    return out.getvalue()


if __name__ == "__main__":
    open_process()
    asked = {"first": first_machine, "second": second_machine}[sys.argv[1]]
    print(json.dumps(asked(*sys.argv[2:])))
