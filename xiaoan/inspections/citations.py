"""The clause that a finding breaks: a document's clause, a criterion of major hazards, or the basis of its line."""

from dataclasses import dataclass

from xiaoan.checks.criteria import criteria_for
from xiaoan.inspections.catalogue import Line
from xiaoan.kernel.errors import Invalid
from xiaoan.policies.models import Clause

WITHOUT = "“{text}”记为不合格，还没有写明违反哪一条规定。请从法规条款里选一条。"
UNKNOWN = "“{clause}”不是法规条款库里的条款，请重新选择。"


@dataclass(frozen=True)
class Citation:
    """What a finding cites: where it stands and its words. `clause` is its key, when it has one."""

    source: str
    words: str
    clause: str = ""


def cite(path: str, clause: str, line: Line | None, text: str) -> Citation:
    """The citation of a finding at a unit. Raises Invalid when none is named and the line has no basis of its own."""
    if clause:
        return _named(path, clause)
    if line and line.basis:
        return Citation(line.basis if line.is_verified else f"{line.basis}（未核实）", line.text)
    raise Invalid(WITHOUT.format(text=text[:40]))


def _named(path: str, clause: str) -> Citation:
    row = Clause.objects.select_related("document").filter(key=clause).order_by("-document__version").first()
    if row:
        return Citation(f"《{row.document.short}》", row.text[:600], clause)
    found = next((c for c in criteria_for(path) if c.key == clause), None)
    if found is None:
        raise Invalid(UNKNOWN.format(clause=clause[:40]))
    return Citation(found.basis if found.is_verified else f"{found.basis}（未核实）", found.words[:600], clause)


def search(path: str, words: str, most: int = 30) -> list[Citation]:
    """Clauses and criteria whose words contain these, for the choice on a page."""
    rows = Clause.objects.select_related("document").filter(text__contains=words).order_by("document__key", "position")
    found = [Citation(f"《{r.document.short}》", r.text[:600], r.key) for r in rows[:most]]
    criteria = [c for c in criteria_for(path) if words in c.words]
    return [*[Citation(c.basis, c.words[:600], c.key) for c in criteria], *found][:most]
