"""Identifiers that a seed decides: UUIDv7 as everywhere, of a moment and of the generator's bits. Hexadecimal, as both
databases read them."""

import random
from datetime import UTC, datetime

BIRTH = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())  # of what has no moment of its own: units, people


def minted(rng: random.Random, second: int = BIRTH) -> str:
    """A UUIDv7 of that second, as 32 hexadecimal digits."""
    bits = rng.getrandbits(82)
    rest = f"{bits >> 10:018x}"
    return f"{second * 1000 + (bits & 1023) % 1000:012x}7{rest[:3]}8{rest[3:]}"


def minted_twice(rng: random.Random, second: int) -> tuple[str, str]:
    """The same, and once more with dashes: spelled in one go because each line of the journal needs both."""
    bits = rng.getrandbits(82)
    at, rest = f"{second * 1000 + (bits & 1023) % 1000:012x}", f"{bits >> 10:018x}"
    a, b, c = rest[:3], rest[3:6], rest[6:]
    return f"{at}7{a}8{b}{c}", f"{at[:8]}-{at[8:]}-7{a}-8{b}-{c}"


def dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
