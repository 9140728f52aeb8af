"""A document set as a document: headings, paragraphs, and clauses as pieces of running text."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from xiaoan.board.queries.clauses import ClauseState
from xiaoan.board.queries.original import lay_out_original
from xiaoan.obligations.states import LATE, NA, worst
from xiaoan.policies.models import Clause, Document

STOPS = "。；，：！？、"


@dataclass
class Piece:
    """Some running text; with a clause it is that clause's mark. `tail` is the punctuation before the mark."""

    text: str
    tail: str = ""
    clause: Clause | None = None
    state: ClauseState | None = None


@dataclass
class Paragraph:
    """`kind`: d1 heading, d3 lower heading, p text, to addressee, sig signature, mid centred; `lead` opens it in KaiTi."""

    kind: str
    lead: str = ""
    anchor: str = ""
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A line of the contents: its section, how its clauses stand and the worst word."""

    key: str
    title: str
    level: int
    count: int
    parts: list[tuple[str, int]]
    worst: str
    words: str


def set_paper(document: Document, clauses: list[Clause], states: dict[str, ClauseState]) -> list[Paragraph]:
    """The original with every clause's place marked, when it is attached; else our paraphrases as prose."""
    if document.source_text:
        return [_from_lines(line, states) for line in lay_out_original(document, clauses)]
    return lay_out_paraphrases(document, clauses, states)


def lay_out_paraphrases(document: Document, clauses: list[Clause], states: dict[str, ClauseState]) -> list[Paragraph]:
    """Our sentences, joined under our headings."""
    by_section: dict[str, list[Clause]] = {}
    for clause in clauses:
        by_section.setdefault(clause.section, []).append(clause)
    made: list[Paragraph] = []
    for section in document.sections:
        level, heading = section["level"], f"{section['label']}{section['title']}"
        mine = by_section.get(section["key"], [])
        anchor = f"s-{section['key']}"
        if level == 1:
            if section["label"]:
                made.append(Paragraph("d1", anchor=anchor, pieces=[Piece(heading)]))
            made += [_prose("", "", mine, states)] if mine else []
        else:
            made.append(_prose(heading + "。", anchor, mine, states, kind="p" if level == 2 else "p3"))
    return made


def contents(document: Document, clauses: Iterable[Clause], states: dict[str, ClauseState]) -> list[Entry]:
    """The contents at two levels; deeper sections count in the one above."""
    tops = {s["key"]: _top_of(s, document.sections) for s in document.sections}
    held: dict[str, list[ClauseState]] = {}
    for clause in clauses:
        held.setdefault(tops.get(clause.section, clause.section), []).append(states[clause.key])
    return [_entry(s, held.get(s["key"], [])) for s in document.sections if s["level"] <= 2]


def _entry(section: dict[str, object], states: list[ClauseState]) -> Entry:
    live = [s.state for s in states if s.wears in ("live", "own")]
    most = worst([s for s in live if s != NA])
    n = live.count(most)
    words = {"late": f"{n} 逾期", "due": f"{n} 将到期"}.get(most, "无欠账") if live else ""
    parts = [(k, live.count(k)) for k in ("ok", "go", "due", LATE, NA) if k in live]
    return Entry(
        str(section["key"]),
        f"{section['label']}{section['title']}",
        int(str(section["level"])),
        len(live),
        parts,
        most,
        words,
    )


def _top_of(section: dict[str, str], sections: list[dict[str, str]]) -> str:
    """The section of the second level (or first) in which this one lies."""
    by_key = {s["key"]: s for s in sections}
    while int(section["level"]) > 2 and section["parent"] in by_key:
        section = by_key[section["parent"]]
    return section["key"]


def _prose(lead: str, anchor: str, clauses: list[Clause], states: dict[str, ClauseState], kind: str = "p") -> Paragraph:
    return Paragraph(kind, lead, anchor, [_piece(c.text, c, states) for c in clauses])


def _piece(text: str, clause: Clause, states: dict[str, ClauseState]) -> Piece:
    tail = text[-1] if text and text[-1] in STOPS else ""
    return Piece(text[: len(text) - len(tail)], tail, clause, states[clause.key])


def _from_lines(
    line: tuple[str, str, str, list[tuple[str, str, Clause | None]]], states: dict[str, ClauseState]
) -> Paragraph:
    kind, lead, anchor, pieces = line
    return Paragraph(
        kind,
        lead,
        anchor,
        [Piece(text, tail, clause, states[clause.key] if clause else None) for text, tail, clause in pieces],
    )
