"""Hostile and odd files at every door: the right result or a sentence in Chinese, soon, and in little memory."""

import io
import re
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conftest import Cast
from tests.hostile import LAUGHS, OUTSIDE, document, inflating, line, png, workbook, zipped
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.pages import hand_out
from xiaoan.engines.files.services import clean_name, store_file
from xiaoan.ground.calendar.reading import read_days
from xiaoan.ground.units.workbook import read_rows
from xiaoan.kernel.apart import Broke, read_apart
from xiaoan.kernel.cells import read_table
from xiaoan.kernel.errors import Invalid
from xiaoan.policies.drafting import read_upload

RARE = "䶮堃𠮷😀"
SECONDS, MEGABYTES = 2, 800
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
BLANK = "".join(f'<row r="{n}"/>' for n in range(3, 1_000_001))


@contextmanager
def soon() -> Iterator[None]:
    """Within two seconds of this processor, our helpers' included, and none of them ever larger than its limit."""

    def spent() -> float:
        helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + helpers.ru_utime + helpers.ru_stime

    def largest() -> int:
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    # A helper begins as a copy of this process, so what it reads is made before.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    before, most = spent(), max(MEGABYTES * 1024, own, largest())
    yield
    assert spent() - before < SECONDS
    assert largest() <= most


def refused(read: Callable[[], Any]) -> str:
    with soon(), pytest.raises(Invalid) as why:
        read()
    assert why.value.sentence.endswith("。") and re.search("[一-鿿]", why.value.sentence)
    return why.value.sentence


BAD_TABLES = {
    "300 megabytes": (lambda: inflating("xl/workbook.xml", 300), "解开后太大"),
    "300 megabytes that claim to be one": (lambda: inflating("xl/workbook.xml", 300, claimed=1_000_000), "解开后太大|不完整"),
    "a part that lies about its size": (lambda: inflating("xl/workbook.xml", 2, claimed=99), "不完整"),
    "one cell at the end of the world": (lambda: workbook(line(1, "日期") + FAR), "散得太开"),
    "a billion laughs": (lambda: workbook(line(1, "&j;"), before=LAUGHS), "不该有的定义"),
    "an entity outside": (lambda: workbook(line(1, "&a;"), before=OUTSIDE), "不该有的定义"),
    "a password": (lambda: LOCKED, "密码"),
    "an old file cut off": (lambda: OLE + b"\0" * 600, "打不开"),
    "no workbook in the archive": (lambda: zipped({"a.txt": "a"}), "打不开"),
    "a binary workbook": (lambda: zipped({"xl/workbook.bin": b"\0"}), "打不开"),
    "an open document": (lambda: zipped({"content.xml": "<a/>", "mimetype": "application/vnd.oasis"}), "打不开"),
    "an archive cut off": (lambda: workbook(line(1, "a"))[:200], "不完整"),
    "a page with a table": (lambda: b"<html><table><tr><td>1,2</td></tr></table>", "打不开"),
    "a program": (lambda: b"MZ\x90\0,,,\n" + b"\0" * 400, "打不开"),
    "a picture": (lambda: png(10, 10), "打不开"),
    "noise": (lambda: bytes(range(256)) * 40, "打不开"),
    "nothing": (lambda: b"", "打不开"),
    "an empty sheet": (lambda: workbook(""), "是空的"),
    "broken XML": (lambda: workbook("<row r='1'><c r='A1'><v>1"), "打不开|是空的"),
    "a column of no name": (lambda: workbook('<row r="1"><c r="ZZZZZZ9"><v>1</v></c></row>'), "打不开|散得太开"),
    "a shared string that is not there": (lambda: workbook('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "打不开|散得太开"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_table_that_cannot_be_read_is_refused_with_a_sentence(name: str) -> None:
    made, words = BAD_TABLES[name]
    content = made()
    assert re.search(words, refused(lambda: read_rows(io.BytesIO(content), ["日期"])))


def test_a_million_blank_rows_and_a_lying_dimension_do_not_hide_the_two_that_are_filled_in() -> None:
    head = '<dimension ref="A1:XFD1048576"/>'
    blank = workbook(line(1, "日期") + line(2, RARE) + BLANK, head)
    with soon():
        table = read_table(blank)
    assert table == [(1, ["日期"]), (2, [RARE])]
    cells = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 200_000))
    styled = workbook(line(1, "日期") + cells)
    with soon():
        assert len(read_table(styled)) == 1


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t"])
def test_a_table_saved_as_text_is_read_in_the_encodings_that_people_have(encoding: str, sign: str) -> None:
    name = "尉迟堃" if encoding == "gbk" else RARE
    content = f"账号{sign}姓名\r\nwei{sign}{name}\r\n".encode(encoding)
    rows = read_rows(io.BytesIO(content), ["账号", "姓名"])
    assert [(r.line, r.get("账号"), r.get("姓名")) for r in rows] == [(2, "wei", name)]


def test_a_formula_is_read_as_the_value_that_was_saved_with_it_and_never_computed() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "结果"])
    sheet.write(1, 0, "甲")
    sheet.write_formula(1, 1, '=HYPERLINK("http://a.example","x")', value="存下来的值")
    sheet.write(2, 0, "乙")
    sheet.write_formula(2, 1, "=1+1", value="")
    book.close()
    rows = read_rows(io.BytesIO(out.getvalue()), ["姓名"])
    assert [row.get("结果") for row in rows] == ["存下来的值", ""]


def test_a_holiday_table_with_a_lie_in_it_is_refused_at_its_own_door() -> None:
    assert "散得太开" in refused(lambda: read_days(io.BytesIO(workbook(line(1, "日期") + FAR))))


# Documents

BODY = "关于加强校园安全工作的通知。各学校每月开展一次应急演练，每学期至少组织一次消防疏散。"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document(BODY + "&j;", LAUGHS), "不该有的定义"),
        (document(BODY + "&a;", OUTSIDE), "不该有的定义"),
        (inflating("word/document.xml", 300), "解开后太大"),
        (inflating("word/document.xml", 300, claimed=1000), "解开后太大|不完整"),
        (document(BODY)[:300], "Word"),
        (LOCKED, "密码"),
        (b"%PDF-1.7\n" + b"1 0 obj<</Length 99999999>>stream\n" * 2000, "PDF"),
        (b"%PDF-1.4\n%%EOF<html><script>alert(1)</script>", "PDF"),
        (b"\xff\xfe" + b"\0\xd8" * 40, "格式"),
        (b"\0" * 4000, "格式"),
        (b"", "没有文字"),
        (b" \n\t ", "没有文字"),
        (png(10, 10), "格式"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    sentence = refused(lambda: read_upload(content))
    assert re.search(words, sentence) and "root:" not in sentence


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_a_document_of_plain_text_is_read_in_the_encodings_that_people_have(encoding: str) -> None:
    name = "堃" if encoding == "gbk" else RARE
    assert read_upload((BODY + name).encode(encoding)) == BODY + name


def test_a_word_document_is_read() -> None:
    assert read_upload(document(BODY + RARE)).strip() == BODY + RARE


# Attachments


def send(cast: Cast, name: str, content: bytes) -> StoredFile:
    return store_file(actor=cast.actor("safety_director"), unit=cast.primary, upload=SimpleUploadedFile(name, content))


def gif_and_script() -> bytes:
    out = io.BytesIO()
    Image.new("P", (20, 20)).save(out, "GIF", comment=b"*/=1;alert(1)//")
    return out.getvalue() + b"<script>alert(1)</script>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("大.png", png(40_000, 40_000), "像素太多"),
        ("大.png", png(7_000, 7_000), "像素太多|已损坏"),
        ("窄.png", png(1, 90_000_000), "像素太多|已损坏"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "不能收"),
        ("图.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "不能收"),
        ("页面.txt", "\ufeff<html>".encode("utf-16"), "不能收"),
        ("表.docm", zipped({"word/document.xml": "<a/>", "[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}), "宏"),
        ("表.xlsm", zipped({"xl/workbook.xml": "<a/>", "[Content_Types].xml": "x.sheet.macroEnabled.main+xml"}), "宏"),
        ("表.xlsx", zipped({"xl/workbook.xml": "<a/>", "xl/activeX/activeX1.bin": "x"}), "宏"),
        ("表.docx", LOCKED, "密码"),
        ("炸弹.docx", inflating("word/document.xml", 300), "太大"),
        ("表.xlsx", zipped({"xl/workbook.xml": "<a/>"})[:60], "损坏"),
        ("空.pdf", b"", "空"),
        ("包.zip", zipped({"../../etc/passwd": "x"}), "压缩包"),
        ("a.exe\n.jpg", b"MZ" + b"\0" * 99, "不能收"),
    ],
)  # fmt: skip
def test_a_hostile_attachment_is_refused_with_a_sentence(cast: Cast, name: str, content: bytes, words: str) -> None:
    assert re.search(words, refused(lambda: send(cast, name, content)))
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_two_files_in_one_give_out_only_the_harmless_one(cast: Cast) -> None:
    picture = send(cast, "图.gif", gif_and_script())
    answer = hand_out(cast.actor("safety_director"), picture.id, is_download=False)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert picture.media_type == "image/jpeg" and b"script" not in body and b"alert" not in body
    paper = send(cast, "文.pdf", b"%PDF-1.4\n%%EOF\n<html><script>alert(1)</script></html>")
    answer = hand_out(cast.actor("safety_director"), paper.id, is_download=False)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    table = send(cast, "表.xlsx", workbook(line(1, "a")))
    answer = hand_out(cast.actor("safety_director"), table.id, is_download=False)
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.pdf", "..\\..\\a.pdf", "a" * 500 + ".pdf", "a\r\nSet-Cookie: b=1\n.pdf", f"{RARE}.pdf", ".pdf", "a\0.pdf", "\u202efdp.exe.pdf"],
)  # fmt: skip
def test_a_name_is_only_a_name(cast: Cast, name: str) -> None:
    file = send(cast, name, b"%PDF-1.4\n%%EOF")
    assert not re.search(r"[\\/\r\n\0\u202e]", file.name) and 0 < len(file.name) <= 120
    header = hand_out(cast.actor("safety_director"), file.id, is_download=True)["Content-Disposition"]
    assert "\n" not in header and "\r" not in header
    assert clean_name(file.name) == file.name


@pytest.mark.django_db
def test_a_submission_larger_than_all_limits_is_not_even_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xiaoan.kernel.uploads.MOST", 1000)
    client = cast.client("safety_director", cast.primary)
    answer = client.post("/files/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 5000)})
    assert answer.status_code == 400 and "分几次传" in answer.content.decode() and not StoredFile.objects.exists()


@pytest.mark.django_db
def test_each_door_answers_a_hostile_file_with_its_form_and_a_sentence(cast: Cast, wednesday: Any) -> None:
    bomb = inflating("xl/workbook.xml", 300)
    doors = [
        ("system_administrator", cast.county, "/people/import/", {}),
        ("county_officer", cast.county, "/intake/schools/", {}),
        ("safety_director", cast.primary, "/records/new/general/import/", {}),
        ("county_officer", cast.county, f"/calendar/{cast.county.id}/upload/", {}),
        ("county_officer", cast.county, "/policies/draft/", {"text": ""}),
    ]
    for role, unit, url, more in doors:
        client = cast.client(role, unit)
        answer = client.post(url, {**more, "file": SimpleUploadedFile("表.xlsx", bomb)})
        assert answer.status_code == 422 and "太大" in answer.content.decode(), url


@pytest.mark.django_db
def test_rare_names_come_back_from_every_field_as_they_went_in(cast: Cast, wednesday: Any) -> None:
    from xiaoan.engines.sheets.tests.making import a_record
    from xiaoan.ground.people.services import enrol
    from xiaoan.ground.units.services import create_unit
    from xiaoan.kernel.actor import SYSTEM

    school = create_unit(actor=SYSTEM, parent=cast.county, rank="school", name=f"{RARE}小学", kind="primary", pupils=3)
    enrol(actor=SYSTEM, unit=school, username="yan", name=RARE, role="safety_director")
    record = a_record(school)
    type(record).objects.filter(pk=record.pk).update(summary=RARE)
    send(cast, f"{RARE}.pdf", b"%PDF-1.4\n%%EOF")
    client = cast.client("county_officer", cast.county)
    for url in ("/people/", f"/units/?words={RARE}", "/records/"):
        assert RARE in client.get(url).content.decode(), url
    table = read_table(b"".join(client.get("/people/?as=xlsx").streaming_content))  # type: ignore[attr-defined]
    assert RARE in [cell for _, row in table for cell in row]


def test_the_helper_gets_none_of_our_secrets() -> None:
    """What a parser is talked into finds no setting of ours in its environment."""
    assert set(read_apart("tests.hostile:environment", b"")) <= {
        "PYTHONPATH",
        "LANG",
        "LC_CTYPE",
        "PYTHONDONTWRITEBYTECODE",
    }


@pytest.mark.parametrize("reader", ["tests.hostile:hang", "tests.hostile:swallow", "tests.hostile:crash"])
def test_a_parser_that_hangs_or_swallows_memory_or_crashes_takes_only_its_helper_along(
    reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiaoan.kernel.apart.MOST_WAIT", 1)
    with pytest.raises(Broke):
        read_apart(reader, b"")
