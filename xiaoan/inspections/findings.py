"""The findings of a visit, made when they are issued: what holds after merging, each with its clause and its hazard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xiaoan.ground.units.models import scope_of
from xiaoan.hazards.models import Hazard
from xiaoan.inspections.citations import Citation
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Finding, Part, Visit
from xiaoan.inspections.parts import Merged, citation_of, merged
from xiaoan.inspections.raising import is_danger, raise_hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor


@dataclass(frozen=True)
class Made:
    """A finding with whether its hazard is a major one."""

    row: Finding
    is_major: bool


def make_findings(acting: Actor, visit: Visit, parts: Sequence[Part]) -> list[Made]:
    """One finding for each line that failed. Who found it is the first inspector who said so, the head before others."""
    lines = lines_of_visit(visit)
    failed = [m for m in merged(visit, parts) if m.result == "fail"]
    seen = _failed_before(visit, [m.key for m in failed])
    made = []
    for each in failed:
        part, answer = next((p, a) for p, a in each.said if a["result"] == "fail")
        whole = _whole(each, answer)
        hazard = raise_hazard(acting, visit, each.key, whole, lines.get(each.key), part) if is_danger(visit) else None
        cited = citation_of(visit, each.key, whole, lines)
        row = _finding(visit, each, part, whole, cited, hazard, each.key in seen)
        made.append(Made(row, hazard is not None and hazard.level == "major"))
    Finding.objects.bulk_create([m.row for m in made])
    return made


def _whole(line: Merged, first: Mapping[str, Any]) -> dict[str, Any]:
    """What all who failed the line wrote and photographed, together."""
    failed = [a for _, a in line.said if a["result"] == "fail"]
    notes = list(dict.fromkeys(a["note"] for a in failed if a.get("note")))
    clause = next((a["clause"] for a in failed if a.get("clause")), "")
    photos = list(dict.fromkeys(i for a in failed for i in a.get("photos", [])))
    return {**first, "note": "；".join(notes)[:500], "clause": clause, "photos": photos[:9]}


def _failed_before(visit: Visit, keys: Sequence[str]) -> set[str]:
    rows = Finding.objects.filter(unit_path=visit.place.path, line__in=keys).exclude(visit=visit)
    return set(rows.values_list("line", flat=True))


def _finding(
    visit: Visit, each: Merged, part: Part, answer: Mapping[str, Any], cited: Citation,
    hazard: Hazard | None, is_repeat: bool,
) -> Finding:  # fmt: skip
    return Finding(
        visit=visit, line=each.key, category=each.line.category if each.line else "现场发现", text=each.text[:300],
        note=answer["note"], source=cited.source[:120], cited=cited.words, clause=cited.clause,
        person_id=part.person_id, person_name=part.person_name, body=part.body, organisation=part.organisation,
        way=part.way, photos=answer["photos"], hazard=hazard.id if hazard else None, is_repeat=is_repeat, found_on=clock.today(),
        **scope_of(visit.place),
    )  # fmt: skip
