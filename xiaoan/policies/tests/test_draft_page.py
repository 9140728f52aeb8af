"""A pasted text becomes a draft, a person puts it right, and schools have dated duties that a record proves."""

import io
import random
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from conftest import Cast
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.sheets.services import file_record
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown
from xiaoan.policies.draft import draft_text, read_file
from xiaoan.policies.drafting import LONGEST, add_requirement, change_requirement, create_draft, needs_look
from xiaoan.policies.models import Document, Requirement
from xiaoan.policies.packs import load_practices
from xiaoan.policies.tests.notices import COUNTY
from xiaoan.policies.wording import squeeze

pytestmark = pytest.mark.usefixtures("wednesday")
START = "/policies/draft/"


@pytest.fixture(autouse=True)
def practices(db: Any) -> None:
    load_practices()


def paste(client: Client, text: str = COUNTY) -> Document:
    answer = client.post(START, {"text": text})
    assert answer.status_code == 302, answer.content.decode()
    return Document.objects.get(id=answer["Location"].rstrip("/").split("/")[-1])


def row_with(document: Document, words: str) -> Requirement:
    return document.requirements.select_related("document__owner", "clause", "practice").get(
        clause__text__contains=words
    )


def as_input(row: Requirement, **changes: Any) -> dict[str, Any]:
    """What the browser would send for an untouched form, with changes."""
    given = {
        "is_kept": "on", "duty": row.duty, "practice": "new" if row.practice_id == "general" else row.practice_id, "kind": row.kind, "every": row.every,
        "times": row.times, "window": row.window, "deadline": row.deadline.isoformat() if row.deadline else "",
        "ranks": row.binds["ranks"],
    }  # fmt: skip
    return given | changes


def test_a_pasted_document_becomes_dated_duties(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    assert (document.title, document.number) == ("关于印发2026年下半年校园安全重点工作的通知", "甲教安〔2026〕7号")
    assert (document.state, document.owner) == ("draft", cast.county)
    drill = row_with(document, "应急疏散演练")
    assert (drill.practice_id, drill.every, drill.times) == ("drill", "monthly", 2)
    plan = row_with(document, "修订应急预案")
    assert (plan.kind, plan.deadline) == ("deliverable", date(2026, 12, 15))
    answer = client.post(reverse("policies:row", args=[drill.id]), as_input(drill, times=1))
    assert answer.status_code == 302, answer.content.decode()
    head = {"title": document.title, "issuer": "甲县教育局", "starts": "2026-08-01", "ends": "2027-01-31"}
    assert client.post(reverse("policies:head", args=[document.id]), head).status_code == 302
    sent = client.post(reverse("policies:publish", args=[document.id]), {"unit": str(cast.county.id), "shift_years": 0})
    assert sent.status_code == 302, sent.content.decode()
    run_all()
    # The floor above says what a school now owes.
    duties_of = import_string("xiaoan.obligations.queries.duties_of")
    lines = {
        line.strictest.duty.requirement_id: line
        for line in duties_of(cast.primary, date(2026, 11, 18))
        if not line.is_missed
    }
    assert (lines[drill.id].due, lines[drill.id].need) == (date(2026, 11, 30), 1)
    assert (lines[plan.id].due, lines[plan.id].is_done) == (date(2026, 12, 15), False)
    assert not duties_of(cast.outside, date(2026, 11, 18))
    file_drill(cast)
    lines = {
        line.strictest.duty.requirement_id: line
        for line in duties_of(cast.primary, date(2026, 11, 18))
        if not line.is_missed
    }
    assert lines[drill.id].is_done


def file_drill(cast: Cast) -> None:
    answers_for = import_string("xiaoan.site.demo.answers.answers_for")
    sheet = import_string("xiaoan.engines.sheets.catalogue.sheet")("drill")
    file_record(
        actor=cast.actor("safety_director"), unit=cast.primary, sheet="drill",
        answers=answers_for(random.Random(1), sheet, [], [], date(2026, 11, 17), 500),
        happened_at=timezone.make_aware(datetime(2026, 11, 17, 9)),
    )  # fmt: skip


def test_every_letter_of_the_text_stands_in_a_sentence_or_a_heading(cast: Cast) -> None:
    document = create_draft(actor=cast.actor("county_officer"), unit=cast.county, text=COUNTY)
    letters = squeeze(COUNTY)
    covered = set()
    for clause in document.clauses.all():
        assert letters[clause.start : clause.end] == clause.text
        covered |= set(range(clause.start, clause.end))
    rest = "".join(c for n, c in enumerate(letters) if n not in covered)
    for part in (document.number, document.title, *(s["label"] + s["title"] for s in document.sections)):
        rest = rest.replace(part, "", 1)
    # What stays out stands in the head: the issuer, on top and as signature.
    assert rest.replace("文件", "").replace(document.issuer, "") == ""


def test_a_sentence_that_asks_nothing_is_a_principle(cast: Cast) -> None:
    document = create_draft(actor=cast.actor("county_officer"), unit=cast.county, text=COUNTY)
    said = dict(document.clauses.values_list("text", "disposition"))
    assert said["各学校要高度重视，切实加强领导。"] == "principle"
    assert said["各学校每月至少开展2次应急疏散演练。"] == "live"


def test_what_nobody_asked_before_is_a_practice_of_its_own(cast: Cast) -> None:
    document = create_draft(actor=cast.actor("county_officer"), unit=cast.county, text=COUNTY)
    row = row_with(document, "反无人机")
    practice = row.practice if row.practice.is_local else None
    if practice is None:
        row = change_requirement(actor=cast.actor("county_officer"), requirement=row, practice="new")
        practice = row.practice
    assert practice.is_local
    assert practice.where == []  # a record proves it by naming it


def test_a_new_practice_goes_by_what_its_row_now_says(cast: Cast) -> None:
    actor = cast.actor("county_officer")
    document = create_draft(actor=actor, unit=cast.county, text=COUNTY)
    row = change_requirement(actor=actor, requirement=row_with(document, "反无人机"), practice="new")
    row = change_requirement(actor=actor, requirement=row, duty="推演无人机入侵")
    assert row.practice.name == "推演无人机入侵"
    assert row.document.requirements.get(id=row.id).practice.name == "推演无人机入侵"


def test_a_browser_closed_half_way_loses_nothing(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    page = cast.client("county_officer").get(reverse("policies:draft", args=[document.id])).content.decode()
    assert "应急疏散演练" in page
    assert document.title in cast.client("county_officer").get(START).content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有收到正文"),
        ("   \n ", "没有收到正文"),
        ("x" * 5_000_000, "超过 10 万字"),
        ("abc " * 50, "没有读到中文正文"),
        ("安" * (LONGEST + 1), "超过 10 万字"),
    ],
)
def test_a_wrong_paste_is_refused_and_kept(cast: Cast, text: str, said: str) -> None:
    answer = cast.client("county_officer").post(START, {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert text.strip()[:50] in page
    assert not Document.objects.exists()


def scanned_pdf() -> bytes:
    from pypdf import PdfWriter

    made, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.txt", b"", "没有文字"), ("扫描.pdf", scanned_pdf(), "扫描件"), ("乱.docx", b"PK\x03\x04 not a docx", "Word"),
        ("乱.bin", bytes(range(256)) * 20_000, "认不出"), ("旧.doc", b"\xd0\xcf\x11\xe0" + b"0" * 99, "另存为"),
    ],
)  # fmt: skip
def test_a_wrong_upload_is_refused_and_what_was_typed_stays(cast: Cast, name: str, content: bytes, said: str) -> None:
    answer = cast.client("county_officer").post(
        START, {"text": "先粘贴的几句话", "file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "先粘贴的几句话" in answer.content.decode()


def test_an_uploaded_word_file_is_read(cast: Cast) -> None:
    import docx

    made, word = io.BytesIO(), docx.Document()
    for line in COUNTY.splitlines():
        word.add_paragraph(line)
    word.save(made)
    answer = cast.client("county_officer").post(
        START, {"text": "", "file": SimpleUploadedFile("通知.docx", made.getvalue())}
    )
    assert answer.status_code == 302
    assert Document.objects.get().source_name == "通知.docx"


def test_a_wrong_row_says_why_and_keeps_what_was_typed(cast: Cast) -> None:
    client = cast.client("county_officer")
    row = row_with(paste(client), "修订应急预案")
    answer = client.post(reverse("policies:row", args=[row.id]), as_input(row, deadline="", duty="改过的事"))
    assert answer.status_code == 422
    assert "还没有填截止日期" in answer.content.decode()
    assert "改过的事" in answer.content.decode()
    row.refresh_from_db()
    assert row.deadline == date(2026, 12, 15)


def test_a_row_is_left_out_and_taken_back_by_one_tick(cast: Cast) -> None:
    client = cast.client("county_officer")
    row = row_with(paste(client), "应急疏散演练")
    url, htmx = reverse("policies:keep", args=[row.id]), {"HX-Request": "true", "HX-Target": f"r-{row.id}"}
    assert "draft-sum" in client.post(url, {}, headers=htmx).content.decode()
    assert not Requirement.objects.get(id=row.id).is_kept
    client.post(url, {"keep": "1"}, headers=htmx)
    assert Requirement.objects.get(id=row.id).is_kept


def test_a_row_that_lacks_something_opens_its_form_instead(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    clause = document.clauses.get(text__startswith="各学校要高度重视")
    row = document.requirements.filter(clause=clause).first() or add_requirement(
        actor=cast.actor("county_officer"), clause=clause
    )
    Requirement.objects.filter(id=row.id).update(kind="standing", measure="", is_kept=False)
    answer = client.post(reverse("policies:keep", args=[row.id]), {"keep": "1"}, headers={"HX-Request": "true"})
    assert "要选一个平台能算出的指标" in answer.content.decode()
    assert not Requirement.objects.get(id=row.id).is_kept


def test_a_row_added_by_hand_is_kept_when_it_is_filled_in(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    clause = document.clauses.get(text__startswith="各学校要高度重视")
    answer = client.post(reverse("policies:add", args=[clause.id]))
    assert answer.status_code == 302
    row = document.requirements.select_related("practice").filter(clause=clause).latest("id")
    assert client.post(answer["Location"], as_input(row, every="yearly", duty="签领导责任书")).status_code == 302
    row.refresh_from_db()
    assert (row.is_kept, row.every, row.practice.is_local) == (True, "yearly", True)


def test_accepting_what_is_certain_leaves_the_doubtful(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    assert client.post(reverse("policies:accept", args=[document.id])).status_code == 302
    for row in document.requirements.select_related("practice").filter(is_kept=True):
        assert row.drafted.get("checked", False) != needs_look(row)


def test_the_colleague_may_not_and_the_outsider_may_not_know(cast: Cast) -> None:
    document = paste(cast.client("county_officer"))
    row = row_with(document, "应急疏散演练")
    urls = [
        reverse("policies:draft", args=[document.id]),
        reverse("policies:row", args=[row.id]),
        reverse("policies:document", args=[document.id]),
    ]
    for role, unit, status in (("safety_director", cast.primary, 403), ("county_officer", cast.other_county, 404)):
        client = cast.client(role, unit)
        assert [client.get(url).status_code for url in urls[:2]] == [status, status]
        assert client.get(urls[2]).status_code == 404
    with pytest.raises(NotAllowed):
        create_draft(actor=cast.actor("county_leader"), unit=cast.county, text=COUNTY)
    with pytest.raises(NotKnown):
        create_draft(actor=cast.actor("county_officer"), unit=cast.other_county, text=COUNTY)


def test_a_published_document_is_changed_no_more(cast: Cast) -> None:
    actor = cast.actor("county_officer")
    document = create_draft(actor=actor, unit=cast.county, text=COUNTY)
    row = row_with(document, "应急疏散演练")
    Document.objects.filter(id=document.id).update(state="published")
    row.document.refresh_from_db()
    with pytest.raises(Exception, match="已经发布"):
        change_requirement(actor=actor, requirement=row, times=5)


def test_a_page_of_two_hundred_rows_costs_no_more_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = cast.client("county_officer")
    short = paste(client)
    long = paste(client, COUNTY + "\n".join(f"各学校每月开展第{n}类检查。" for n in range(200)))
    for document in (short, long):
        client.get(reverse("policies:draft", args=[document.id]))
        with django_assert_max_num_queries(16):
            assert client.get(reverse("policies:draft", args=[document.id])).status_code == 200


def test_a_draft_that_asks_nothing_is_not_published(cast: Cast) -> None:
    client = cast.client("county_officer")
    document = paste(client)
    document.requirements.update(is_kept=False)
    answer = client.post(
        reverse("policies:publish", args=[document.id]), {"unit": str(cast.county.id), "shift_years": 0}
    )
    assert answer.status_code == 422
    assert "还没有保留任何要求" in answer.content.decode()
    with pytest.raises(Invalid):
        create_draft(actor=cast.actor("county_officer"), unit=cast.county, text="")


@pytest.mark.parametrize(
    "path",
    sorted((Path(settings.BASE_DIR) / "xiaoan/policies/draft/tests/documents").glob("*.txt")),
    ids=lambda p: p.stem,
)
def test_nothing_that_was_read_is_lost_on_the_way(cast: Cast, path: Path) -> None:
    """Every drafted requirement of two dozen styles of document becomes a row beside its sentence."""
    text = read_file(path)
    document = create_draft(actor=cast.actor("county_officer"), unit=cast.county, text=text)
    read = [r for part in draft_text(text).clauses for r in part.requirements]
    assert document.requirements.count() == len(read)
    letters = squeeze(text)
    spans = list(document.clauses.values_list("start", "end", "text"))
    assert all(letters[start:end] == words for start, end, words in spans)
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
