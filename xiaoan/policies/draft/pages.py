"""The pages of a PDF as one text: what each page repeats at its top or foot is no part of the document."""

import re
from collections import Counter

# A header stands in the first lines of a page, a footer in the last.
EDGE = 2
LONGEST = 60
DIGITS = re.compile(r"\d+")


def join_pages(pages: list[str]) -> str:
    """The pages in order, without the lines that most of them have at an edge; page numbers may differ."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    counted = Counter(key for page in lines for key in {_key(line) for line in _edges(page)})
    repeated = {key for key, times in counted.items() if times >= 3 and times * 2 > len(lines)}
    return "\n".join("\n".join(_without(page, repeated)) for page in lines)


def _without(page: list[str], repeated: set[str]) -> list[str]:
    last = len(page) - EDGE
    return [line for at, line in enumerate(page) if EDGE <= at < last or _key(line) not in repeated]


def _edges(page: list[str]) -> list[str]:
    return [line for line in (*page[:EDGE], *page[-EDGE:]) if len(line) <= LONGEST]


def _key(line: str) -> str:
    return DIGITS.sub("#", "".join(line.split()))
