"""Building the demo's data from nothing, with progress."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from xiaoan.engines.flow.escalation import escalate_all
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.tally.services import fold
from xiaoan.ground.journal.services import seal_entries
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.policies.book import raise_stamp
from xiaoan.policies.models import Document, Publication
from xiaoan.policies.packs import load_pack, load_practices, read_packs
from xiaoan.policies.services import acknowledge, publish_document
from xiaoan.site.demo.field import build_risks, build_rounds
from xiaoan.site.demo.hazards import build_hazards
from xiaoan.site.demo.inspections import build_inspections
from xiaoan.site.demo.matters import build_matters
from xiaoan.site.demo.people import Account, build_people
from xiaoan.site.demo.places import Places, build_places
from xiaoan.site.demo.records import build_records
from xiaoan.site.demo.tasks import build_tasks

SEED = 20261121
# Where each document is published, and by how many years it is adopted: 002 and 003 lie in the past.
PUBLISHED = [
    ("003", "370000", "2018年的行动方案，演示中沿用到今年，各项日期顺延整年"),
    ("002", "370800", "2022年的工作要点，演示中作为济宁市文件沿用到今年，各项日期顺延整年"),
    ("000", "370812", ""),
    ("001", "410184", ""),
    ("004", "430203", ""),
]
Say = Callable[[str], Any]


def marker() -> Path:
    """The file that says that the data in this folder are the demo's, and complete."""
    return Path(settings.XIAOAN_DATA) / "demo"


def build(say: Say) -> list[Account]:
    """Units, people, documents in force, records. The database must be empty."""
    rng = random.Random(SEED)
    places = build_places(rng)
    say(f"单位：{len(places.units)} 个机构，{len(places.schools)} 所学校（均为合成）")
    accounts = build_people(rng, places)
    publish_packs(places)
    _open_documents(rng, places)
    say("五份文件已发布,002、003 沿用到今年")
    made = build_records(rng, places, lambda done, total: say(f"记录 {done}/{total}") if done % 1000 == 0 else None)
    build_tasks(rng, places)
    say(f"记录：{made} 条（均为合成）")
    say(
        f"风险点：{build_risks(rng, places)} 个，隐患：{build_hazards(rng, places)} 件，巡查：{build_rounds(rng, places)} 次"
    )
    say(f"督查：{build_inspections(rng, places)} 次检查（演示）")
    say(f"周边与矛盾：{build_matters(rng, places)} 件，护学岗、网格和学生安全员（演示）")
    run_all()
    escalate_all()
    while fold():
        pass
    while seal_entries():
        pass
    marker().write_text("演示数据\n", encoding="utf-8")
    return accounts


def publish_packs(places: Places) -> None:
    """Load the five packs and put each in force at its place for the current year."""
    today = clock.today()
    # Published as the school year began, so that the year's duties are asked from its first day.
    first_day = timezone.make_aware(datetime(today.year if today.month >= 9 else today.year - 1, 9, 1, 8))
    load_practices()
    for pack in read_packs():
        load_pack(pack)
    for key, division, note in PUBLISHED:
        put_in_force(key, places.units[division], note, first_day)


def put_in_force(key: str, unit: Unit, note: str, since: datetime) -> None:
    """Publish a pack below `unit` for the current year, as if it had been published at `since`."""
    document = Document.objects.get(key=key)
    years = max(0, clock.today().year - document.ends.year) if document.ends else 0
    publish_document(actor=SYSTEM, document=document, unit=unit, shift_years=years, note=note)
    Publication.objects.filter(document=document).update(published_at=since)
    raise_stamp()
    run_all()


def _open_documents(rng: random.Random, places: Places) -> None:
    """Most schools have opened the documents that bind them."""
    for publication in Publication.objects.select_related("document"):
        for school in places.schools:
            if school.path.startswith(publication.unit_path) and rng.random() < 0.93:
                acknowledge(actor=SYSTEM, publication=publication, unit=school)
