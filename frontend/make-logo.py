"""Draw the installed app's icons from the logo's own numbers; run after logo.svg changes.

Pillow cannot read SVG, so the same points are drawn here at four times the size and reduced.
"""

from pathlib import Path

from PIL import Image, ImageDraw

NAVY, WHITE = "#10284a", "#ffffff"
SCALE = 4


def curve(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Sample one cubic Bézier curve, given by its four points."""
    steps = [n / 40 for n in range(41)]
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    return [
        (sum(w * x for w, (x, _) in zip(row, points)), sum(w * y for w, (_, y) in zip(row, points))) for row in weights
    ]


def shield() -> list[tuple[float, float]]:
    """Trace the shield's outline in the 512 grid of logo.svg."""
    right = curve((256, 100), (298, 132), (344, 146), (394, 146)) + curve(
        (394, 146), (398, 268), (352, 364), (256, 414)
    )
    return right + [(512 - x, y) for x, y in reversed(right)]


def stroke(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: int) -> None:
    """Draw a line with round joints and ends."""
    big = [(x * SCALE, y * SCALE) for x, y in points]
    draw.line(big, fill=WHITE, width=width * SCALE, joint="curve")
    radius = width * SCALE / 2
    for x, y in big:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=WHITE)


def main() -> None:
    """Write logo-192.png and logo-512.png beside logo.svg; square, as the system rounds them itself."""
    image = Image.new("RGB", (512 * SCALE, 512 * SCALE), NAVY)
    draw = ImageDraw.Draw(image)
    stroke(draw, shield(), 30)
    stroke(draw, [(188, 258), (238, 308), (328, 212)], 34)
    for size in (192, 512):
        small = image.resize((size, size), Image.Resampling.LANCZOS)
        small.quantize(32).save(Path(__file__).parent / "src" / f"logo-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
