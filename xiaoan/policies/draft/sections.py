"""Part a document into numbered sections, each with its stretches of running text."""

from dataclasses import dataclass, field

from .headings import Heading, find_headings
from .paragraphs import Paragraph
from .sentences import Span


@dataclass
class Section:
    """heading is None for what stands before the first number; bodies are in reading order."""

    heading: Heading | None
    bodies: list[Span] = field(default_factory=list)

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0

    @property
    def start(self) -> int:
        return self.heading.start if self.heading else (self.bodies[0].start if self.bodies else 0)

    @property
    def end(self) -> int:
        return self.bodies[-1].end if self.bodies else (self.heading.end if self.heading else 0)


def split_sections(text: str, paragraphs: tuple[Paragraph, ...], apart: frozenset[int]) -> list[Section]:
    """The sections in reading order; paragraphs in apart (titles, names, dates) are left out."""
    sections = [Section(None)]
    for place, paragraph in enumerate(paragraphs):
        if place not in apart:
            _add_paragraph(sections, text, paragraph)
    return [s for s in sections if s.heading or s.bodies]


def _add_paragraph(sections: list[Section], text: str, paragraph: Paragraph) -> None:
    here = paragraph.start
    for heading in find_headings(text, paragraph.start, paragraph.end):
        if heading.start < here:
            continue
        if heading.start > here:
            sections[-1].bodies.append(Span(here, heading.start))
        sections.append(Section(heading))
        here = heading.body_start
    if here < paragraph.end:
        sections[-1].bodies.append(Span(here, paragraph.end))
