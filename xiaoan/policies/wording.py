"""The original wording in sentences: every letter of a pasted text stands in exactly one, headings apart.

Places count characters of the text with white space removed, as the parser's do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from xiaoan.policies.draft import Clause as Part
from xiaoan.policies.draft import Draft

STOP = re.compile(r"[。；！？]+[”’」』）]*")
MARKER = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节条编篇]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[.、]|\d{1,2}）|[①-⑳]"
)


@dataclass
class Sentence:
    """Words at [start, end) and the section that they stand in."""

    section: str
    start: int
    end: int
    text: str


@dataclass
class Wording:
    """A text as the living page shows it: sections as Document.sections holds them, sentences in order."""

    sections: list[dict[str, Any]] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


def squeeze(text: str) -> str:
    """The text with all white space removed: what places count."""
    return re.sub(r"\s+", "", text)


def read_wording(text: str, draft: Draft) -> Wording:
    """Sections and sentences of a pasted text; what stands before, between and after the parts comes along."""
    letters, made, here = squeeze(text), Wording(), 0
    open_at: list[tuple[int, str]] = []
    for number, part in enumerate(draft.clauses, 1):
        _add_between(made, text, letters, here, part.start, draft)
        if not part.heading and not made.sections:
            # What stands before the first number comes in lines: red head, title, addressee, opening words.
            _add_between(made, text, letters, part.start, part.end, draft)
            here = max(here, part.end)
            continue
        section = _add_section(made, part, number, open_at)
        body = _body_start(letters, part)
        made.sentences += _split(letters, body, part.end, section)
        here = max(here, part.end)
    _add_between(made, text, letters, here, len(letters), draft)
    return made


def _add_section(made: Wording, part: Part, number: int, open_at: list[tuple[int, str]]) -> str:
    """Open a section; its parent is the nearest one before it of a lower level."""
    key, heading = str(number), squeeze(part.heading)
    marker = MARKER.match(heading)
    label = marker.group() if marker else ""
    while open_at and open_at[-1][0] >= part.level:
        open_at.pop()
    title = "" if is_run_in(heading) else heading[len(label) :].rstrip("。：；，")
    made.sections.append(
        {
            "key": key,
            "label": label,
            "title": title[:80],
            "level": max(part.level, 1),
            "parent": open_at[-1][1] if open_at else None,
        }
    )
    open_at.append((part.level, key))
    return key


def is_run_in(heading: str) -> bool:
    """Whether a numbered heading is the beginning of a duty itself, not a title over it."""
    return len(heading) > 20 and not heading.endswith(("。", "：", "；"))


def _body_start(letters: str, part: Part) -> int:
    """Where the sentences of a part begin: after its title, unless a duty lies wholly in the title."""
    heading = squeeze(part.heading)
    if not heading or not letters.startswith(heading, part.start):
        return part.start
    marker = MARKER.match(heading)
    after_marker = part.start + (len(marker.group()) if marker else 0)
    end = part.start + len(heading)
    follows = letters[end : end + 1]
    if follows in ("。", "：", "；"):
        end += 1
    if follows in ("，", "、") or is_run_in(heading) or any(r.end <= end for r in part.requirements):
        return after_marker
    return min(end, part.end)


def _split(letters: str, start: int, end: int, section: str) -> list[Sentence]:
    """Sentences ended by 。；！？, each with its stop and the closing marks after it."""
    cuts = [stop.end() for stop in STOP.finditer(letters, start, end)]
    edges = [start, *cuts, *([end] if not cuts or cuts[-1] < end else [])]
    return [Sentence(section, a, b, letters[a:b]) for a, b in pairwise(edges) if letters[a:b].strip("。；：，、")]


def _add_between(made: Wording, text: str, letters: str, start: int, end: int, draft: Draft) -> None:
    """Words outside every part; the title, number and issuer stand in the head already."""
    if start >= end:
        return
    known = [squeeze(w) for w in (draft.title, draft.number, draft.issuer) if w]
    section = made.sections[-1]["key"] if made.sections else "0"
    spans = _joined([(a, b) for a, b in _lines(text, start, end) if not _is_head(letters[a:b], known)], letters)
    found = [s for a, b in spans for s in _split(letters, a, b, section)]
    if found and section == "0" and not made.sections:
        made.sections.insert(0, {"key": "0", "label": "", "title": "文首", "level": 1, "parent": None})
    made.sentences += found


def _is_head(line: str, known: list[str]) -> bool:
    """Whether a line says nothing but what the head shows: the red head, the number, a line of the title."""
    bare = line.strip("《》：")
    return any(bare in words or (words in line and len(line) <= len(words) + 4) for words in known)


def _joined(spans: list[tuple[int, int]], letters: str) -> list[tuple[int, int]]:
    """Lines put together until one ends a sentence or greets the addressee: a text may be wrapped at any letter."""
    made: list[tuple[int, int]] = []
    for start, end in spans:
        if made and made[-1][1] == start and letters[start - 1] not in "。；！？：”":
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of the squeezed text between `start` and `end`, one for each line of the raw text."""
    at = 0
    for line in text.splitlines():
        first, at = at, at + len(squeeze(line))
        if first < at and first < end and at > start:
            yield max(first, start), min(at, end)
