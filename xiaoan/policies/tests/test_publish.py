"""Publishing, adopting for another year, superseding, ending; receipts; who may see and do what."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from conftest import Cast
from xiaoan.engines.jobs.models import Job
from xiaoan.engines.jobs.services import lease_next, run, run_all
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.tally.recount import compare
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.policies.book import book
from xiaoan.policies.burden import estimate, held_at
from xiaoan.policies.models import Clause, Document, Practice, Publication, Receipt, Requirement
from xiaoan.policies.packs import load_practices
from xiaoan.policies.queries import documents, rows_of
from xiaoan.policies.recount import recount
from xiaoan.policies.services import (
    acknowledge_opening,
    attach_text,
    copy_as_draft,
    end_publication,
    publish_document,
    supersede_document,
)

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def practices(db: Any) -> None:
    load_practices()


def make(cast: Cast, key: str = "A", owner: Unit | None = None, **facts: Any) -> Document:
    """A synthetic document: a monthly drill, and a plan due on 30 June."""
    given = {
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "owner": owner or cast.county,
        "tier": "county",
    } | facts
    document = Document.objects.create(
        key=key, title=f"合成文件{key}", short=f"合成{key}", issuer="合成教育局", made_at=clock.now(),
        sections=[{"key": "1", "label": "一、", "title": "任务", "level": 1, "parent": None}], **given,
    )  # fmt: skip
    asked = [
        {"kind": "recurring", "practice_id": "drill", "every": "monthly", "duty": "每月演练"},
        {"kind": "deliverable", "practice_id": "plan_revision", "deadline": date(2026, 6, 30), "duty": "修订预案"},
    ]
    for n, row in enumerate(asked, 1):
        clause = Clause.objects.create(
            document=document, key=f"{key}-{n}", position=n, section="1", text=f"{row['duty']}。", quote=str(row["duty"]),
            disposition="live",
        )  # fmt: skip
        Requirement.objects.create(
            key=f"{key}-{document.version}-{n}", document=document, clause=clause, binds={"ranks": ["school"]}, **row
        )
    return document


def drill(cast: Cast, unit: Unit, day: int = 17) -> Record:
    answers = import_string("xiaoan.obligations.tests.test_evidence.answers_for")("drill")
    at = timezone.make_aware(datetime(2026, 11, day, 9))
    return file_record(
        actor=cast.actor("safety_director", unit), unit=unit, sheet="drill", answers=answers, happened_at=at
    )


def test_publishing_reaches_every_unit_below_and_no_other(cast: Cast) -> None:
    publication = publish_document(actor=cast.actor("county_officer"), document=make(cast), unit=cast.county)
    assert publication.state == "preparing"
    run_all()
    publication.refresh_from_db()
    assert publication.state == "in_force"
    bound = {unit.name for unit in Unit.objects.schools() if book().binding(unit.path, unit.facts())}
    assert bound == {"东镇中心小学", "东镇初级中学", "县直幼儿园"}
    key = ("A-1-1", publication.id.hex)
    figures = {
        u.name: read_one(u.path, "bound").get(key, 0)
        for u in (cast.province, cast.city, cast.county, cast.township, cast.other_county)
    }
    assert figures == {"测试省": 3, "甲市": 3, "甲县": 3, "东镇": 2, "乙县": 0}
    assert Entry.objects.filter(verb="发布文件").count() == 1


def test_a_public_document_opens_without_sign_in(cast: Cast) -> None:
    shown, hidden = make(cast, "A", is_public=True), make(cast, "B")
    publish_document(actor=SYSTEM, document=shown, unit=cast.county)
    draft = make(cast, "C", is_public=True)
    client = Client()
    answer = client.get(reverse("policies:read", args=[shown.id]))
    assert answer.status_code == 200
    assert "每月演练。" in answer.content.decode()
    for document in (hidden, draft):
        answer = client.get(reverse("policies:read", args=[document.id]))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_adoption_moves_every_date_by_whole_years(cast: Cast) -> None:
    document = make(cast, starts=date(2022, 1, 1), ends=date(2022, 12, 31))
    document.requirements.filter(kind="deliverable").update(deadline=date(2022, 6, 30))
    client = cast.client("county_officer")
    page = client.get(reverse("policies:publish", args=[document.id])).content.decode()
    assert "沿用到 2026 年，各项日期顺延 4 年" in page
    assert "2022年6月30日" in page
    assert "2026年6月30日" in page
    sent = client.post(reverse("policies:publish", args=[document.id]), {"unit": str(cast.county.id), "shift_years": 4})
    assert sent.status_code == 302, sent.content.decode()
    publication = Publication.objects.get()
    assert (publication.starts, publication.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [d.deadline for d in book().duties if d.kind == "deliverable"] == [date(2026, 6, 30)]
    assert "沿用到2026年，各项日期顺延4年" in client.get(reverse("policies:list")).content.decode()


def test_what_is_in_force_is_not_published_again(cast: Cast) -> None:
    document, actor = make(cast), cast.actor("county_officer")
    publish_document(actor=actor, document=document, unit=cast.county)
    for unit in (cast.county, cast.township):
        with pytest.raises(Invalid, match="不能重复发布"):
            publish_document(actor=actor, document=document, unit=unit)
    answer = cast.client("county_officer").post(
        reverse("policies:publish", args=[document.id]), {"unit": str(cast.township.id), "shift_years": 0}
    )
    assert answer.status_code == 422
    assert "不能重复发布" in answer.content.decode()
    assert Publication.objects.count() == 1


def test_a_year_that_has_run_out_makes_room_for_the_next(cast: Cast) -> None:
    document = make(cast, starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    with clock.held_at(timezone.make_aware(datetime(2025, 3, 1))):
        old = publish_document(actor=SYSTEM, document=document, unit=cast.county)
    publish_document(actor=cast.actor("county_officer"), document=document, unit=cast.county, shift_years=1)
    old.refresh_from_db()
    assert old.state == "ended"


def test_a_document_without_dates_is_not_published(cast: Cast) -> None:
    with pytest.raises(Invalid, match="起止日期"):
        publish_document(actor=SYSTEM, document=make(cast, ends=None), unit=cast.county)


def test_a_successor_ends_what_it_replaces(cast: Cast) -> None:
    actor = cast.actor("county_officer")
    old = make(cast)
    before = publish_document(actor=actor, document=old, unit=cast.county)
    new = copy_as_draft(actor=actor, document=old, unit=cast.county)
    assert (new.version, new.predecessor, new.state) == (2, old, "draft")
    assert new.requirements.count() == 2
    new.requirements.filter(kind="recurring").update(times=2)
    drill(cast, cast.primary)
    supersede_document(actor=actor, document=new, unit=cast.county)
    run_all()
    before.refresh_from_db()
    old.refresh_from_db()
    assert (before.state, before.ends, old.state) == ("ended", TODAY, "superseded")
    assert {(d.document_id, d.times) for d in book().duties if d.kind == "recurring"} == {(new.id, 2)}
    # The drill made under the old version counts for the new one.
    assert Record.objects.get().evidence.filter(requirement__contains="@2").count() == 1


def test_the_publish_page_of_a_new_version_replaces_the_old_one(cast: Cast) -> None:
    actor = cast.actor("county_officer")
    old = make(cast)
    publish_document(actor=actor, document=old, unit=cast.county)
    new = copy_as_draft(actor=actor, document=old, unit=cast.county)
    url = reverse("policies:publish", args=[new.id])
    assert "上一版同时结束" in cast.client("county_officer").get(url).content.decode()
    assert cast.client("county_officer").post(url, {"unit": str(cast.county.id), "shift_years": 0}).status_code == 302
    assert sorted(Publication.objects.values_list("state", flat=True)) == ["ended", "preparing"]


def test_ending_frees_schools_and_keeps_their_records(cast: Cast) -> None:
    actor = cast.actor("county_officer")
    publication = publish_document(actor=actor, document=make(cast), unit=cast.county)
    run_all()
    record = drill(cast, cast.primary)
    client, url = cast.client("county_officer"), reverse("policies:end", args=[publication.id])
    assert client.post(url, {"on": "2026-11-18", "why": ""}).status_code == 422
    assert client.post(url, {"on": "2027-11-18", "why": "到期"}).status_code == 422
    assert client.post(url, {"on": "2026-11-18", "why": "到期"}).status_code == 302
    assert book().duties == ()
    run_all()
    assert not read_one(cast.county.path, "bound")
    assert import_string("xiaoan.obligations.tests.making.disagreements")() == []
    assert record.evidence.count() == 1
    with pytest.raises(Stale):
        end_publication(actor=actor, publication=publication, on=TODAY, why="再结束一次")


def test_a_worker_killed_half_way_is_finished_by_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(2, 5):
        drill(cast, cast.primary, day)
        drill(cast, cast.junior, day)
    publication = publish_document(actor=cast.actor("county_officer"), document=make(cast), unit=cast.county)
    monkeypatch.setattr("xiaoan.obligations.backfill.UNITS", 1)
    job = lease_next("first")
    assert job is not None
    killed: Callable[..., Any] = import_string("xiaoan.obligations.jobs.backfill")

    class Killed(BaseException):
        """The process is gone: nothing after this is run, not even the handlers of errors."""

    def beat(done: int, total: int) -> None:
        if links.exists():
            raise Killed

    links = import_string("xiaoan.obligations.models.Evidence").objects
    with pytest.raises(Killed):
        killed(job.payload, beat)
    publication.refresh_from_db()
    assert publication.state == "preparing"
    assert links.count() == 3, "those of one school"
    page = cast.client("county_officer").get(reverse("policies:progress", args=[publication.id])).content.decode()
    assert "every 2s" in page
    with clock.held_at(clock.now() + timedelta(minutes=2)):
        again = lease_next("second")
        assert again is not None and again.id == job.id
        run(again)
    publication.refresh_from_db()
    assert (publication.state, links.count()) == ("in_force", 6)
    assert Job.objects.get(id=job.id).state == "done"
    page = cast.client("county_officer").get(reverse("policies:progress", args=[publication.id])).content.decode()
    assert "every 2s" not in page
    assert "执行中" in page


def test_opening_a_document_is_the_receipt_of_the_school(cast: Cast) -> None:
    document = make(cast)
    publication = publish_document(actor=SYSTEM, document=document, unit=cast.county)
    run_all()
    client = cast.client("principal")
    assert "还没有打开" in client.get(reverse("policies:list")).content.decode()
    for _ in range(2):
        assert client.get(reverse("policies:open", args=[document.id])).status_code == 302
    assert Receipt.objects.get().unit == cast.primary
    assert read_one(cast.county.path, "read") == {(publication.id.hex, ""): 1}
    assert "1 / 3 所" in cast.client("county_officer").get(reverse("policies:list")).content.decode()
    assert "1 / 2 所" in cast.client("township_officer").get(reverse("policies:list")).content.decode()
    assert [found for leaves in recount() for found in compare(leaves)] == []


def test_the_office_that_reads_its_own_document_is_no_school(cast: Cast) -> None:
    document = make(cast)
    publish_document(actor=SYSTEM, document=document, unit=cast.county)
    acknowledge_opening(actor=cast.actor("county_officer"), document=document)
    assert not sum(read_one(cast.county.path, "read").values())


def test_documents_above_at_and_below_are_listed_and_no_other(cast: Cast) -> None:
    for key, unit in (
        ("上", cast.province),
        ("本", cast.county),
        ("下", cast.township),
        ("外", cast.other_county),
        ("远", cast.other_city),
    ):
        publish_document(actor=SYSTEM, document=make(cast, key, owner=unit), unit=unit)
    make(cast, "稿")
    make(cast, "人稿", owner=cast.other_county)
    seen = {
        who: cast.client(who).get(reverse("policies:list") + "?state=").content.decode()
        for who in ("county_officer", "principal")
    }
    shown = {who: {k for k in "上本下外远稿" if f"合成文件{k}<" in page} for who, page in seen.items()}
    assert shown == {"county_officer": set("上本下稿"), "principal": set("上本下")}
    assert "合成文件人稿" not in seen["county_officer"]


def test_filters_are_remembered(cast: Cast) -> None:
    publish_document(actor=SYSTEM, document=make(cast, "甲"), unit=cast.county)
    publish_document(actor=SYSTEM, document=make(cast, "乙", tier="city", owner=cast.city), unit=cast.city)
    client = cast.client("county_officer")
    client.get("/policies/?tier=city")
    page = client.get("/policies/").content.decode()
    assert "合成文件乙" in page and "合成文件甲" not in page
    assert "合成文件甲" in client.get("/policies/?reset").content.decode()


def test_the_list_asks_no_more_for_three_documents_than_for_one(cast: Cast, django_assert_num_queries: Any) -> None:
    actor = cast.actor("county_officer")
    for wanted in (1, 3):
        while Document.objects.count() < wanted:
            publish_document(actor=SYSTEM, document=make(cast, f"A{Document.objects.count()}"), unit=cast.county)
        book()
        with django_assert_num_queries(6):
            assert len(rows_of(actor, documents(actor)[:20])) == wanted


def test_the_colleague_may_not_and_the_outsider_may_not_know(cast: Cast) -> None:
    document = make(cast)
    publication = publish_document(actor=SYSTEM, document=document, unit=cast.county)
    urls = {
        name: reverse(f"policies:{name}", args=[pk])
        for name, pk in (("publish", document.id), ("source", document.id), ("end", publication.id))
    }
    colleague, outsider = cast.client("county_leader"), cast.client("county_officer", cast.other_county)
    for url in urls.values():
        assert colleague.get(url).status_code == 403
        assert outsider.get(url).status_code == 404
    for name in ("document", "read", "open"):
        assert outsider.get(reverse(f"policies:{name}", args=[document.id])).status_code == 404
    with pytest.raises(NotAllowed):
        publish_document(actor=cast.actor("county_leader"), document=document, unit=cast.county)
    with pytest.raises(NotKnown):
        publish_document(actor=cast.actor("county_officer"), document=document, unit=cast.other_county)
    with pytest.raises(NotKnown):
        publish_document(actor=cast.actor("county_officer"), document=document, unit=cast.city)


def test_a_county_does_not_end_the_citys_document(cast: Cast) -> None:
    publication = publish_document(actor=SYSTEM, document=make(cast, owner=cast.city), unit=cast.city)
    client = cast.client("county_officer")
    assert client.get(reverse("policies:end", args=[publication.id])).status_code == 403
    assert (
        client.post(reverse("policies:end", args=[publication.id]), {"on": "2026-11-18", "why": "不想做"}).status_code
        == 403
    )


def test_attaching_the_original_finds_the_quotes_and_names_the_lost(cast: Cast) -> None:
    document = make(cast)
    client, url = cast.client("county_officer"), reverse("policies:source", args=[document.id])
    page = client.post(url, {"text": "一、任务\n各校每月演\n练。按时修订方案。"}).content.decode()
    assert "1 处引文没有找到" in page and "修订预案" in page
    document.refresh_from_db()
    first, second = document.clauses.all()
    assert document.source_text.replace("\n", "")[first.start : first.end] == "每月演练"
    assert second.start is None
    with pytest.raises(Invalid, match="不像是"):
        attach_text(actor=cast.actor("county_officer"), document=document, text="完全是另外一份文件的内容。")
    document.refresh_from_db()
    assert "按时修订方案" in document.source_text
    assert client.post(url, {"text": ""}).status_code == 422


def test_what_is_owed_already_costs_nothing_more(cast: Cast) -> None:
    publish_document(actor=SYSTEM, document=make(cast, "旧"), unit=cast.city)
    rows = list(make(cast, "新").requirements.select_related("practice"))
    told = estimate(rows, held_at(book(), cast.county.path))
    assert (told.reused, told.denser, told.fresh) == (1, 0, 1)  # the drill is owed; a plan is handed in anew
    rows[0].every = "weekly"
    denser = estimate(rows[:1], held_at(book(), cast.county.path))
    assert (denser.reused, denser.denser) == (0, 1)
    minutes = Practice.objects.get(key="drill").minutes
    assert denser.minutes == pytest.approx(minutes * (1 - 10 / 40))
    assert estimate(rows[:1], ()).minutes == pytest.approx(minutes)


def test_nobody_publishes_the_draft_of_another_office(cast: Cast) -> None:
    officer = cast.actor("county_officer")
    for owner in (cast.other_county, cast.city):
        with pytest.raises(NotKnown):
            publish_document(actor=officer, document=make(cast, f"稿{owner.path}", owner=owner), unit=cast.county)
    assert not Publication.objects.exists()
