"""Sentences, and the comma-parted chunks inside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No sentence that a person wrote is longer.
LONGEST = 800
STOPS = re.compile(r"[。；！？]")
# What stands in brackets or quotation marks is not parted; lengths are bounded to stay linear.
ENCLOSED = re.compile(r"（[^（）。]{0,160}）|“[^“”。]{0,160}”|《[^《》]{0,80}》|「[^「」。]{0,80}」")
CITED = re.compile(r"《[^《》]{0,80}(?:《[^《》]{0,80}》[^《》]{0,40})?》|〔[^〔〕]{0,8}〕|\[20\d\d\]|【20\d\d】")


@dataclass(frozen=True)
class Span:
    """A stretch [start, end) of the document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def split_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Stretches ended by 。；！？ with their stop, empty ones left out."""
    here = start
    for stop in STOPS.finditer(text, start, end):
        if stop.end() - here > 1:
            yield from _bound(text, here, stop.end())
        here = stop.end()
    if end > here:
        yield from _bound(text, here, end)


def _bound(text: str, start: int, end: int) -> Iterator[Span]:
    """A stretch cut at commas into pieces of bounded length: what compares mentions in pairs stays cheap."""
    while end - start > LONGEST:
        comma = text.rfind("，", start + 1, start + LONGEST)
        cut = comma + 1 if comma > 0 else start + LONGEST
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def split_chunks(text: str, sentence: Span) -> list[Span]:
    """The parts between commas and colons that stand outside brackets and quotation marks."""
    words = ENCLOSED.sub(lambda m: "〓" * len(m.group()), sentence.of(text))
    chunks, here = [], 0
    for comma in re.finditer("[，：。；！？]", words):
        if comma.start() > here:
            chunks.append(Span(sentence.start + here, sentence.start + comma.start()))
        here = comma.end()
    if len(words) > here:
        chunks.append(Span(sentence.start + here, sentence.end))
    return chunks


def hide_citations(text: str) -> str:
    """The same text with the names and numbers of cited documents blanked: their dates bind nobody."""
    return CITED.sub(lambda m: "〓" * len(m.group()), text)
