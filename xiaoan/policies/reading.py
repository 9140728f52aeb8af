"""How a drafted sentence is shown: the words from which each value was read, marked where they stand."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from xiaoan.policies.drafting import needs_look
from xiaoan.policies.models import Clause, Requirement
from xiaoan.policies.queries import Paragraph
from xiaoan.policies.terms import lacks, when, who

# value read -> (colour class, what the words told)
TOLD = {
    "every": ("w-when", "频次"), "times": ("w-when", "次数"), "window": ("w-when", "时段"),
    "deadline": ("w-when", "期限"), "actors": ("w-who", "对象"), "figure": ("w-what", "指标"), "kind": ("w-what", "类别"),
}  # fmt: skip


@dataclass(frozen=True)
class RowView:
    """One row of a draft as it is shown."""

    row: Requirement
    is_new: bool
    when: str
    who: str
    words: str
    confidence: int
    needs_look: bool
    lacks: str


@dataclass(frozen=True)
class SentenceView:
    clause: Clause
    text: SafeString
    rows: list[RowView]


@dataclass(frozen=True)
class SectionView:
    section: Paragraph
    sentences: list[SentenceView]


def view_row(row: Requirement) -> RowView:
    because = row.drafted.get("because", {})
    words = list(dict.fromkeys(because[k] for k in ("every", "deadline", "times", "window") if because.get(k)))
    return RowView(
        row, row.practice.is_local, when(row), who(row), "…".join(words),
        round(row.drafted.get("confidence", 1) * 100), needs_look(row), lacks(row),
    )  # fmt: skip


def chips_of(clause: Clause) -> list[str]:
    """学校 · 每月 1 次: what a sentence asks, each thing said once."""
    return list(dict.fromkeys(f"{who(r)} · {when(r)}" for r in clause.requirements.all() if r.is_kept))


def view_sections(sections: list[Paragraph], show: str) -> list[SectionView]:
    """The draft, filtered: all · check (rows to look at) · doubt (kept rows, least certain first) · kept · skipped.
    Sentences without rows stand in `all` only."""
    if show == "doubt":
        return _by_doubt(sections)
    made = []
    for section in sections:
        sentences = [s for s in (view_sentence(c, show) for c in section.clauses) if s.rows or show == "all"]
        if sentences or show == "all":
            made.append(SectionView(section, sentences))
    return made


def _by_doubt(sections: list[Paragraph]) -> list[SectionView]:
    sentences = [view_sentence(c, "kept") for s in sections for c in s.clauses]
    single = [SentenceView(s.clause, s.text, [v]) for s in sentences for v in s.rows]
    single.sort(key=lambda s: (not s.rows[0].needs_look, s.rows[0].confidence))
    return [SectionView(Paragraph("", "", "把握小的在前", 1), single)] if single else []


def view_sentence(clause: Clause, show: str = "all") -> SentenceView:
    rows = [view_row(r) for r in clause.requirements.all()]
    return SentenceView(clause, marked(clause), [r for r in rows if _is_shown(r, show)])


def _is_shown(view: RowView, show: str) -> bool:
    return {"check": view.needs_look, "kept": view.row.is_kept, "skipped": not view.row.is_kept}.get(show, True)


def marked(clause: Clause) -> SafeString:
    """The sentence with the words marked that values of its rows were read from."""
    spans = _spans(clause)
    parts, here = [], 0
    for start, end, kind in spans:
        look, name = TOLD[kind]
        parts.append((clause.text[here:start], look, name, clause.text[start:end]))
        here = end
    body = format_html_join("", '{}<mark class="{}" title="{}">{}</mark>', parts)
    return format_html("{}{}", body, clause.text[here:])


def _spans(clause: Clause) -> list[tuple[int, int, str]]:
    """Places of the words in the sentence, none overlapping, in order; longer ones win."""
    found: list[tuple[int, int, str]] = []
    for row in clause.requirements.all():
        since = max(0, row.drafted.get("start", 0) - (clause.start or 0))
        for kind, words in row.drafted.get("because", {}).items():
            at = clause.text.find(words, since) if words and kind in TOLD else -1
            at = at if at >= 0 else (clause.text.find(words) if words and kind in TOLD else -1)
            if at >= 0:
                found.append((at, at + len(words), kind))
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found, key=lambda s: s[0] - s[1]):
        if all(end <= a or start >= b for a, b, _ in kept):
            kept.append((start, end, kind))
    return sorted(kept)
