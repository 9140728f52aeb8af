"""Synthetic documents in our own words, each with the rhythms and days that a reader finds in it.

A .tsv row is: words of the sentence, every|deadline, the value. Every other rhythm or day that is
drafted is a false one, but for per_event, which the tables name only where it matters.
"""

import re
from pathlib import Path

import pytest

from xiaoan.policies.draft import Draft, draft_text, read_file
from xiaoan.policies.draft.accuracy import sentence_around

FOLDER = Path(__file__).parent / "documents"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def _draft(name: str) -> tuple[str, Draft]:
    raw = read_file(FOLDER / f"{name}.txt")
    return re.sub(r"\s+", "", raw), draft_text(raw)


def _expected(name: str, text: str) -> list[tuple[int, int, str, str]]:
    rows = []
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        words, key, value = line.split("\t")
        at = text.find(words)
        assert at >= 0, f"{name}: {words} is not in the document"
        rows.append((*sentence_around(text, at, at + len(words)), key, value))
    return rows


def _drafted(draft: Draft) -> list[tuple[int, int, str, str]]:
    rows = []
    for requirement in (r for clause in draft.clauses for r in clause.requirements):
        if requirement.every:
            rows.append((requirement.start, requirement.end, "every", requirement.every))
        if requirement.deadline:
            rows.append((requirement.start, requirement.end, "deadline", requirement.deadline.isoformat()))
    return rows


def _has(rows: list[tuple[int, int, str, str]], row: tuple[int, int, str, str]) -> bool:
    return any(r[0] < row[1] and r[1] > row[0] and r[2:] == row[2:] for r in rows)


def test_there_are_a_dozen_documents_and_more() -> None:
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_every_stated_rhythm_and_day_is_found(name: str) -> None:
    text, draft = _draft(name)
    drafted = _drafted(draft)
    assert [row for row in _expected(name, text) if not _has(drafted, row)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_other_rhythm_or_day_is_drafted(name: str) -> None:
    text, draft = _draft(name)
    expected = _expected(name, text)
    false = [row for row in _drafted(draft) if row[3] != "per_event" and not _has(expected, row)]
    assert [(text[start:end], value) for start, end, _, value in false] == []


@pytest.mark.parametrize("name", NAMES)
def test_places_and_reasons_are_in_the_text(name: str) -> None:
    text, draft = _draft(name)
    for clause in draft.clauses:
        assert 0 <= clause.start < clause.end <= len(text)
        for requirement in clause.requirements:
            assert clause.start <= requirement.start < requirement.end <= clause.end
            assert requirement.quote and requirement.practice
            assert 0 < requirement.confidence <= 1
            if requirement.every:
                assert "every" in requirement.because
            if requirement.deadline:
                assert "deadline" in requirement.because
