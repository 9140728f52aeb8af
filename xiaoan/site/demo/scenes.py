"""Pictures of the demo's hazards, drawn: the same place before and after. No photograph of a real school is used."""

import io
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

SIZE = (960, 720)
WALL, FLOOR, LINE, DARK = "#dde4ec", "#c7cfd9", "#8d9db0", "#2f4766"
RED, GREEN, WOOD, STEEL = "#b5121b", "#1a7340", "#c9b48c", "#aeb9c6"
Draw = ImageDraw.ImageDraw


@cache
def scene(kind: str, *, is_after: bool = False) -> bytes:
    """A drawn place as JPEG: `kind` is of SCENES. Before, the trouble is there and circled."""
    image = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 520, *SIZE), fill=FLOOR)
    spot = SCENES[kind](pen, is_after)
    if not is_after:
        pen.ellipse(spot, outline=RED, width=7)
    body = io.BytesIO()
    image.save(body, "JPEG", quality=82)
    return body.getvalue()


@cache
def signature() -> bytes:
    """A few strokes as if drawn on the glass; nobody's name."""
    image = Image.new("RGB", (480, 200), "white")
    pen = ImageDraw.Draw(image)
    for stroke in (
        (60, 60, 150, 50, 120, 130, 60, 150), (105, 40, 108, 165), (190, 70, 280, 60, 220, 110, 290, 150),
        (330, 50, 350, 120, 310, 150), (320, 80, 430, 70, 380, 150, 440, 130),
    ):  # fmt: skip
        pen.line(stroke, fill="#1b2733", width=6, joint="curve")
    body = io.BytesIO()
    image.save(body, "JPEG", quality=82)
    return body.getvalue()


def _corridor(pen: Draw, is_after: bool) -> tuple[int, int, int, int]:
    """Boxes in front of an emergency exit."""
    for left in (140, 520):
        pen.rectangle((left, 170, left + 280, 520), fill="#eef1f4", outline=LINE, width=5)
    pen.rectangle((250, 110, 420, 150), fill="#86b79a")
    if not is_after:
        for box in ((360, 430, 560, 560), (420, 320, 560, 430), (570, 450, 680, 560)):
            pen.rectangle(box, fill=WOOD, outline="#9a8050", width=4)
    return (310, 280, 730, 600)


def _detector(pen: Draw, is_after: bool) -> tuple[int, int, int, int]:
    """A smoke detector that hangs from the ceiling, or is wired to the guard's panel."""
    pen.rectangle((0, 0, 960, 120), fill="#eef1f4")
    pen.ellipse((330, 130, 630, 220), fill="white", outline=LINE, width=5)
    pen.ellipse((440, 180, 520, 230), fill=GREEN if is_after else STEEL, outline=DARK, width=3)
    if is_after:
        pen.line((630, 175, 800, 175, 800, 430), fill=GREEN, width=7)
    else:
        pen.line((630, 175, 690, 240), fill=LINE, width=5)
    pen.rectangle((740, 430, 860, 600), fill="white", outline=LINE, width=5)
    pen.ellipse((785, 530, 815, 560), fill=GREEN if is_after else STEEL)
    return (300, 100, 720, 270)


def _wiring(pen: Draw, is_after: bool) -> tuple[int, int, int, int]:
    """An e-bike charged by a wire out of a window."""
    pen.rectangle((120, 90, 400, 300), fill="#eaf1f8", outline=LINE, width=6)
    pen.line((260, 90, 260, 300), fill=LINE, width=4)
    if not is_after:
        pen.line((300, 300, 360, 410, 520, 470, 620, 560), fill="#1b2733", width=7, joint="curve")
        for left in (560, 760):
            pen.ellipse((left, 540, left + 110, 650), outline=DARK, width=9)
        pen.line((615, 595, 690, 480, 815, 595), fill=DARK, width=9)
    return (270, 290, 900, 690)


def _railing(pen: Draw, is_after: bool) -> tuple[int, int, int, int]:
    """A balcony rail with a part broken out."""
    pen.line((60, 260, 900, 260), fill=DARK, width=14)
    for left in range(80, 900, 60):
        if not is_after and 380 < left < 570:
            continue
        pen.line((left, 260, left, 520), fill=DARK, width=9)
    if not is_after:
        pen.line((400, 510, 560, 470), fill=DARK, width=9)
    return (350, 220, 620, 560)


def _kitchen(pen: Draw, is_after: bool) -> tuple[int, int, int, int]:
    """A gas stove without the alarm above it."""
    pen.rectangle((140, 380, 620, 560), fill=STEEL, outline=LINE, width=5)
    for left in (200, 420):
        pen.ellipse((left, 350, left + 120, 410), fill=DARK)
    pen.line((620, 470, 760, 470, 760, 200), fill="#e0a52b", width=12)
    if is_after:
        pen.rectangle((700, 110, 820, 190), fill="white", outline=GREEN, width=6)
        pen.ellipse((745, 135, 775, 165), fill=GREEN)
    return (660, 80, 860, 520)


SCENES: dict[str, Callable[[Draw, bool], tuple[int, int, int, int]]] = {
    "corridor": _corridor,
    "detector": _detector,
    "wiring": _wiring,
    "railing": _railing,
    "kitchen": _kitchen,
}
