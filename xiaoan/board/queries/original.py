"""The original wording in paragraphs, each clause's place found from the offsets of its quote.

A quote is a few words that locate the clause; its mark grows to the nearest punctuation on both sides, and
never over a neighbour's.
"""

import re
from collections.abc import Iterable

from xiaoan.policies.models import Clause, Document

BOUNDS = "，。；：！？"
CLOSERS = "”’》）】"
HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。；]{2,40}[。]?$")
LEAD = re.compile(r"^(（[一二三四五六七八九十]+）|\d{1,2}[.．、])[^。；，：]{2,36}[。：]?")
DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
Text = tuple[str, str, Clause | None]
Line = tuple[str, str, str, list[Text]]  # kind, lead, anchor, pieces


def lay_out_original(document: Document, clauses: Iterable[Clause]) -> list[Line]:
    """Each paragraph of the attached text as (kind, lead, anchor, [(text, tail, clause)])."""
    placed = sorted((c for c in clauses if c.start is not None), key=lambda c: (c.start or 0, c.end or 0))
    lost = [c for c in clauses if c.start is None]
    lines: list[Line] = []
    begun = False
    for start, text in _paragraphs(document.source_text):
        mine = [c for c in placed if start <= (c.start or 0) < start + len(text)]
        if not begun and not mine and _is_head(document, text):
            continue
        kind, lead = _shape(document, text, begun)
        begun = begun or len(text) > 60 or kind in ("to", "d1")
        anchor = _anchor(document, text)
        lines.append((kind, lead, anchor, list(_cut(text, len(lead), start, mine))))
    if lost:
        lines.append(("note", "以下条款没有在原文中找到位置，用平台的转述列出。", "", [(c.text, "", c) for c in lost]))
    return lines


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """(offset in the squeezed text, squeezed paragraph); lines that a hard break has torn are joined."""
    found: list[tuple[int, str]] = []
    at = 0
    for raw in text.splitlines():
        line = re.sub(r"\s+", "", raw)
        if not line:
            continue
        if found and _continues(found[-1][1], line):
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            found.append((at, line))
        at += len(line)
    return found


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the one before it."""
    if line[0] in BOUNDS + CLOSERS + "、":
        return True
    if HEADING.match(line) or LEAD.match(line) or HEADING.match(before) or len(before) < 36:
        return False
    return before[-1] not in BOUNDS + CLOSERS


def _is_head(document: Document, text: str) -> bool:
    """Whether the red head says it already: number and title."""
    known = [re.sub(r"\s+", "", w) for w in (document.number, document.title) if w]
    return any(len(text) > 3 and text in word for word in known)


def _shape(document: Document, text: str, begun: bool) -> tuple[str, str]:
    if HEADING.match(text):
        return "d1", ""
    if _is_head(document, text):
        return "mid", ""
    if not begun:
        if text.endswith("：") and len(text) < 60:
            return "to", ""
        if len(text) < 60 and text[-1] not in BOUNDS:
            return "mid", ""
    if DATE.match(text) or (len(text) < 24 and text in document.issuer):
        return "sig", ""
    if found := LEAD.match(text):
        return "p", found.group(0)
    return "p", ""


def _anchor(document: Document, text: str) -> str:
    """The section whose heading this paragraph opens with, for the contents' links."""
    for section in document.sections:
        label = re.sub(r"\s+", "", str(section["label"]))
        if label and text.startswith(label) and str(section["title"])[:4] in text[:48]:
            return f"s-{section['key']}"
    return ""


def _cut(text: str, lead: int, offset: int, clauses: list[Clause]) -> Iterable[Text]:
    """The paragraph in pieces, from the end of its lead on."""
    at = lead
    for n, clause in enumerate(clauses):
        first = max((clause.start or 0) - offset, at)
        last = max(min((clause.end or 0) - offset, len(text)), first)
        limit = min((clauses[n + 1].start or 0) - offset, len(text)) if n + 1 < len(clauses) else len(text)
        while first > at and text[first - 1] not in BOUNDS:
            first -= 1
        while last < limit and text[last] not in BOUNDS:
            last += 1
        if first > at:
            yield text[at:first], "", None
        tail = _tail(text, last)
        yield text[first:last], tail, clause
        at = last + len(tail)
    if at < len(text):
        yield text[at:], "", None


def _tail(text: str, at: int) -> str:
    """The punctuation behind a clause, with the closing quotes that follow it."""
    end = at
    while end < len(text) and text[end] in BOUNDS + CLOSERS:
        end += 1
    return text[at:end]
