"""Draft a whole document: walk its sections and sentences and collect the requirements."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from .actors import addressed, find_subjects, is_county_city, issuer_rank, of_county_city
from .dates import find_deadlines, last_named_year
from .duties import Duty, group_duties
from .kinds import VERBS, is_duty
from .lines import Reading, read_lines
from .mentions import Deadline, Mention, Rhythm
from .model import Clause, Draft, Requirement
from .paragraphs import split_paragraphs
from .repeats import Sayings
from .requirements import Found, build_requirement, spread_duty
from .rhythms import IMPLIED, find_lesson_1530, find_rhythms
from .sections import Section, split_sections
from .sentences import Span, hide_citations, split_chunks, split_sentences
from .titles import Head, read_head
from .years import Term, read_term

# Sections that say why and to what end: only what they date, count or time is a requirement.
AIMS = re.compile(
    r"指导思想|工作目标|总体要求|总体目标|目标要求|主要目标|行动目标|工作思路|基本原则|工作原则|活动主题|背景|意义|依据|适用范围"
)
LABEL = re.compile(
    r"[（(\s]*(?:完成时限|整改时限|时限要求|时限|完成时间|时间要求|时间节点|时间安排|实施时间|频次|频率|进度安排|责任单位|牵头单位|责任部门|责任人|牵头部门|配合单位|责任科室|责任处室)"
)
OFFICE = re.compile(
    r"[^，。；]{0,24}(?:股|科|室|处|局|站|办|中心|学校|幼儿园|机构|部门|单位|镇|街道|各校|校园)(?:（[^（）]{1,10}）?)?"
)
# 现将有关事项通知如下: what is named before it is the occasion.
ANNOUNCING = re.compile(r"如下[：。]?$")
SHORT = 40
LOOSE = 0.75
# Two megabytes of prose have fewer sentences and headings; what lies beyond is kept as clauses without drafts.
MOST_READ = 40_000


@dataclass
class _Walk:
    """What carries from one sentence to the next: the subject, the year, the dates of headings."""

    reading: Reading
    hidden: str
    term: Term
    default: tuple[str, ...]
    subject: tuple[str, ...] = ()
    year: int | None = None
    inherited: list[tuple[int, Deadline]] = field(default_factory=list)
    carried: Deadline | None = None
    label: Deadline | None = None
    heard: dict[str, list[Rhythm]] = field(default_factory=dict)
    read: int = 0
    is_county_city: bool = False


def draft_text(text: str) -> Draft:
    """Draft requirements from a policy document's raw text; any text gives a Draft, never an error."""
    reading = read_lines(text)
    paragraphs = split_paragraphs(reading)
    head = read_head(reading, paragraphs)
    term = read_term(head.title or "", reading.text, head.issued_on)
    default = addressed(issuer_rank(head.issuer, reading.text))
    walk = _Walk(reading, hide_citations(reading.text), term, default)
    walk.is_county_city = is_county_city(head.issuer, default)
    sections = split_sections(reading.text, paragraphs, head.apart)
    clauses = _draft_sections(walk, sections)
    return _gather(head, term, clauses)


def _gather(head: Head, term: Term, clauses: list[Clause]) -> Draft:
    return Draft(head.title, head.number, head.issuer, head.issued_on, term.starts, term.ends, tuple(clauses))


def _draft_sections(walk: _Walk, sections: list[Section]) -> list[Clause]:
    sayings = Sayings()
    has_numbers = any(s.heading for s in sections)
    clauses = []
    for place, section in enumerate(sections):
        following = sections[place + 1].level if place + 1 < len(sections) else 0
        found = _draft_section(walk, section, following > section.level, has_numbers)
        requirements = [build_requirement(walk.reading, f) for f in found]
        if walk.is_county_city:
            requirements = [replace(r, actors=of_county_city(r.actors)) for r in requirements]
        kept = tuple(r for r in requirements if not sayings.is_repeat(r))
        clauses.append(_clause(walk.reading, section, kept))
    return clauses


def _clause(reading: Reading, section: Section, requirements: tuple[Requirement, ...]) -> Clause:
    heading = section.heading
    words = reading.quote(heading.start, heading.end).rstrip("。：:；;") if heading else ""
    return Clause(
        words, section.level, reading.origin[section.start], reading.origin[section.end - 1] + 1, requirements
    )


def _draft_section(walk: _Walk, section: Section, has_children: bool, has_numbers: bool) -> list[Found]:
    if walk.read >= MOST_READ:
        return []
    walk.read += 1
    walk.inherited = [(level, day) for level, day in walk.inherited if level < section.level]
    walk.subject, walk.carried, walk.label = walk.default, None, None
    found = _draft_heading(walk, section, has_children)
    is_aim = bool(section.heading and AIMS.search(walk.hidden, section.heading.start, section.heading.end))
    only_timed = is_aim or (section.heading is None and has_numbers)
    for body in section.bodies:
        walk.carried = None
        for sentence in split_sentences(walk.hidden, body.start, body.end):
            walk.read += 1
            if walk.read > MOST_READ:
                return found
            _draft_sentence(walk, section, sentence, found, only_timed)
    return found + _unjoined(walk, section)


def _unjoined(walk: _Walk, section: Section) -> list[Found]:
    """A label's time that nothing in its section took: 一、活动时间：即日起至6月30日."""
    day, heading = walk.label, section.heading
    if day is None:
        return []
    walk.label = None
    start = heading.title_start if heading and heading.end <= day.start and day.start - heading.end < 8 else day.start
    core = Span(start, day.end)
    return [Found(Duty(start, day.end, core, (), (day,)), walk.subject, None, day)]


def _draft_heading(walk: _Walk, section: Section, has_children: bool) -> list[Found]:
    """A heading's date governs what stands under it; a heading that is itself a duty is drafted."""
    heading = section.heading
    if heading is None:
        return []
    if heading.body_start < heading.end:
        return []
    title = Span(heading.title_start, heading.end)
    rhythms, dates = _mentions(walk, title)
    words = title.of(walk.hidden)
    has_body = bool(section.bodies) or has_children
    if (
        dates
        and has_body
        and (
            re.search(r"阶段|（[^（）]*$|时间|步骤", words[: dates[-1].start - title.start])
            or not is_duty(words)
            or words.rstrip().endswith("：")
        )
    ):
        walk.inherited.append((section.level, dates[-1]))
        return []
    lasting = [
        r
        for r in rhythms
        if r.every not in ("per_event",) and (r.confidence >= 0.75 or (not has_body and words.endswith("。")))
    ]
    if dates or lasting or (not has_body and VERBS.search(words)):
        return _draft_mentions(walk, title, rhythms, dates, False)
    return []


def _mentions(walk: _Walk, span: Span) -> tuple[list[Rhythm], list[Deadline]]:
    """The rhythms and dates of a stretch, in places of the document's text."""
    words = span.of(walk.hidden)
    rhythms = _heard(walk, words)
    dates = find_deadlines(words, walk.term, walk.year)
    # 今年秋季开学前 is a day of one year, 开学前 alone comes each term.
    rhythms = [
        r for r in rhythms if r.confidence > LOOSE or not any(d.start < r.start and r.end <= d.end for d in dates)
    ]
    taken = {at for r in rhythms for at in range(r.start, r.end)}
    dates = [d for d in dates if taken.isdisjoint(range(d.start, d.end))]
    walk.year = last_named_year(words, walk.term) or walk.year
    here = span.start
    return (
        [r.moved(here) for r in rhythms],
        [d.moved(here) for d in dates],
    )


def _heard(walk: _Walk, words: str) -> list[Rhythm]:
    """The rhythms of some words; read once, however often a document says them."""
    if words not in walk.heard:
        walk.heard[words] = sorted(find_rhythms(words) + find_lesson_1530(words), key=lambda r: r.start)
    return walk.heard[words]


def _draft_sentence(walk: _Walk, section: Section, sentence: Span, found: list[Found], only_timed: bool) -> None:
    rhythms, dates = _mentions(walk, sentence)
    words = sentence.of(walk.hidden)
    if _is_label(words, rhythms, dates):
        _join_label(walk, sentence, rhythms, dates, found)
        return
    if LABEL.match(words) or is_names(words):
        return
    if words.endswith("：") and dates:
        walk.inherited.append((section.level, dates[-1]))
    if section.heading is None and ANNOUNCING.search(words):
        rhythms, dates = [], [d for d in dates if d.confidence >= 0.9]
    if section.heading is None and only_timed:
        # The opening says when the whole campaign runs; only what is asked by a firm day is a duty.
        dates = [d for d in dates if d.confidence >= 0.8 and not d.is_range]
    drafted = _draft_mentions(walk, sentence, rhythms, dates, only_timed, not found)
    if section.heading and not found and drafted and not dates and drafted[0].deadline:
        drafted[0] = _from_heading(drafted[0], section.heading.start)
    found += drafted
    if words.endswith("。"):
        walk.carried = None


def _from_heading(found: Found, start: int) -> Found:
    """A duty dated by its run-in heading is quoted from there, so that the date is in the quote."""
    if found.deadline and start <= found.deadline.start < found.duty.start:
        return replace(found, duty=replace(found.duty, start=start))
    return found


def _draft_mentions(
    walk: _Walk, sentence: Span, rhythms: list[Rhythm], dates: list[Deadline], only_timed: bool, is_first: bool = False
) -> list[Found]:
    ruling = walk.label or walk.carried or (walk.inherited[-1][1] if walk.inherited else None)
    chunks = split_chunks(walk.hidden, sentence)
    duties, walk.carried = group_duties(walk.hidden, chunks, rhythms, dates, ruling, is_first or walk.label is not None)
    walk.label = None
    found: list[Found] = []
    for duty in duties:
        subject, _ = find_subjects(duty.core.of(walk.reading.text))
        walk.subject = subject or walk.subject
        if not only_timed or _is_timed(duty):
            found += spread_duty(duty, walk.subject)
    return found


def _is_timed(duty: Duty) -> bool:
    return bool(duty.dates) or any(r.every != "per_event" for r in duty.rhythms)


def _is_label(words: str, rhythms: list[Rhythm], dates: list[Deadline]) -> bool:
    """完成时限：2025年6月底前, or a table cell that holds nothing but a time."""
    if len(words) > SHORT or not (rhythms or dates):
        return False
    times: list[Mention] = [*rhythms, *dates]
    spoken = sum(m.end - m.start for m in times)
    return bool(LABEL.match(words)) or (len(words) - spoken <= 3 and not VERBS.search(words[spoken:]))


def is_names(words: str) -> bool:
    """True for a table cell that lists the offices in charge and nothing else."""
    parts = [p for p in re.split(r"[、，；]", words) if p]
    return (
        not words.endswith("。")
        and len(words) < 200
        and bool(parts)
        and all(map(OFFICE.fullmatch, parts))
        and not re.search(r"(?:开展|完善|组织|建设|加强|落实|推进|检查|排查)", words.replace("建设股", ""))
    )


def _join_label(walk: _Walk, label: Span, rhythms: list[Rhythm], dates: list[Deadline], found: list[Found]) -> None:
    """Give the label's time to the requirement before it that has none, else to what follows."""
    row = 0 if LABEL.match(label.of(walk.hidden)) else _row_start(walk.reading, label.start)
    untimed = 0
    while untimed < len(found) and _may_join(found[-1 - untimed], row):
        untimed += 1
    if not untimed:
        walk.label = dates[-1] if dates else None
        return
    waiting, found[-untimed:] = found[-untimed:], []
    for item in waiting:
        times = replace(item.duty, rhythms=(*item.duty.rhythms, *rhythms), dates=(*item.duty.dates, *dates))
        last = item is waiting[-1]
        found += spread_duty(replace(times, end=label.end) if last else times, item.subject)


def _may_join(item: Found, row: int) -> bool:
    is_free = item.rhythm is None or item.rhythm.every == "per_event" or item.rhythm.confidence <= IMPLIED
    return item.deadline is None and is_free and item.duty.start >= row


def _row_start(reading: Reading, at: int) -> int:
    """Where the table row or the line that holds a place begins."""
    place = bisect_right(reading.row_starts, at)
    return reading.row_starts[place - 1] if place else 0
