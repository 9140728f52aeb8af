"""Read a policy document's file into raw text, or say in Chinese why it cannot be read."""

import io
from importlib import import_module
from pathlib import Path
from typing import Any

from .numbering import Numbering, read_numbering
from .pages import join_pages

LARGEST = 30 * 1024 * 1024
ZIP, PDF, OLE = b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"


class UnreadableDocument(ValueError):
    """The file gives no text; the message is a Chinese sentence for the person who chose it."""


def read_file(path: str | Path) -> str:
    """The raw text of a .txt, .docx or .pdf file, line breaks kept.

    The kind is told from the content, not from the name. Raises UnreadableDocument.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise UnreadableDocument(f"打不开文件“{file.name}”，请检查文件是否存在、是否有读取权限。") from error
    if size > LARGEST:
        raise UnreadableDocument("文件超过 30 MB，请只上传正文，或把图片去掉后再试。")
    return read_bytes(content)


def read_bytes(content: bytes) -> str:
    """The raw text of an uploaded file's bytes. Raises UnreadableDocument."""
    if content.startswith(ZIP):
        text = _read_docx(content)
    elif content[:1024].lstrip().startswith(PDF):
        text = _read_pdf(content)
    elif content.startswith(OLE):
        raise UnreadableDocument("这是旧版 Word（.doc）或加了密码的文件，请去掉密码并另存为 .docx 后再试。")
    else:
        text = _read_plain(content)
    if not text.strip():
        raise UnreadableDocument("文件里没有文字，请换一个有正文的文件，或直接粘贴正文。")
    return text


def _read_plain(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableDocument("认不出这个文件的格式，请上传 .docx、.pdf 或 .txt，或直接粘贴正文。")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _library(name: str, kind: str) -> Any:
    # Loaded only when needed: pasted text must work where neither library is installed.
    try:
        return import_module(name)
    except ImportError as error:
        raise UnreadableDocument(
            f"服务器没有安装读取 {kind} 的组件，请直接粘贴正文，或联系管理员安装 {name}。"
        ) from error


def _read_docx(content: bytes) -> str:
    docx = _library("docx", "Word 文件")
    try:
        document = docx.Document(io.BytesIO(content))
        return "\n".join(_docx_lines(document, read_numbering(document)))
    except Exception as error:  # a damaged package can fail anywhere inside zip, XML or relations
        raise UnreadableDocument(
            "这个文件不是完好的 Word（.docx）文件，请用 Word 或 WPS 打开后重新另存为 .docx。"
        ) from error


def _docx_lines(container: Any, numbering: Numbering) -> list[str]:
    """Paragraphs and table rows in their order; a row is one line, its cells apart by tabs."""
    lines: list[str] = []
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            lines += [_docx_row(row, numbering) for row in block.rows]
        else:
            lines.append(numbering.mark(block._p) + str(block.text))
    return lines


def _docx_row(row: Any, numbering: Numbering) -> str:
    cells: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        # A merged cell is listed once for each column that it covers.
        if id(cell._tc) not in seen:
            seen.add(id(cell._tc))
            words = (numbering.mark(paragraph._p) + str(paragraph.text) for paragraph in cell.paragraphs)
            cells.append(" ".join(" ".join(words).split()))
    return "\t".join(cells)


def _read_pdf(content: bytes) -> str:
    pypdf = _library("pypdf", "PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        locked = bool(reader.is_encrypted) and not reader.decrypt("")
        text = "" if locked else join_pages([page.extract_text() or "" for page in reader.pages])
    except Exception as error:  # damaged or exotic files raise many kinds of error here
        raise UnreadableDocument("这个 PDF 已损坏或无法解析，请重新导出，或直接粘贴正文。") from error
    if locked:
        raise UnreadableDocument("这个 PDF 加了密码，请去掉密码后再上传，或直接粘贴正文。")
    if not text.strip():
        raise UnreadableDocument("这个 PDF 是扫描件，里面只有图片没有文字，请先做文字识别，或直接粘贴正文。")
    return text
