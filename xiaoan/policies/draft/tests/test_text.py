"""Files in, raw text out, or a Chinese sentence that says what to do."""

import io
import json
from pathlib import Path

import pytest

from xiaoan.policies.draft import UnreadableDocument, draft_text, read_bytes, read_file
from xiaoan.policies.draft.__main__ import main

WORDS = "关于做好校园安全工作的通知\n一、任务\n各校每月开展一次检查。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(WORDS.encode(encoding))
    assert read_file(file) == WORDS


def test_a_word_file_with_a_table_keeps_its_order() -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("一、任务")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "修订应急预案"
    table.rows[0].cells[1].text = "2026年6月底前"
    document.add_paragraph("二、要求")
    held = io.BytesIO()
    document.save(held)
    text = read_bytes(held.getvalue())
    assert text.split("\n") == ["一、任务", "修订应急预案\t2026年6月底前", "二、要求"]
    days = [r.deadline for c in draft_text(text).clauses for r in c.requirements]
    assert [day.isoformat() for day in days if day] == ["2026-06-30"]


def _pdf(password: str | None = None) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "没有文字"),
        (b"  \n", "没有文字"),
        (b"PK\x03\x04 not a package", "重新另存为 .docx"),
        (b"%PDF-1.4 broken", "重新导出"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "另存为 .docx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "认不出"),
    ],
)
def test_what_cannot_be_read_is_said_in_chinese(content: bytes, says: str) -> None:
    if content.startswith(b"PK"):
        pytest.importorskip("docx")
    if content.startswith(b"%PDF"):
        pytest.importorskip("pypdf")
    with pytest.raises(UnreadableDocument, match=says):
        read_bytes(content)


def test_a_scanned_pdf_and_a_locked_one_are_told_apart() -> None:
    with pytest.raises(UnreadableDocument, match="扫描件"):
        read_bytes(_pdf())
    with pytest.raises(UnreadableDocument, match="密码"):
        read_bytes(_pdf("secret"))


def test_a_missing_file_is_said_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="打不开"):
        read_file(tmp_path / "none.txt")


def test_the_command_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(WORDS, encoding="utf-8")
    assert main([str(file), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["title", "number", "issuer", "issued_on", "starts", "ends", "clauses"]
    assert [r["every"] for c in printed["clauses"] for r in c["requirements"]] == ["monthly"]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.txt")]) == 2
    assert "打不开" in capsys.readouterr().err
