"""The hash chain: what an entry's digest covers, how a link is made, and what verification finds."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from difflib import SequenceMatcher

from cryptography.hazmat.primitives import hashes
from django.utils import timezone

from xiaoan.ground.journal.models import Entry, Seal

GENESIS = "0" * 64
MARK = 8  # characters of a digest that name an entry within its seal
MOST_MISSING = 100  # missing seals named one by one


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


def link(before: tuple[str, str], seal: Seal, digests: Sequence[str]) -> tuple[str, str]:
    """The (sha256, sm3) of a link after `before`: over what the seal says and its entries' digests in order of id."""
    said = [
        str(seal.number),
        str(seal.count),
        seal.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
        seal.marks,
    ]
    body = "\n".join([*(said if seal.marks else []), *digests]).encode()
    sha = hashlib.sha256(before[0].encode() + body).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(before[1].encode() + body)
    return sha, sm3.finalize().hex()


def marks_of(digests: Iterable[str]) -> str:
    return "".join(digest[:MARK] for digest in digests)


def head() -> Seal | None:
    """The newest seal. Noted outside the database, it proves later that the chain was not cut or remade."""
    return Seal.objects.defer("marks").order_by("-number").first()


def noted_head() -> str:
    """The newest seal as `faults(known=…)` takes it; empty before the first."""
    last = head()
    return f"{last.number}:{last.sha256}" if last else ""


def faults(known: str = "") -> Iterator[str]:
    """Every difference between the journal and its chain, each as a Chinese sentence; none when whole.

    `known` is "number:sha256" of a seal noted earlier: without it, whoever may write to the database could
    cut the newest links off, or remake all of them. One link at a time is in memory.
    """
    yield from known_faults(known)
    before = (GENESIS, GENESIS)
    expected = 1
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        for number in range(expected, min(seal.number, expected + MOST_MISSING)):
            yield f"封印第 {number} 号不见了。"
        yield from _link_faults(seal, before)
        before = (seal.sha256, seal.sm3)
        expected = seal.number + 1
    for entry in Entry.objects.filter(seal__isnull=True).order_by("id").iterator():
        if digest_of(entry) != entry.digest:
            yield f"未封印的{named(entry)}的内容被改动过。"


def _link_faults(seal: Seal, before: tuple[str, str]) -> Iterator[str]:
    """What is wrong with one link: its entries one by one, then the seal itself."""
    entries = list(seal.entries.order_by("id"))
    digests = [e.digest for e in entries]
    found = [f"{named(e)}的内容被改动过。" for e in entries if digest_of(e) != e.digest]
    if seal.marks and not found:
        found += _out_of_place(seal, entries)
    if len(digests) != seal.count:
        found.append(f"封印第 {seal.number} 号应有 {seal.count} 条日志，现有 {len(digests)} 条。")
    if link(before, seal, digests) != (seal.sha256, seal.sm3):
        when = f"{timezone.localtime(seal.made_at):%Y-%m-%d %H:%M}"
        found.append(f"封印第 {seal.number} 号({when})与它的日志或前面的封印对不上。")
    yield from found


def _out_of_place(seal: Seal, entries: Sequence[Entry]) -> Iterator[str]:
    """Entries that the seal did not see, and the places of those that it saw and that are gone."""
    sealed = [seal.marks[n : n + MARK] for n in range(0, len(seal.marks), MARK)]
    held = [e.digest[:MARK] for e in entries]
    for kind, start, end, at, until in SequenceMatcher(None, sealed, held, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for entry in entries[at:until]:
            yield f"{named(entry)}不是封印第 {seal.number} 号时的样子:内容连同摘要被换过，或是后来放进去的。"
        gone = (end - start) - (until - at)
        if gone > 0:
            before = f"{named(entries[at - 1])}之后" if at else "最前面"
            yield f"封印第 {seal.number} 号里，{before}少了 {gone} 条日志。"


def named(entry: Entry) -> str:
    """The entry as a fault calls it: id, when, who, what."""
    when = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
    return f"日志 {entry.id}({when} {entry.person_name} {entry.verb} {entry.subject_name})"


def known_faults(known: str) -> Iterator[str]:
    """A sentence when the seal noted as `known` is no longer in the chain; nothing was noted if it is empty."""
    if not known:
        return
    number, _, sha = known.partition(":")
    seal = Seal.objects.filter(number=int(number)).first() if number.isdigit() else None
    if seal is None or seal.sha256 != sha:
        yield f"先前记下的封印第 {number} 号现在不在链里，或摘要不同:它之前的日志被换过或截断过。"
