"""Coverage: what became of each row of each pack, counted from the packs themselves."""

from collections import Counter
from typing import Any

from xiaoan.policies.models import ClauseIs
from xiaoan.policies.packs import Pack, read_packs


def coverage() -> dict[str, Any]:
    """{"documents": [{"id", "rows", "live", "built", "to_come", "principle", "unmapped"}], "total": {…}}."""
    documents = [{"id": pack.head["key"], **count_pack(pack)} for pack in read_packs()]
    total = {k: sum(d[k] for d in documents) for k in ("rows", *ClauseIs.values, "unmapped")}
    return {"documents": documents, "total": total}


def count_pack(pack: Pack) -> dict[str, int]:
    """Rows of a pack by disposition; a row that claims more than it shows counts as unmapped."""
    counts = Counter(disposition(clause) for clause in pack.clauses)
    return {"rows": len(pack.clauses), **{k: counts[k] for k in (*ClauseIs.values, "unmapped")}}


def disposition(clause: dict[str, Any]) -> str:
    """live needs requirements and a proof, built a proof, to_come a reason."""
    said = str(clause.get("is", ""))
    if said not in ClauseIs.values:
        return "unmapped"
    if said == ClauseIs.LIVE and not (clause.get("requirements") and clause.get("proof")):
        return "unmapped"
    if said == ClauseIs.BUILT and not clause.get("proof"):
        return "unmapped"
    if said == ClauseIs.TO_COME and not clause.get("because"):
        return "unmapped"
    return said
