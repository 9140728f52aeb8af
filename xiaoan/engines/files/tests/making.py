"""Good and hostile files, made here: none lies in the repository."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"


def upload(name: str, content: bytes, media_type: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def photo(width: int = 60, height: int = 40, form: str = "JPEG", exif: bool = False, mode: str = "RGB") -> bytes:
    """A small picture; with `exif` it carries a position and says that it lies on its side."""
    out, told = io.BytesIO(), Image.Exif()
    if exif:
        told[0x0112] = 6  # turn by 90 degrees
        told[0x8825] = {1: "N", 2: (35.0, 33.0, 0.0), 3: "E", 4: (116.0, 50.0, 0.0)}
        told[0x010E] = "secret comment"
    Image.new(mode, (width, height), "teal").save(out, form, exif=told)
    return out.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return zipped({CONTENT_TYPES: b"<Types/>", "word/document.xml": b"<w/>", **more})


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a giant picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
