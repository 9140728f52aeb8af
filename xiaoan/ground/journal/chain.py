"""The hash chain: what an entry's digest covers, how a link is made, and what verification finds."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC

from cryptography.hazmat.primitives import hashes

from xiaoan.ground.journal.models import Entry, Seal

GENESIS = "0" * 64


def digest_of(entry: Entry) -> str:
    """SHA-256 over every field of the entry that says something, in a fixed spelling."""
    content = [
        str(entry.id),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(entry.person_id or ""),
        entry.person_name,
        str(entry.post_id or ""),
        entry.role,
        entry.where,
        entry.verb,
        entry.subject_type,
        entry.subject_id,
        entry.subject_name,
        entry.unit_path,
        json.dumps(entry.changes, ensure_ascii=False, sort_keys=True),
        str(entry.command or ""),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def link(before: tuple[str, str], digests: Iterable[str]) -> tuple[str, str]:
    """The (sha256, sm3) of a link after `before`, over the entries' digests in order of id."""
    body = "\n".join(digests).encode()
    sha = hashlib.sha256(before[0].encode() + body).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(before[1].encode() + body)
    return sha, sm3.finalize().hex()


def head() -> Seal | None:
    """The newest seal. Noted outside the database, it proves later that the chain was not cut or remade."""
    return Seal.objects.order_by("-number").first()


def faults(known: str = "") -> Iterator[str]:
    """Every difference between the journal and its chain, each as a Chinese sentence; none when whole.

    `known` is "number:sha256" of a seal noted earlier: without it, whoever may write to the database could
    cut the newest links off, or remake all of them.
    """
    yield from _known_fault(known)
    before = (GENESIS, GENESIS)
    expected = 1
    for seal in Seal.objects.order_by("number").iterator():
        if seal.number != expected:
            yield f"封印第 {expected} 号不见了。"
            expected = seal.number
        digests = []
        for entry in seal.entries.order_by("id").iterator():
            if digest_of(entry) != entry.digest:
                yield f"日志 {entry.id}({entry.at:%Y-%m-%d %H:%M} {entry.verb} {entry.subject_name})的内容被改动过。"
            digests.append(entry.digest)
        if len(digests) != seal.count:
            yield f"封印第 {seal.number} 号应有 {seal.count} 条日志，现有 {len(digests)} 条。"
        if link(before, digests) != (seal.sha256, seal.sm3):
            yield f"封印第 {seal.number} 号与它前面的链接不上。"
        before = (seal.sha256, seal.sm3)
        expected += 1
    for entry in Entry.objects.filter(seal__isnull=True).order_by("id").iterator():
        if digest_of(entry) != entry.digest:
            yield f"未封印的日志 {entry.id}({entry.verb} {entry.subject_name})的内容被改动过。"


def _known_fault(known: str) -> Iterator[str]:
    if not known:
        return
    number, _, sha = known.partition(":")
    seal = Seal.objects.filter(number=int(number)).first() if number.isdigit() else None
    if seal is None or seal.sha256 != sha:
        yield f"先前记下的封印第 {number} 号现在不在链里，或摘要不同:它之前的日志被换过或截断过。"
