"""The numbers that Word counts itself: a paragraph says only its list and level, numbering.xml the rest."""

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HAN = "〇一二三四五六七八九"
CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographTraditional",
    }
)
CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
LETTERS = frozenset({"lowerLetter", "upperLetter"})
SILENT = frozenset({"bullet", "none"})
PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    """How one level of a list is written: 一、 is (chineseCounting, %1、)."""

    style: str
    words: str
    start: int


@dataclass
class Numbering:
    """The lists of a document, and how far each has been counted while its paragraphs are read in order."""

    levels: dict[tuple[str, int], Level]
    styles: dict[str, tuple[str, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    counted_in: dict[str, str] = field(default_factory=dict)

    def mark(self, paragraph: Any) -> str:
        """The number that Word shows before a paragraph, or nothing."""
        listed = _listing(paragraph) or self.styles.get(_style(paragraph))
        if listed is None or not "".join(paragraph.itertext(f"{W}t")).strip():
            return ""
        number, depth = listed
        level = self.levels.get((number, depth))
        if level is None:
            return ""
        counts = self.counts.setdefault(self.counted_in.get(number, number), {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        return (
            ""
            if level.style in SILENT
            else PLACE.sub(lambda m: self._written(number, counts, int(m[1]) - 1), level.words)
        )

    def _written(self, number: str, counts: dict[int, int], depth: int) -> str:
        level = self.levels.get((number, depth))
        return write_number(counts.get(depth, level.start), level.style) if level else ""


def read_numbering(document: Any) -> Numbering:
    """The numbering of a python-docx document; empty where it has none."""
    try:
        root = document.part.numbering_part.element
    except (NotImplementedError, KeyError, AttributeError):
        return Numbering({}, {})
    abstract = {_value(a, "abstractNumId"): a for a in root.iter(f"{W}abstractNum")}
    levels: dict[tuple[str, int], Level] = {}
    counted_in: dict[str, str] = {}
    for num in root.iter(f"{W}num"):
        number, base = _value(num, "numId"), _value(num.find(f"{W}abstractNumId"), "val")
        changed = list(num.iter(f"{W}lvlOverride"))
        counted_in[number] = number if changed else f"abstract {base}"
        for part in (abstract.get(base), *changed):
            if part is not None:
                _read_levels(levels, number, part)
    return Numbering(levels, _style_lists(document), {}, counted_in)


def _read_levels(levels: dict[tuple[str, int], Level], number: str, part: Any) -> None:
    for level in part.iter(f"{W}lvl"):
        depth = int(_value(level, "ilvl") or 0)
        start = _value(level.find(f"{W}start"), "val")
        style = _value(level.find(f"{W}numFmt"), "val") or "decimal"
        levels[number, depth] = Level(style, _value(level.find(f"{W}lvlText"), "val"), int(start or 1))


def _style_lists(document: Any) -> dict[str, tuple[str, int]]:
    """Styles such as 标题 1 that carry a list themselves."""
    found: dict[str, tuple[str, int]] = {}
    for style in document.styles.element.iter(f"{W}style"):
        listed = _listing(style)
        if listed:
            found[_value(style, "styleId")] = listed
    return found


def _listing(element: Any) -> tuple[str, int] | None:
    properties = element.find(f"{W}pPr/{W}numPr")
    if properties is None:
        return None
    number, depth = _value(properties.find(f"{W}numId"), "val"), _value(properties.find(f"{W}ilvl"), "val")
    return (number, int(depth or 0)) if number else None


def _style(paragraph: Any) -> str:
    return _value(paragraph.find(f"{W}pPr/{W}pStyle"), "val")


def _value(element: Any, name: str) -> str:
    """An attribute in Word's own namespace; empty where the element or the attribute is missing."""
    return str(element.get(f"{W}{name}") or "") if element is not None else ""


def write_number(number: int, style: str) -> str:
    """12 as 十二, ⑫, l or 12, by the name that Word gives the style."""
    if style in CHINESE:
        return _chinese(number)
    if style in CIRCLED and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if style in LETTERS and 1 <= number <= 26:
        return chr(ord("a" if style == "lowerLetter" else "A") + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else HAN[tens]) + "十" if tens else ""
    return head + (HAN[ones] if ones else "")
