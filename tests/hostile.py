"""Files that somebody made to do harm, made here at run time: small on the wire, whatever they claim or unpack to."""

import io
import os
import struct
import zipfile
import zlib

MEGABYTE = b"\0" * 1024 * 1024
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>{more}</Types>'
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{main}"/></Relationships>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
SHEET_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def workbook(rows: str, head: str = "", before: str = "") -> bytes:
    """A workbook with this XML as the rows of its only sheet."""
    main = "xl/workbook.xml"
    return zipped({
        "[Content_Types].xml": CONTENT_TYPES.format(main=main, kind="spreadsheetml.sheet", more=""),
        "_rels/.rels": RELS.format(main=main), main: WORKBOOK, "xl/_rels/workbook.xml.rels": SHEET_RELS,
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData></worksheet>',
    })  # fmt: skip


def line(number: int, *cells: str) -> str:
    """One row of words in cells without a place, as Excel may write it."""
    made = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for at, cell in enumerate(cells)
    )
    return f'<row r="{number}">{made}</row>'


def document(words: str, before: str = "") -> bytes:
    main = "word/document.xml"
    body = f'{before}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'
    return zipped({
        "[Content_Types].xml": CONTENT_TYPES.format(main=main, kind="wordprocessingml.document", more=""),
        "_rels/.rels": RELS.format(main=main), main: body,
    })  # fmt: skip


def inflating(name: str, megabytes: int, claimed: int | None = None) -> bytes:
    """An archive of one part that unpacks to so many megabytes of nothing, and claims to be as large as `claimed`."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    step = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    body = step * megabytes + packer.flush()
    size = megabytes * len(MEGABYTE) if claimed is None else claimed
    title = name.encode()
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(body), size, len(title), 0)
    local = b"PK\x03\x04" + facts + title
    central = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, 0) + title
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(body), 0)
    return local + body + central + end


def png(width: int, height: int) -> bytes:
    """A picture of a few hundred bytes that claims to be huge, with rows of nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(MEGABYTE)) + chunk(b"IEND", b"")


# Readers for the helper process (kernel/apart.py).


def environment(content: bytes) -> list[str]:
    return sorted(os.environ)


def hang(content: bytes) -> None:
    while True:
        pass


def swallow(content: bytes) -> int:
    return len(b"x" * 2_000_000_000)


def crash(content: bytes) -> None:
    os.abort()
