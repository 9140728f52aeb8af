"""An annexe that flattens the plan into a table says each duty again: keep the first saying."""

from collections import defaultdict

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
        grams = _grams(requirement.quote)
        known = sum(map(seen.__contains__, grams))
        seen.update(grams)
        return len(grams) >= 4 and known >= ALIKE * len(grams)


def _grams(words: str) -> list[str]:
    return [words[at : at + GRAM] for at in range(max(1, len(words) - GRAM + 1))]
