"""Which known practice does a drafted sentence ask for? Deterministic: words of the catalogue, then likeness."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xiaoan.policies.models import Practice

UNDECIDED = "general"  # the catalogue's catch-all: never an answer, only where nothing is decided yet
MOST = 5
LEAST = 0.16  # below this a likeness is chance
SURE = 0.34  # from here on the first suggestion is taken as the answer
LONG = 6  # letters of a matching word that leave no doubt


@dataclass(frozen=True)
class Shelf:
    """Practices prepared for comparing: pairs of letters of each, weighed by how rare they are."""

    practices: Sequence[Practice]
    pairs: Sequence[dict[str, float]]
    rarity: dict[str, float]

    @classmethod
    def of(cls, practices: Iterable[Practice]) -> "Shelf":
        known = sorted((p for p in practices if p.key != UNDECIDED), key=lambda p: p.key)
        bags = [pairs_of(p.name, p.verb, *p.words) for p in known]
        seen = Counter(pair for bag in bags for pair in bag)
        rarity = {pair: math.log(1 + len(bags) / n) for pair, n in seen.items()}
        return cls(known, [_unit({pair: rarity[pair] for pair in bag}) for bag in bags], rarity)


def suggest(quote: str, practice_text: str, practices: Iterable[Practice] | Shelf) -> list[tuple[Practice, float]]:
    """The likeliest practices, best first, each with a score from 0 to 1; empty when none is near.

    `quote` is the whole sentence, `practice_text` the parser's short phrase of what to do in it.
    """
    shelf = practices if isinstance(practices, Shelf) else Shelf.of(practices)
    core, around = _weighed(practice_text, shelf), _weighed(quote, shelf)
    scored = []
    for practice, bag in zip(shelf.practices, shelf.pairs, strict=True):
        alike = 0.65 * _common(core, bag) + 0.35 * _common(around, bag)
        score = round(min(1.0, alike + _told(quote, practice_text, practice)), 3)
        if score >= LEAST:
            scored.append((practice, score))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].key))[:MOST]


def pairs_of(*texts: str) -> set[str]:
    """Pairs of neighbouring letters."""
    return {text[n : n + 2] for text in texts for n in range(len(text) - 1)}


def _told(quote: str, practice_text: str, practice: Practice) -> float:
    """What the longest word of the catalogue that stands in the words is worth: more in the phrase itself."""
    inside = max((len(w) for w in practice.words if w in practice_text), default=0)
    around = max((len(w) for w in practice.words if w in quote), default=0)
    return 0.45 * max(min(inside, LONG), 0.7 * min(around, LONG)) / LONG


def _weighed(text: str, shelf: Shelf) -> dict[str, float]:
    return _unit({pair: shelf.rarity[pair] for pair in pairs_of(text) if pair in shelf.rarity})


def _unit(bag: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(w * w for w in bag.values())) or 1.0
    return {pair: w / length for pair, w in bag.items()}


def _common(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other[pair] for pair, weight in one.items() if pair in other)
