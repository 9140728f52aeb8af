"""Identifiers that a seed decides: UUIDv7 as everywhere, of a moment and of the generator's bits. Hexadecimal, as both
databases read them."""

import random
from datetime import UTC, datetime

BIRTH = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())  # of what has no moment of its own: units, people


def minted(rng: random.Random, second: int = BIRTH) -> str:
    """A UUIDv7 of that second, as 32 hexadecimal digits."""
    bits = f"{rng.getrandbits(84):021x}"
    return f"{second * 1000 + int(bits[:3], 16) % 1000:012x}7{bits[3:6]}8{bits[6:]}"


def dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
