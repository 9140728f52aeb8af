"""Writes that are measured: a record from a phone and through the plain view, a publication, an import, a month's
report. What they add is taken back or labelled synthetic like everything else."""

import io
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import xlsxwriter
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import timezone

from xiaoan.engines.connect.services import make_integration
from xiaoan.engines.intake.services import confirm_upload, upload_workbook
from xiaoan.engines.jobs.models import Job, JobState
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id
from xiaoan.policies.models import Document, Publication, PublicationState
from xiaoan.policies.services import end_publication, publish_document
from xiaoan.site.bench.clients import Ask
from xiaoan.site.bench.people import Asker

LARGEST = "001"  # of the five packs: 135 requirements
ANSWERS = {
    "peak": "morning",
    "leader": "ok",
    "teacher": "ok",
    "guard": "ok",
    "parent": "ok",
    "officer": "ok",
    "traffic": "clear",
}
SLOWEST = 1800
TAKEN = b'"state": "done"'  # in the answer to a command: a refused one is answered as well


def phone_record(asker: Asker) -> Ask:
    """One record as a phone sends it: checked, filed, journaled, counted, linked to what it proves."""
    headers, at = phone_headers(asker), last_watch(asker).isoformat()

    def body() -> bytes:
        now = clock.now().isoformat()
        command = {
            "id": str(uuid.uuid4()), "kind": "record.file", "label": "护学岗", "post": str(asker.post.id),
            "captured_at": now, "happened_at": at,
            "payload": {"unit": str(asker.unit.id), "sheet": "guard_post", "answers": ANSWERS, "seconds": 12},
        }  # fmt: skip
        told = {"person": str(asker.post.person_id), "sent_at": now, "commands": [command]}
        return json.dumps(told, ensure_ascii=False).encode()

    return Ask("/sync/commands/", headers, "POST", body, holds=TAKEN)


def api_record(asker: Asker) -> Ask:
    """One record through the API, by a token and with a key that makes a second sending harmless."""
    headers, at = token_headers(asker, ["records.write"]), last_watch(asker).isoformat()
    body = json.dumps({"sheet": "guard_post", "answers": ANSWERS, "seconds": 12, "happened_at": at}).encode()
    return Ask("/api/records/", headers, "POST", lambda: body, lambda: {"Idempotency-Key": str(uuid.uuid4())})


def last_watch(asker: Asker) -> datetime:
    """The morning of the last day with pupils: on others nothing asks for a watch, and it would prove nothing."""
    calendar, day = calendar_for(asker.unit.path), clock.today() - timedelta(days=1)
    while not calendar.has_pupils(day):
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time_of_day(7, 30)))


def phone_headers(asker: Asker) -> dict[str, str]:
    """The asker's session, with the secret that writes by a session need."""
    secret = get_token(RequestFactory().get("/"))
    return {
        "Cookie": f"{asker.headers['Cookie']}; csrftoken={secret}", "X-CSRFToken": secret, "Content-Type": "application/json",
    }  # fmt: skip


def token_headers(asker: Asker, rights: list[str]) -> dict[str, str]:
    """A token of the asker's post with these rights."""
    ends = clock.today() + timedelta(days=1)
    _, token = make_integration(actor=SYSTEM, post=asker.post, name="测量用", rights=rights, ends=ends)
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


@dataclass(frozen=True)
class Plain:
    """The plain view's write beside ours, and how its rows at the units with these paths are taken back."""

    ask: Callable[[Asker], Ask]
    forget: Callable[[Sequence[str]], Any]


def _plain_record(asker: Asker) -> Ask:
    """The same answers as one row of the same table."""

    def body() -> bytes:
        told = {"sheet": "guard_post", "answers": ANSWERS, "happened_at": clock.now().isoformat()}
        return json.dumps({**told, "unit": str(asker.unit.id), "path": asker.unit.path}).encode()

    return Ask("/add/", {"Content-Type": "application/json"}, "POST", body)


def _forget_records(paths: Sequence[str]) -> None:
    Record.objects.filter(unit_path__in=paths, person_name="", state="withdrawn").delete()


RECORD = Plain(_plain_record, _forget_records)


def publish(province: Unit) -> dict[str, Any]:
    """Publish a document to all schools; the worker counts, back-fills and puts it in force. It is ended again."""
    document = Document.objects.get(key=LARGEST)
    years = max(0, clock.today().year - document.ends.year) if document.ends else 0
    began = time.monotonic()
    made = publish_document(actor=SYSTEM, document=document, unit=province, shift_years=years, note="测量用")
    _wait(lambda: Publication.objects.get(id=made.id).state == PublicationState.IN_FORCE)
    seconds = time.monotonic() - began
    job = Job.objects.filter(name="obligations.backfill").latest("id")
    end_publication(actor=SYSTEM, publication=made, on=max(clock.today(), made.starts), why="测量结束")
    schools = Unit.objects.under(province.path).filter(rank=Rank.SCHOOL).count()
    told = {"seconds": round(seconds, 1), "schools": schools, "seconds_for_50000": round(seconds * 50_000 / schools, 1)}
    return {**told, "outcome": job.outcome}


def bring_in(asker: Asker, schools: int) -> dict[str, Any]:
    """Import a workbook of new schools: reading and checking in the request, writing in the worker. Into the last county,
    which no case asks about: the next run shall find the others as they were."""
    last = Unit.objects.under(asker.unit.path).filter(rank="county").order_by("-path")[0]
    content = _workbook(last, schools)
    began = time.monotonic()
    upload = upload_workbook(actor=asker.actor, kind="schools", file_name="学校.xlsx", content=content)
    checked = time.monotonic() - began
    confirm_upload(actor=asker.actor, upload=upload)
    job = Job.objects.filter(name="intake.take").latest("id")
    _wait(lambda: Job.objects.filter(id=job.id, state__in=[JobState.DONE, JobState.DEAD]).exists())
    done = Job.objects.get(id=job.id)
    if done.state == JobState.DEAD:
        raise RuntimeError(done.outcome)
    return {"checked": round(checked, 1), "seconds": round(time.monotonic() - began, 1), "outcome": done.outcome}


def _workbook(county: Unit, schools: int) -> bytes:
    out, tag = io.BytesIO(), new_id().hex[-6:]
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("学校")
        sheet.write_row(0, 0, ["学校名称", "类别", "上级单位", "学生数", "教职工数", "班级数"])
        for n in range(schools):
            sheet.write_row(n + 1, 0, [f"导入{tag}第{n + 1}学校（合成）", "小学", county.name, 600, 40, 15])
    return out.getvalue()


def _wait(is_over: Callable[[], bool]) -> None:
    end = time.monotonic() + SLOWEST
    while not is_over():
        if time.monotonic() > end:
            raise TimeoutError("后台任务没有在半小时内做完")
        time.sleep(0.2)
