"""Numbered headings: 第一章, 一、, （一）, 1., （1）, ①, 第一条."""

import re
from dataclasses import dataclass

HAN = "[一二三四五六七八九十百〇零]"
MARKER = re.compile(
    rf"(?P<chapter>第(?:{HAN}{{1,4}}|\d{{1,3}})(?:编|篇|部分|章))"
    rf"|(?P<section>第(?:{HAN}{{1,4}}|\d{{1,3}})节)"
    rf"|(?P<article>第(?:{HAN}{{1,5}}|\d{{1,3}})条)"
    rf"|(?P<one>{HAN}{{1,3}}、)"
    rf"|(?P<two>（{HAN}{{1,3}}）)"
    r"|(?P<three>\d{1,2}[.、](?:(?![\d前底])|(?=\d{1,2}月|20\d\d年)))"
    r"|(?P<four>（\d{1,2}）|\d{1,2}）)"
    r"|(?P<five>[①-⑳])"
)
LEVELS = {"chapter": 1, "section": 2, "article": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
# A heading longer than this is a whole duty that happens to be numbered.
LONGEST_TITLE = 40
TITLE_STOP = re.compile("[。：；]")


@dataclass(frozen=True)
class Heading:
    """A marker and its title: [start, end) holds both, body_start is where the duties begin."""

    start: int
    title_start: int
    end: int
    body_start: int
    level: int


def find_headings(text: str, start: int, end: int) -> list[Heading]:
    """The headings in one paragraph: at its start, and after a full stop inside it."""
    found = []
    for match in MARKER.finditer(text, start, end):
        at = match.start()
        if at == start or (text[at - 1] in "。；：" and _may_stand_inside(match, text)):
            found.append(_read_heading(text, match, end))
    return found


def _may_stand_inside(match: re.Match[str], text: str) -> bool:
    # （一） after a stop is an item; 一、 or 十、 in running text may be a list of words.
    if match.lastgroup in ("one", "chapter", "section"):
        return text[match.start() - 1] == "。"
    return match.lastgroup != "article" or text[match.start() - 1] == "。"


def _read_heading(text: str, match: re.Match[str], end: int) -> Heading:
    level = LEVELS[match.lastgroup or "one"]
    after = match.end()
    stop = TITLE_STOP.search(text, after, min(end, after + LONGEST_TITLE))
    if match.lastgroup == "article":
        return Heading(match.start(), after, after, after, level)
    if stop:
        title_end = stop.end()
    elif end - after <= LONGEST_TITLE:
        title_end = end
    else:
        return Heading(match.start(), after, _first_comma(text, after, end), after, level)
    return Heading(match.start(), after, title_end, title_end, level)


def _first_comma(text: str, after: int, end: int) -> int:
    comma = text.find("，", after, min(end, after + LONGEST_TITLE))
    return comma if comma > 0 else min(end, after + LONGEST_TITLE)
