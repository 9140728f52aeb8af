"""Office files are zip archives: what one really unpacks to, whatever its list of contents says."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from xiaoan.kernel.apart import Said

MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5000
STEP = 1024 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = "这个文件不完整，可能没有传完。请用 Word、Excel 或 WPS 打开，重新另存后再传。"
LARGE = "这个文件解开后太大。请删掉图片和多余的内容，或分成几个文件。"
DEFINES = "这个文件里带有不该有的定义，没有读取。请用 Word、Excel 或 WPS 打开，重新另存后再传。"


def check_package(content: bytes) -> set[str]:
    """The names of the parts. Raises Said for a bomb, a lie about sizes, or XML that defines entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Said(DAMAGED) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Said(LARGE)
    left = MOST_UNPACKED
    for part in parts:
        left -= _check_part(content, part, left)
    return {part.filename for part in parts}


def _check_part(content: bytes, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack one part without keeping it. Returns its true size."""
    if part.flag_bits & 1 or part.compress_type not in METHODS:
        raise Said("这个文件加了密码或用了少见的压缩方法。请去掉密码，用 Word、Excel 或 WPS 重新另存后再传。")
    size, before = 0, b""
    try:
        for piece in _unpacked(content, part):
            size += len(piece)
            if size > left:
                raise Said(LARGE)
            if part.filename.endswith((".xml", ".rels")) and b"<!" in (seen := before + piece):
                _refuse_definitions(seen)
            before = piece[-16:]
    except zlib.error:
        raise Said(DAMAGED) from None
    if size != part.file_size:
        raise Said(DAMAGED)
    return size


def _unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    # 30 bytes of a local heading, of which the last four say how long the name and the extra field are.
    head = content[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise Said(DAMAGED)
    start = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    stream = zlib.decompressobj(-15)
    while packed and not stream.eof:
        yield stream.decompress(packed, STEP)
        packed = stream.unconsumed_tail


def _refuse_definitions(seen: bytes) -> None:
    upper = seen.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise Said(DEFINES)
