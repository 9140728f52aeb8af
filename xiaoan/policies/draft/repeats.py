"""An annexe that flattens the plan into a table says each duty again: keep the first saying."""

from collections import defaultdict
from collections.abc import Iterable

from .model import Requirement

GRAM = 6
ALIKE = 0.6


class Sayings:
    """The words of the duties seen so far, by their time values; linear in the text."""

    def __init__(self) -> None:
        self._grams: dict[tuple[object, ...], set[str]] = defaultdict(set)

    def is_repeat(self, requirement: Requirement) -> bool:
        """True when most of the words were said before with the same times; remembers them."""
        seen = self._grams[requirement.every, requirement.deadline]
        grams = list(_grams(requirement.quote))
        known = sum(gram in seen for gram in grams)
        seen.update(grams)
        return len(grams) >= 4 and known >= ALIKE * len(grams)


def _grams(words: str) -> Iterable[str]:
    return (words[at:at + GRAM] for at in range(max(1, len(words) - GRAM + 1)))
