"""A line of the journal as cells; its digest covers what journal.chain.digest_of covers, spelled at once."""

import random
from hashlib import sha256
from typing import NamedTuple

from xiaoan.kernel.actor import SYSTEM
from xiaoan.site.fabricate.cells import NULL, Row
from xiaoan.site.fabricate.ids import dashed, minted
from xiaoan.site.fabricate.written import SECONDS, Told, spelled


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


def entry_row(rng: random.Random, at: int, unsealed: int, author: Author, verb: str, of: Subject, changes: Told) -> Row:
    """`unsealed` is the day of the epoch that would have the seal 0."""
    entry, moment = minted(rng, at), spelled(at)
    person, who, post, role = author
    kind, subject, name, path = of
    content = '", "'.join((
        dashed(entry), f"{moment[:10]}T{moment[11:]}.000000+00:00", person, who, post, role, "", verb, kind, subject, name,
        path, changes.escaped, "",
    ))  # fmt: skip
    digest = sha256(f'["{content}"]'.encode()).hexdigest()
    return (
        entry, moment, person or NULL, who, post or NULL, role, "", verb, kind, subject, name, path, changes.plain, NULL,
        digest, str(at // SECONDS - unsealed),
    )  # fmt: skip
