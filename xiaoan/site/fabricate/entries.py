"""A line of the journal; its digest covers what journal.chain.digest_of covers, spelled at once."""

import random
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from xiaoan.kernel.actor import SYSTEM
from xiaoan.site.fabricate.cells import NULL, Row
from xiaoan.site.fabricate.ids import minted_twice
from xiaoan.site.fabricate.written import SECONDS, Told, day_and_clock


class Author(NamedTuple):
    """Who acts: ids with dashes, empty for the platform itself and for whoever has no account."""

    person: str
    name: str
    post: str
    role: str


class Subject(NamedTuple):
    """What was done something to; `id` with dashes."""

    type: str
    id: str
    name: str
    path: str


PLATFORM = Author("", SYSTEM.name, "", SYSTEM.role)


@lru_cache(maxsize=10_000)
def hand(author: Author) -> tuple[str, str]:
    """The author as cells, and as the digest covers them; with the place where, which is empty."""
    person, name, post, role = author
    return f"{person or NULL}\t{name}\t{post or NULL}\t{role}\t", f'{person}", "{name}", "{post}", "{role}", "'


def entry_row(rng: random.Random, at: int, unsealed: int, author: Author, verb: str, of: Subject, changes: Told) -> Row:
    """`unsealed` is the day of the epoch that would have the seal 0."""
    return entry_line(rng, at, unsealed, hand(author), verb, *of, changes)


def entry_line(
    rng: random.Random, at: int, unsealed: int, by: tuple[str, str], verb: str, kind: str, subject: str, name: str,
    path: str, changes: Told,
) -> Row:  # fmt: skip
    """The same for whoever writes millions: nothing is packed and unpacked on the way."""
    entry, dashed = minted_twice(rng, at)
    day, clock = day_and_clock(at)
    said = (
        f'["{dashed}", "{day}T{clock}.000000+00:00", "{by[1]}", "{verb}", "{kind}", "{subject}", "{name}", "{path}", '
        f'"{changes.escaped}", ""]'
    )
    return (
        f"{entry}\t{day} {clock}\t{by[0]}\t{verb}\t{kind}\t{subject}\t{name}\t{path}\t{changes.plain}\t{NULL}\t"
        f"{sha256(said.encode()).hexdigest()}\t{at // SECONDS - unsealed}"
    )
