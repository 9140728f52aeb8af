"""What a file is by its content, and which kinds are taken: an allow-list; all else is refused."""

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import puremagic

from xiaoan.kernel.errors import Invalid

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
MOST_ENTRIES = 5000
MOST_TYPES = 1024 * 1024
LOCKED = "EncryptedPackage".encode("utf-16-le")
CONTENT_TYPES = "[Content_Types].xml"
VBA = "_VBA_PROJECT".encode("utf-16-le")
ACTIVE_TEXT = ("<!", "<html", "<svg", "<script", "<?", "#!", "<iframe", "<body", "<head", "<img")
ACTIVE_PDF = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile")


@dataclass(frozen=True)
class Kind:
    """A kind of file. `inline` may be shown in the browser, all others are only downloaded."""

    key: str
    name: str
    media_type: str
    extensions: tuple[str, ...]
    inline: bool = False


IMAGE = Kind("image", "照片", "image/jpeg", ("jpg", "jpeg", "jfif", "png", "webp", "gif"), inline=True)
PDF = Kind("pdf", "PDF 文件", "application/pdf", ("pdf",), inline=True)
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Kind("docx", "Word 文档", OFFICE + "wordprocessingml.document", ("docx",))
XLSX = Kind("xlsx", "Excel 表格", OFFICE + "spreadsheetml.sheet", ("xlsx",))
PPTX = Kind("pptx", "演示文稿", OFFICE + "presentationml.presentation", ("pptx",))
OFD = Kind("ofd", "OFD 版式文件", "application/ofd", ("ofd",))
OLD = Kind("ole", "旧版 Office 或 WPS 文件", "application/x-ole-storage", ("doc", "xls", "ppt", "wps", "et", "dps"))
TEXT = Kind("text", "文本文件", "text/plain", ("txt", "csv"))
VIDEO = Kind("mp4", "视频", "video/mp4", ("mp4", "m4v", "mov"))
INSIDE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX, "OFD.xml": OFD}
TAKEN = "可以传照片、PDF、Word、Excel、PPT、WPS、OFD、文本和短视频。"


def kind_of(file: IO[bytes], name: str) -> Kind:
    """The kind, from the first bytes and the inner list of archives. Raises Invalid for anything not taken.

    `file` is left at its start. The name only has to agree: it never decides.
    """
    file.seek(0)
    head = file.read(4096)
    found = next((check(head, file, name) for starts, check in _SIGNS if starts(head)), None) or _text_kind(
        head, file, name
    )
    file.seek(0)
    _must_agree(found, name)
    return found


def extension(name: str) -> str:
    """The lower-case ending of a name without the dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _must_agree(kind: Kind, name: str) -> None:
    """A picture may wear any picture's ending (chat programs rename them): it is re-encoded anyway."""
    ending = extension(name)
    if ending and ending not in kind.extensions:
        _refuse(f"“{name}”的内容其实是{kind.name}，后缀却是 .{ending}。请改成 .{kind.extensions[0]} 再传。")


def _zip_kind(head: bytes, file: IO[bytes], name: str) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            types = _types_told(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, OverflowError):
        _refuse(f"“{name}”已损坏，打不开。请重新导出后再传。")
    size = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    if len(entries) > MOST_ENTRIES or size > MOST_UNPACKED or (size > 10_000_000 and size / packed > MOST_RATIO):
        _refuse(f"“{name}”解开后太大，没有收下。")
    names = {e.filename for e in entries}
    if any(e.flag_bits & 1 for e in entries):
        _refuse(f"“{name}”加了密码，没有收下。请去掉密码再传。")
    if b"macroenabled" in types or any(_is_active(n.lower()) for n in names):
        _refuse_macro(name)
    kind = next((k for inside, k in INSIDE.items() if inside in names), None)
    return kind or _refuse(f"“{name}”是压缩包，不能直接传。{TAKEN}")


def _types_told(archive: zipfile.ZipFile) -> bytes:
    """What the package says of its parts, in lower case: a macro's part may have any name."""
    if CONTENT_TYPES not in archive.namelist() or archive.getinfo(CONTENT_TYPES).flag_bits & 1:
        return b""
    with archive.open(CONTENT_TYPES) as part:
        return part.read(MOST_TYPES).lower()


def _is_active(name: str) -> bool:
    return name.rpartition("/")[2].startswith("vbaproject") or "/activex/" in name


def _old_kind(head: bytes, file: IO[bytes], name: str) -> Kind:
    """Old Office and WPS files keep their macros in a storage of this name."""
    file.seek(0)
    body = file.read()
    if LOCKED in body:
        _refuse(f"“{name}”加了密码，没有收下。请去掉密码再传。")
    if VBA in body:
        _refuse_macro(name)
    if extension(name) not in OLD.extensions:
        _refuse(f"“{name}”的类型不能收。{TAKEN}")
    return OLD


def _pdf_kind(head: bytes, file: IO[bytes], name: str) -> Kind:
    file.seek(0)
    body = file.read()
    if any(mark in body for mark in ACTIVE_PDF):
        _refuse(f"“{name}”里带有会自动执行的内容，没有收下。请重新“另存为 PDF”再传。")
    return PDF


def _heic(head: bytes, file: IO[bytes], name: str) -> Kind:
    return _refuse("这是 HEIC 格式的照片，很多电脑打不开。请在手机“设置－相机－格式”里选“兼容性最佳”，或截屏后再传。")


def _text_kind(head: bytes, file: IO[bytes], name: str) -> Kind:
    file.seek(0)
    body = file.read()
    if not body:
        _refuse(f"“{name}”是空的，没有收下。")
    text = _decoded(body)
    is_active = text is not None and text.lstrip("\ufeff \t\r\n").lower().startswith(ACTIVE_TEXT)
    if extension(name) not in TEXT.extensions or is_active or (text is not None and "\0" in text):
        _refuse(f"“{name}”{_really(head)}不能收。{TAKEN}")
    if text is None:
        _refuse(f"“{name}”不是能读的文本，没有收下。")
    return TEXT


def _really(head: bytes) -> str:
    try:
        ending = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return "的类型"
    return f"的内容像是 {ending} 文件，" if ending else "的类型"


def _decoded(body: bytes) -> str | None:
    """As UTF-8, as the GBK that Windows writes in China, or as UTF-16 when it says so; None when it is no text."""
    is_wide = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refuse_macro(name: str) -> None:
    _refuse(f"“{name}”里有宏，可能带病毒，没有收下。请另存为不带宏的文档再传。")


def _refuse(sentence: str) -> Kind:
    raise Invalid(sentence, {"file": sentence})


def _brand(head: bytes) -> bytes:
    return head[8:12] if head[4:8] == b"ftyp" else b""


Sign = tuple[Callable[[bytes], bool], Callable[[bytes, IO[bytes], str], Kind]]
_SIGNS: list[Sign] = [
    (lambda h: h.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")), lambda *_: IMAGE),
    (lambda h: h[:4] == b"RIFF" and h[8:12] == b"WEBP", lambda *_: IMAGE),
    (lambda h: h.startswith(b"%PDF-"), _pdf_kind),
    (lambda h: h.startswith(b"PK\x03\x04"), _zip_kind),
    (lambda h: h.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), _old_kind),
    (lambda h: _brand(h) in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"), _heic),
    (
        lambda h: _brand(h) in (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ", b"iso5", b"iso6"),
        lambda *_: VIDEO,
    ),
]
