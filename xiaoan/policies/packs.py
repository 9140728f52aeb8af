"""Packs: documents, practices and clauses as versioned YAML, loaded and upgraded by code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from xiaoan.kernel import clock
from xiaoan.policies.book import raise_stamp
from xiaoan.policies.models import Clause, Document, Practice, Requirement

REQUIREMENT_FIELDS = (
    "kind", "duty", "every", "assumed", "times", "window", "deadline", "figure", "measure", "binds", "by", "counts",
    "season", "trigger", "within_days",
)  # fmt: skip


@dataclass(frozen=True)
class Pack:
    """One folder of policies/: the document's head, its sections and its clauses in order."""

    head: dict[str, Any]
    sections: list[dict[str, Any]]
    clauses: list[dict[str, Any]]


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def read_packs(folder: Path | None = None) -> list[Pack]:
    """Every pack, by key."""
    root = folder or Path(settings.XIAOAN_POLICIES)
    return [read_pack(path.parent) for path in sorted(root.glob("*/document.yaml"))]


def read_pack(folder: Path) -> Pack:
    clauses = [c for path in sorted(folder.glob("clauses*.yaml"), key=_natural) for c in read_yaml(path)]
    return Pack(read_yaml(folder / "document.yaml"), read_yaml(folder / "sections.yaml"), clauses)


def load_practices() -> int:
    """Write catalogue/practices.yaml into the table: new ones are added, known ones brought up to date."""
    raw = read_yaml(Path(settings.XIAOAN_CATALOGUE, "practices.yaml"))
    rows = [Practice(**row) for row in raw]
    fields = [f.name for f in Practice._meta.fields if f.name != "key"]
    Practice.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=fields)
    raise_stamp()
    return len(rows)


@transaction.atomic
def load_pack(pack: Pack) -> Document:
    """Write a pack into the tables; loading it again brings rows up to date and keeps their ids."""
    head = pack.head
    document, _ = Document.objects.update_or_create(
        key=head["key"], version=head.get("version", 1),
        defaults={
            "title": head["title"], "short": head["short"], "number": head.get("number") or "",
            "issuer": head["issuer"], "tier": head["tier"], "issued_on": head.get("issued_on"),
            "starts": head["starts"], "ends": head["ends"], "note": head.get("note") or "",
            "source_name": head.get("source") or "", "sections": pack.sections, "is_pack": True,
            "is_public": bool(head.get("public")), "made_at": clock.now(),
        },
    )  # fmt: skip
    clauses = {c.key: c for c in document.clauses.all()}
    requirements = {r.key: r for r in document.requirements.all()}
    made: list[Clause] = []
    changed: list[Clause] = []
    wanted: list[Requirement] = []
    for position, raw in enumerate(pack.clauses):
        clause = clauses.get(raw["id"]) or Clause(document=document, key=raw["id"])
        (changed if raw["id"] in clauses else made).append(_fill_clause(clause, raw, position))
        wanted += [
            _fill_requirement(requirements.get(r["key"]), document, clause, r) for r in raw.get("requirements") or ()
        ]
    Clause.objects.bulk_create(made)
    Clause.objects.bulk_update(
        changed, [f.name for f in Clause._meta.fields if f.name not in ("id", "document", "key")]
    )
    fields = [f.name for f in Requirement._meta.fields if f.name not in ("id", "key")]
    Requirement.objects.bulk_create(wanted, update_conflicts=True, unique_fields=["key"], update_fields=fields)
    raise_stamp()
    return document


def _fill_clause(clause: Clause, raw: dict[str, Any], position: int) -> Clause:
    clause.position, clause.section, clause.text = position, str(raw["section"]), raw["text"]
    clause.quote, clause.disposition = raw.get("quote") or "", raw["is"]
    clause.capability, clause.proof = raw.get("capability") or "", raw.get("proof") or ""
    clause.because, clause.binds_issuer = raw.get("because") or "", bool(raw.get("self"))
    return clause


def _fill_requirement(
    known: Requirement | None, document: Document, clause: Clause, raw: dict[str, Any]
) -> Requirement:
    row = known or Requirement(key=raw["key"])
    row.document, row.clause, row.practice_id = document, clause, raw["practice"]
    for name in REQUIREMENT_FIELDS:
        field = Requirement._meta.get_field(name)
        value = raw.get(name)
        setattr(row, name, field.get_default() if value is None else value)  # type: ignore[union-attr]
    return row


def attach_source(document: Document, text: str) -> list[str]:
    """Attach the original: every quote is looked for in it (white space aside). Returns keys not found."""
    squeezed, lost, at = re.sub(r"\s+", "", text), [], 0
    clauses = list(document.clauses.order_by("position"))
    for clause in clauses:
        quote = re.sub(r"\s+", "", clause.quote)
        if not quote:
            continue
        found = squeezed.find(quote, at)
        found = found if found >= 0 else squeezed.find(quote)
        if found < 0:
            clause.start = clause.end = None
            lost.append(clause.key)
            continue
        clause.start, clause.end = found, found + len(quote)
        at = found
    with transaction.atomic():
        Clause.objects.bulk_update(clauses, ["start", "end"])
        document.source_text = text
        document.save(update_fields=["source_text"])
    return lost


def _natural(path: Path) -> list[Any]:
    return [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", path.name)]
