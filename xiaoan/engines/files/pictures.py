"""Pictures are drawn anew: what hid in them (position, comments, programs) does not survive."""

import io
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from xiaoan.kernel.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 30_000_000
MOST_JPEG = 80_000_000  # of a phone at its best: a JPEG is decoded at a fraction of its size
QUALITY = 82
GPS = 0x8825


@dataclass(frozen=True)
class Picture:
    body: bytes
    width: int
    height: int


def redraw(file: IO[bytes], name: str, long_side: int, keep_position: bool = False) -> Picture:
    """The picture as a JPEG, upright, its long side at most `long_side`. Raises Invalid when it cannot be drawn."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                return _draw(picture, name, long_side, keep_position)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise _refusal(f"照片“{name}”已损坏，打不开。请重新拍一张。") from None


def _draw(picture: Image.Image, name: str, long_side: int, keep_position: bool) -> Picture:
    if picture.width * picture.height > (MOST_JPEG if picture.format == "JPEG" else MOST_PIXELS):
        raise _too_large(name)
    position = picture.getexif().get_ifd(GPS) if keep_position else None
    picture.draft("RGB", (long_side, long_side))  # lets JPEG decode at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    flat = _on_white(upright)
    exif = Image.Exif()
    if position:
        exif[GPS] = position
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, exif=exif)
    return Picture(out.getvalue(), flat.width, flat.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG has no transparency: a signature on nothing becomes a signature on paper."""
    if picture.mode not in ("RGBA", "LA", "PA", "P"):
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _too_large(name: str) -> Invalid:
    return _refusal(f"照片“{name}”的像素太多，没有收下。请缩小后再传。")


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, {"file": sentence})
