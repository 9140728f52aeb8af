"""The one ring of a document's head: arcs of a circle, in the order of the states."""

from dataclasses import dataclass

AROUND = 119.4  # of a circle of radius 19
ORDER = ("ok", "go", "due", "late", "na")


@dataclass(frozen=True)
class Arc:
    """One state's piece: SVG dash lengths and where it begins."""

    state: str
    length: str
    rest: str
    offset: str


def ring(counts: dict[str, int]) -> list[Arc]:
    """Arcs for the counts; empty when there is nothing."""
    whole = sum(counts.values())
    arcs, begun = [], 0.0
    for state in ORDER:
        if n := counts.get(state, 0):
            length = AROUND * n / whole
            arcs.append(Arc(state, f"{length:.1f}", f"{AROUND - length:.1f}", f"{-begun:.1f}"))
            begun += length
    return arcs
