"""Turn a grouped duty into requirements with their values and the words behind them."""

from dataclasses import dataclass

from .actors import find_actors, find_subjects, join_actors
from .duties import Duty
from .figures import find_figure
from .kinds import VERBS, kind_of
from .lines import Reading
from .mentions import Deadline, Mention, Rhythm, without_mentions
from .model import Requirement
from .practices import short_practice
from .rhythms import find_times
from .windows import find_window

# One duty with more times than this is noise, and each costs a reading of its words.
MOST = 6


@dataclass(frozen=True)
class Found:
    """A requirement still in places of Reading.text, so that later words can be joined to it."""

    duty: Duty
    subject: tuple[str, ...]
    rhythm: Rhythm | None
    deadline: Deadline | None


def spread_duty(duty: Duty, subject: tuple[str, ...]) -> list[Found]:
    """One requirement for each rhythm of a duty, else for each of its dates, else one."""
    day = duty.dates[-1] if duty.dates else None
    # A theme day or a holiday named beside a date only dates the duty once.
    least = 0.7 if day and day.start >= duty.start else 0.0
    rhythms = [r for r in duty.rhythms if r.confidence >= least]
    lasting = [r for r in rhythms if r.every != "per_event"] or rhythms[:1]
    if lasting:
        return [Found(duty, subject, rhythm, _until(duty, rhythm, day)) for rhythm in lasting[:MOST]]
    return [Found(duty, subject, None, day) for day in duty.dates[:MOST]] or [Found(duty, subject, None, None)]


def _until(duty: Duty, rhythm: Rhythm, day: Deadline | None) -> Deadline | None:
    """The day that ends a rhythm: none for 5月至9月，每周…, nor for a stage of the plan that it falls in."""
    if day is None or not day.is_range:
        return day
    return None if day.start >= duty.start or rhythm.confidence > 0.75 else day


def build_requirement(reading: Reading, found: Found) -> Requirement:
    """Read the remaining values from the duty's words."""
    duty, rhythm, deadline = found.duty, found.rhythm, found.deadline
    whole = reading.text[duty.start : duty.end]
    because: dict[str, str] = {}
    every, times, window = _timing(reading.text, duty, rhythm, because)
    figure = find_figure(whole)
    kind, kind_words = kind_of(whole, every, deadline is not None, figure)
    if kind == "event" and every is None:
        every = "per_event"
        because["every"] = kind_words or ""
    _explain(because, deadline=deadline.words if deadline else None, figure=figure, kind=kind_words)
    actors, subject_words = _actors(reading.text, found, because)
    return Requirement(
        kind,
        actors,
        _practice(reading.text, found, subject_words),
        every,
        times,
        window,
        deadline.day if deadline else None,
        figure,
        reading.quote(duty.start, duty.end),
        reading.origin[duty.start],
        reading.origin[duty.end - 1] + 1,
        _confidence(kind, rhythm, deadline),
        because,
    )


def _timing(
    text: str, duty: Duty, rhythm: Rhythm | None, because: dict[str, str]
) -> tuple[str | None, int | None, str | None]:
    if rhythm is None:
        return None, None, None
    because["every"] = text[rhythm.start : rhythm.end]
    times, window = rhythm.times, rhythm.window
    counted = find_times(text, *_counting_zone(duty, rhythm))
    if times is None and counted:
        times, because["times"] = counted
    elif times is not None:
        because["times"] = because["every"]
    seen = find_window(text[duty.start : duty.end])
    if window is None and seen:
        window, because["window"] = seen
    elif window:
        because["window"] = because["every"]
    return rhythm.every, times, window


def _counting_zone(duty: Duty, rhythm: Rhythm) -> tuple[int, int]:
    """The words between a rhythm and the next one, where its count can stand."""
    start = rhythm.end if rhythm.start >= duty.start else duty.core.start
    later = [r.start for r in duty.rhythms if r.start >= rhythm.end and r.start > start]
    return start, min([*later, duty.core.end])


def _explain(because: dict[str, str], **words: str | None) -> None:
    because.update({name: value for name, value in words.items() if value})


def _actors(text: str, found: Found, because: dict[str, str]) -> tuple[tuple[str, ...], str]:
    duty = found.duty
    head = without_mentions(text, duty.core.start, duty.core.end, _times(duty))
    subject, words = find_subjects(head)
    named = find_actors(text[slice(*_naming_zone(found))])
    if len(duty.rhythms) > 1 and named:
        return named, words
    if words:
        because["actors"] = words
    return (join_actors(subject, named) if subject else join_actors(found.subject, named)), words


def _naming_zone(found: Found) -> tuple[int, int]:
    """Where a rhythm's actors stand: 中小学每月、幼儿园每季度 are two duties of two kinds of school."""
    duty, rhythm = found.duty, found.rhythm
    if rhythm is None or len(duty.rhythms) < 2:
        return duty.start, duty.end
    earlier = [r.end for r in duty.rhythms if r.end <= rhythm.start]
    later = [r.start for r in duty.rhythms if r.start >= rhythm.end]
    return max([duty.start, *earlier]), (rhythm.start if later else duty.end)


def _times(duty: Duty) -> list[Mention]:
    return [*duty.rhythms, *duty.dates]


def _practice(text: str, found: Found, subject: str) -> str:
    duty, rhythm = found.duty, found.rhythm
    if rhythm and len(duty.rhythms) > 1 and rhythm.start >= duty.core.start:
        start, end = _counting_zone(duty, rhythm)
        own = text[start:end].strip("，、；。（）”“")
        if len(own) >= 4 and VERBS.search(own):
            return short_practice(own, [], "")
    times = [text[m.start : m.end] for m in _times(duty)]
    return short_practice(duty.core.of(text), times, subject)


def _confidence(kind: str, rhythm: Rhythm | None, deadline: Deadline | None) -> float:
    values = [m.confidence for m in (rhythm, deadline) if m]
    return round(min(values), 2) if values else {"standing": 0.4}.get(kind, 0.5)
