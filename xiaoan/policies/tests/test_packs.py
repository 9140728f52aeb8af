"""The packs: complete, consistent, faithful to the originals, and each claim backed by a test that exists."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import Rank, SchoolKind
from xiaoan.policies.book import book
from xiaoan.policies.coverage import coverage
from xiaoan.policies.measures import measure_names
from xiaoan.policies.models import Clause, Document, Kind, Practice, Requirement
from xiaoan.policies.packs import attach_source, load_pack, load_practices, read_packs, read_yaml
from xiaoan.policies.terms import RHYTHMS, WINDOWS, lacks

ROOT = Path(settings.BASE_DIR)
SEEDS = ROOT.parent / "shared" / "seeds"
CLAUSES_READ = SEEDS.parent / "mission" / "clauses.csv"
PACKS = read_packs()
CLAUSES = [clause for pack in PACKS for clause in pack.clauses]
ASKED = [(clause, row) for clause in CLAUSES for row in clause.get("requirements") or ()]
# What the county cannot do without: these rows are answered now, not one day.
MUST_STAND = ("R01", "R03", "R04", "R29")


def practices() -> dict[str, dict[str, Any]]:
    return {p["key"]: p for p in read_yaml(Path(settings.XIAOAN_CATALOGUE, "practices.yaml"))}


def test_five_packs_hold_852_clauses_and_none_is_unmapped() -> None:
    total = coverage()["total"]
    assert len(PACKS) == 5
    assert (total["rows"], total["unmapped"]) == (852, 0)


def test_clauses_and_requirements_have_keys_of_their_own() -> None:
    for keys in ([c["id"] for c in CLAUSES], [row["key"] for _, row in ASKED]):
        assert [key for key, n in Counter(keys).items() if n > 1] == []


def test_each_clause_stands_in_a_section_of_its_document() -> None:
    for pack in PACKS:
        known = {s["key"] for s in pack.sections}
        assert {str(c["section"]) for c in pack.clauses} <= known
        assert {s["parent"] for s in pack.sections} <= known | {None}


def test_rows_that_must_stand_are_live_or_built() -> None:
    held = ("live", "built")
    assert [c["id"] for c in CLAUSES if c.get("capability") in MUST_STAND and c["is"] not in held] == []


@pytest.mark.skipif(not CLAUSES_READ.exists(), reason="the reference reading lies beside the repository")
def test_every_recurring_row_of_the_reference_is_live_or_built() -> None:
    with CLAUSES_READ.open(encoding="utf-8") as rows_file:
        recurring = {row["id"] for row in csv.DictReader(rows_file) if row["kind"] == "recurring"}
    assert [c["id"] for c in CLAUSES if c["id"] in recurring and c["is"] not in ("live", "built")] == []


def test_what_is_live_asks_something_and_what_is_not_asks_nothing() -> None:
    assert [c["id"] for c in CLAUSES if bool(c.get("requirements")) != (c["is"] == "live")] == []


def test_quotes_locate_and_do_not_copy() -> None:
    assert [c["id"] for c in CLAUSES if not c["quote"] or len(c["quote"]) > 30] == []


@pytest.mark.skipif(not SEEDS.exists(), reason="the originals lie beside the repository, where they are given")
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.head["key"])
def test_every_quote_is_found_in_the_original_in_order(pack: Any) -> None:
    text = re.sub(r"\s+", "", (SEEDS / pack.head["source"]).read_text(encoding="utf-8"))
    quotes = [(c["id"], re.sub(r"\s+", "", c["quote"])) for c in pack.clauses]
    assert [key for key, quote in quotes if quote not in text] == []


def test_each_requirement_is_complete_and_names_what_exists() -> None:
    wrong = [f"{row['key']}: {why}" for _, row in ASKED if (why := fault_of(row))]
    assert wrong == []


def fault_of(row: dict[str, Any]) -> str:
    """What is wrong with a requirement's references, in one line; empty when nothing is."""
    practice = practices_cached().get(row["practice"])
    if practice is None:
        return f"no practice {row['practice']}"
    if row["kind"] not in Kind.values or not 0 < len(row["duty"]) <= 80:
        return "kind or duty"
    if row.get("measure") and row["measure"] not in measure_names():
        return f"no measure {row['measure']}"
    if (row.get("window") and row["window"] not in WINDOWS) or (row.get("every") and row["every"] not in RHYTHMS):
        return "window or rhythm"
    return lacks_of(row) or fault_of_binds(row) or fault_of_counts(row, practice)


@cache
def practices_cached() -> dict[str, dict[str, Any]]:
    return practices()


def lacks_of(row: dict[str, Any]) -> str:
    made = Requirement(
        kind=row["kind"], every=row.get("every") or "", deadline=row.get("deadline"), measure=row.get("measure") or "",
        figure=row.get("figure") or {}, trigger=row.get("trigger") or {}, within_days=row.get("within_days"),
    )  # fmt: skip
    return lacks(made)


def fault_of_binds(row: dict[str, Any]) -> str:
    binds = row.get("binds") or {}
    known = {"ranks": set(Rank.values), "kinds": set(SchoolKind.values)}
    for name, allowed in known.items():
        if not set(binds.get(name, ())) <= allowed:
            return f"{name} {binds[name]}"
    if not set(row.get("by") or ()) <= set(ROLES):
        return f"by {row['by']}"
    return "" if set(binds) <= {"ranks", "kinds", "boarding", "has", "min_pupils", "max_pupils"} else f"binds {binds}"


def fault_of_counts(row: dict[str, Any], practice: dict[str, Any]) -> str:
    """Conditions name fields and options of the sheet that proves the practice, which the bound units may fill in."""
    form = sheets().get(practice["sheet"])
    if form is None:
        return f"no sheet {practice['sheet']}"
    ranks = set((row.get("binds") or {}).get("ranks", ["school"]))
    if row["kind"] in (Kind.RECURRING, Kind.DELIVERABLE) and not ranks <= set(form.ranks):
        return f"{sorted(ranks - set(form.ranks))} cannot fill in {form.key}"
    counts = row.get("counts") or {}
    wanted = [*(practice.get("where") or ()), *({"field": k, "is": v} for k, v in (counts.get("where") or {}).items())]
    if counts.get("topic"):
        wanted.append({"field": form.columns.get("topic"), "is": counts["topic"]})
    for one in wanted:
        found = next((f for f in form.fields if f.key == one["field"]), None)
        if found is None:
            return f"{form.key} has no field {one['field']}"
        spelled = {{True: "yes", False: "no"}.get(v, v) if isinstance(v, bool) else str(v) for v in one["is"]}
        if found.options and not spelled <= {key for key, _ in found.options}:
            return f"{form.key}.{found.key} has no option {sorted(spelled - {k for k, _ in found.options})}"
    return ""


def test_practices_are_recorded_on_sheets_that_exist_and_share_no_word() -> None:
    rows = practices().values()
    assert [p["key"] for p in rows if p["sheet"] not in sheets()] == []
    words = Counter(word for p in rows for word in p["words"])
    assert [word for word, n in words.items() if n > 1] == []


def test_every_proof_is_a_test_that_exists() -> None:
    proofs = {c["proof"] for c in CLAUSES if c.get("proof")}
    missing = {proof for proof in proofs if not exists(proof)}
    assert missing == set()


def exists(proof: str) -> bool:
    """Whether `path::test_name`, perhaps with [an id], names a function in that file."""
    path, _, name = proof.partition("::")
    return (ROOT / path).exists() and name.split("[")[0].split("::")[-1] in names_in(ROOT / path)


@cache
def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    def rows() -> list[Any]:
        shown = [Document.objects.order_by("id").values_list("id", "key", "title", "sections")]
        shown += [model.objects.order_by("pk").values() for model in (Clause, Requirement, Practice)]
        return [list(query) for query in shown]

    load()
    before = rows()
    load()
    assert rows() == before
    assert len(before[1]) == 852
    assert not Requirement.objects.filter(is_kept=False).exists()
    assert book().duties == ()


@pytest.mark.django_db
@pytest.mark.skipif(not SEEDS.exists(), reason="the originals lie beside the repository, where they are given")
def test_an_attached_original_is_found_word_for_word() -> None:
    load()
    for document in Document.objects.all():
        text = (SEEDS / document.source_name).read_text(encoding="utf-8")
        assert attach_source(document, text) == []
        squeezed = re.sub(r"\s+", "", text)
        assert all(squeezed[c.start : c.end] == re.sub(r"\s+", "", c.quote) for c in document.clauses.all())


def load() -> None:
    load_practices()
    for pack in PACKS:
        load_pack(pack)
