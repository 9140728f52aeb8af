"""Group a sentence's chunks into duties, each with the rhythms and dates that govern it."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from .kinds import VERBS, is_duty, is_finite, is_outcome
from .mentions import Deadline, Mention, Rhythm, without_mentions
from .numerals import NUMBER
from .sentences import Span

# 市级不少于1次，县级不少于2次 after 每年…: the rhythm goes on, the count is new.
COUNT_ONLY = re.compile(rf"[^，。；]{{0,14}}(?:不少于|至少|不低于|各){NUMBER}(?:次|遍|场|课时)以?上?[。；）]?$")
LEAD = re.compile(r"^(?:[，、“（：]|各?学校|各校|各单位|要|应|并|且|前|的|在|于|将)+")


@dataclass(frozen=True)
class Duty:
    """One thing to do: [start, end) in the document's text, core the chunk that says it."""

    start: int
    end: int
    core: Span
    rhythms: tuple[Rhythm, ...] = ()
    dates: tuple[Deadline, ...] = ()


@dataclass
class _Grouping:
    """The walk over one sentence: what waits for its verb, and what date rules now."""

    text: str
    end: int
    ruling: Deadline | None
    is_fresh: bool = False
    waiting: int | None = None
    rhythms: list[Rhythm] = field(default_factory=list)
    last_rhythm: Rhythm | None = None
    duties: list[Duty] = field(default_factory=list)


def group_duties(
    text: str,
    chunks: list[Span],
    rhythms: list[Rhythm],
    dates: list[Deadline],
    ruling: Deadline | None,
    is_fresh: bool = False,
) -> tuple[list[Duty], Deadline | None]:
    """The duties of one sentence, and the date that still rules after it.

    All places are in text. ruling is the date that governs from before the sentence; when is_fresh
    the first duty has it whatever its verb, later ones only when they can be finished.
    """
    walk = _Grouping(text, chunks[-1].end if chunks else 0, ruling, is_fresh and ruling is not None)
    mentions: list[Mention] = [*rhythms, *dates]
    reaching = [m for m in mentions if "，" in text[m.start : m.end]]
    starts, day_starts = [r.start for r in rhythms], [d.start for d in dates]
    for chunk in _unbroken(chunks, reaching):
        own = rhythms[bisect_left(starts, chunk.start) : bisect_left(starts, chunk.end)]
        days = dates[bisect_left(day_starts, chunk.start) : bisect_left(day_starts, chunk.end)]
        _take_chunk(walk, chunk, own, days)
    _finish(walk, chunks)
    return walk.duties, walk.ruling


def _unbroken(chunks: list[Span], mentions: list[Mention]) -> list[Span]:
    """Chunks joined where one mention reaches over a comma: 即日起，至6月底."""
    joined: list[Span] = []
    for chunk in chunks:
        if joined and any(m.start < joined[-1].end and m.end > chunk.start for m in mentions):
            joined[-1] = Span(joined[-1].start, chunk.end)
        else:
            joined.append(chunk)
    return joined


def _take_chunk(walk: _Grouping, chunk: Span, own: list[Rhythm], days: list[Deadline]) -> None:
    words = LEAD.sub("", without_mentions(walk.text, chunk.start, chunk.end, [*own, *days]))
    if days:
        walk.ruling, walk.is_fresh = days[-1], True
    if not own and walk.last_rhythm and COUNT_ONLY.match(words):
        _add(walk, chunk, [walk.last_rhythm], days)
    elif is_outcome(words) and walk.duties and not own and not days and walk.waiting is None:
        _stretch(walk, chunk.end)
    elif words.endswith("的") and chunk.end < walk.end:
        # 一时难以整改到位的，…: the case, not the duty; a day set before it does not reach here.
        walk.waiting = chunk.start if walk.waiting is None else walk.waiting
        walk.ruling, walk.rhythms = (walk.ruling if days else None), walk.rhythms + own
    elif is_duty(words) or (is_outcome(words) and VERBS.search(words)):
        _add(walk, chunk, walk.rhythms + own, days)
    else:
        walk.waiting = chunk.start if walk.waiting is None else walk.waiting
        walk.rhythms += own


def _add(walk: _Grouping, chunk: Span, rhythms: list[Rhythm], days: list[Deadline]) -> None:
    start = chunk.start if walk.waiting is None else walk.waiting
    dates = tuple(days)
    if not dates and walk.ruling and (walk.is_fresh or is_finite(chunk.of(walk.text))):
        dates = (walk.ruling,)
    walk.duties.append(Duty(start, chunk.end, chunk, tuple(rhythms), dates))
    lasting = [r for r in rhythms if r.every != "per_event"]
    walk.last_rhythm = lasting[-1] if lasting else walk.last_rhythm
    walk.rhythms, walk.waiting, walk.is_fresh = [], None, False


def _stretch(walk: _Grouping, end: int) -> None:
    walk.duties[-1] = replace(walk.duties[-1], end=end)


def _finish(walk: _Grouping, chunks: list[Span]) -> None:
    """What still waits at the end: a duty of its own when it has a time or a verb, else a tail."""
    if walk.waiting is None or not chunks:
        return
    rest = Span(walk.waiting, chunks[-1].end)
    if walk.rhythms or walk.is_fresh or (not walk.duties and VERBS.search(rest.of(walk.text))):
        dates = [walk.ruling] if walk.is_fresh and walk.ruling else []
        _add(walk, rest, walk.rhythms, dates)
    elif walk.duties:
        _stretch(walk, rest.end)
