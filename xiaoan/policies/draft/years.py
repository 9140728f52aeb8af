"""Which year a document speaks of, so that 6月底前 becomes a day."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from .numerals import read_number

YEAR = r"(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})"
RANGE = re.compile(rf"({YEAR})年?(?:—|至|到)({YEAR})(学年|年)?")


@dataclass(frozen=True)
class Term:
    """The time that a document governs; base_year is the year of a date that names none."""

    starts: date | None
    ends: date | None
    base_year: int | None
    issued_on: date | None

    @property
    def first_year(self) -> int | None:
        """No deadline lies before this year."""
        if self.issued_on:
            return self.issued_on.year
        return self.starts.year if self.starts else self.base_year

    @property
    def is_school_year(self) -> bool:
        return bool(self.starts and self.ends and self.starts.month == 9)

    def year_of(self, month: int) -> int | None:
        """The year in which a month without a year falls."""
        if self.is_school_year and self.starts and self.ends:
            return self.starts.year if month >= 8 else self.ends.year
        if self.base_year is None:
            return None
        is_over = self.issued_on and self.issued_on.year == self.base_year and month < self.issued_on.month
        lasts_on = self.ends is None or self.ends.year > self.base_year
        return self.base_year + 1 if is_over and lasts_on else self.base_year


def read_term(title: str, text: str, issued_on: date | None) -> Term:
    """From the title's years, else the document's first words, else the issue date, else the commonest year."""
    spanned = RANGE.search(title)
    if spanned:
        return _spanned(spanned, issued_on)
    named = re.search(rf"(?<!\d)({YEAR})(?!\d)(学年)?", title) or re.match(rf"({YEAR})年(?=，|全)()", text)
    if named:
        return _one_year(_year(named[1]), issued_on)
    if issued_on:
        return Term(None, None, issued_on.year, issued_on)
    return Term(None, None, _guess_year(text), None)


def _guess_year(text: str) -> int | None:
    """The first year that some date before which things must be done names, else the commonest."""
    due = re.findall(
        rf"(?<![\d〔\[])({YEAR})年(?:(?<=[。；：].{{5}})，|年?底|内|上半年|[0-9]{{1,2}}月[^，。；]{{0,4}}前)", text
    )
    if due:
        return min(map(_year, due))
    years = Counter(map(_year, re.findall(rf"(?<![\d〔\[]){YEAR}(?=年)", text)))
    return years.most_common(1)[0][0] if years else None


def _year(words: str) -> int:
    return read_number(words) or 0


def _spanned(match: re.Match[str], issued_on: date | None) -> Term:
    first, last = _year(match[1]), _year(match[2])
    if match[3] == "学年":
        return Term(date(first, 9, 1), date(last, 8, 31), first, issued_on)
    base = issued_on.year if issued_on and first <= issued_on.year <= last else first
    return Term(date(first, 1, 1), date(last, 12, 31), base, issued_on)


def _one_year(year: int, issued_on: date | None) -> Term:
    return Term(date(year, 1, 1), date(year, 12, 31), year, issued_on)
