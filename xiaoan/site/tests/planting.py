"""Random trees of units with something of each unit in every scoped table, marked so that a leak is seen in any byte.

A marker is `ZQ` + kind + three digits of the unit + `QZ`. Kinds: P what is the unit's own business; N its name;
D documents and norms that bind all below; T a task given downwards.
"""

import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from xiaoan.engines.files.services import store_file
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.sync.models import Command
from xiaoan.ground.calendar.models import Term
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Scoped, Unit, scope_of
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.models import Assignment
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.policies.models import Receipt

MARKER = re.compile(r"ZQ[PNDT]\d{3}QZ")


@dataclass
class World:
    """Units with their numbers, and the rows planted for each: {unit path: {table: row}}."""

    units: list[Unit] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def marker(self, kind: str, unit: Unit) -> str:
        return f"ZQ{kind}{self.units.index(unit):03d}QZ"

    def owner(self, marker: str) -> Unit:
        return self.units[int(marker[3:6])]

    def under(self, path: str, inside: bool = True) -> list[Unit]:
        return [u for u in self.units if u.path.startswith(path) == inside]


def grow(dice: random.Random) -> World:
    """Two provinces, so that even a province has an outside; below them whatever the dice give, 15 to 30 units."""
    world = World()
    for _ in range(2):
        province = _unit(world, None, Rank.PROVINCE)
        for _ in range(dice.randint(1, 2)):
            city = _unit(world, province, Rank.CITY)
            for _ in range(dice.randint(1, 2)):
                _county(world, city, dice)
    for unit in world.units:
        plant(world, unit)
    for unit in dice.sample(world.units, 4):
        _document(world, unit)
    for unit in world.units:
        _given_task(world, unit)
    return world


def plant(world: World, unit: Unit) -> None:
    """A row of this unit in every scoped table, and in the others that carry a place."""
    held = world.rows.setdefault(unit.path, {})
    for model in apps.get_models():
        if issubclass(model, Scoped):
            _row(world, unit, model, held)
    own = world.marker("P", unit)
    write_entry(
        actor=SYSTEM, verb=own, subject_type="record", subject_id=held["sheets.Record"].id, subject_name=own,
        unit_path=unit.path, changes={"why": [own, own]},
    )  # fmt: skip
    held["sync.Command"] = Command.objects.create(
        id=new_id(), kind="record.file", person_id=held["people.Post"].person_id, unit_path=unit.path,
        captured_at=clock.now(), received_at=clock.now(), state="refused", answer={"sentence": own},
        payload={"label": own, "body": {"note": own}},
    )  # fmt: skip
    binding = {"unit": unit, "unit_path": unit.path}
    NormRow.objects.create(
        **binding, key="people.idle_minutes", valid_from=date(2026, 1, 1), value=90, basis=world.marker("D", unit),
        made_by=world.marker("D", unit),
    )  # fmt: skip
    Term.objects.create(
        **binding, key="2026-2027-1", name=world.marker("D", unit), starts=date(2026, 9, 1), ends=date(2027, 1, 20)
    )


def _county(world: World, city: Unit, dice: random.Random) -> None:
    county = _unit(world, city, Rank.COUNTY)
    parent = _unit(world, county, Rank.TOWNSHIP) if dice.random() < 0.5 else county
    for _ in range(dice.randint(1, 2)):
        _unit(world, parent, Rank.SCHOOL, kind="primary", pupils=500)
    if dice.random() < 0.5:
        _unit(world, county, Rank.DEPARTMENT)
    if dice.random() < 0.5:
        _unit(world, county, Rank.PARTNER, kind="police")


def _unit(world: World, parent: Unit | None, rank: str, **facts: Any) -> Unit:
    name = f"合成ZQN{len(world.units):03d}QZ"
    world.units.append(create_unit(actor=SYSTEM, parent=parent, rank=rank, name=name, **facts))
    return world.units[-1]


def _row(world: World, unit: Unit, model: type[Scoped], held: dict[str, Any]) -> Any:
    """The unit's row of a table: marked in every text, what it points to planted first."""
    label = model._meta.label
    if label not in held:
        made = MADE.get(label)
        held[label] = made(world, unit) if made else model.objects.create(**_values(world, unit, model, held))
    return held[label]


def _values(world: World, unit: Unit, model: type[Scoped], held: dict[str, Any]) -> dict[str, Any]:
    values = {**scope_of(unit), **(TOLD[model._meta.label](world, unit) if model._meta.label in TOLD else {})}
    for each in model._meta.concrete_fields:
        if each.name in values or each.generated or each.primary_key or each.attname in values:
            continue
        value = _value(world, unit, each, held)
        if value is not None:
            values[each.name] = value
    return values


def _value(world: World, unit: Unit, column: Any, held: dict[str, Any]) -> Any:
    """Something that fits the column; None to leave it at its default."""
    if isinstance(column, models.ForeignKey):
        of = column.related_model
        if of in (Unit, Person) and not column.null:
            return unit if of is Unit else _row(world, unit, Post, held).person
        return None if column.null or not issubclass(of, Scoped) else _row(world, unit, of, held)
    if column.unique and isinstance(column, models.CharField):
        return uuid.uuid4().hex[: column.max_length]
    if column.choices or (column.has_default() and not isinstance(column, models.CharField)) or column.unique:
        return column.choices[0][0] if column.choices and not column.has_default() else None
    if isinstance(column, models.CharField) and not column.has_default():
        return world.marker("P", unit)[: column.max_length]
    if column.null:
        return None
    for kind, value in FITTING:
        if isinstance(column, kind):
            return value() if callable(value) else value
    return None


FITTING: list[tuple[Any, Any]] = [
    (models.DateTimeField, lambda: clock.now()),
    (models.DateField, lambda: clock.today()),
    (models.UUIDField, uuid.uuid4),
    (models.IntegerField, 1),
    (models.JSONField, dict),
]


def _post(world: World, unit: Unit) -> Post:
    own = world.marker("P", unit)
    person = Person.objects.create(
        username=f"user{own}", name=f"合成{own}", password_set_on=date(2026, 11, 1), phone=own
    )
    role = next(role.key for role in ROLES.values() if unit.rank in role.ranks)
    return Post.objects.create(**scope_of(unit), person=person, role=role, starts=date(2024, 1, 1))


def _file(world: World, unit: Unit) -> Any:
    own = world.marker("P", unit)
    return store_file(actor=SYSTEM, unit=unit, upload=SimpleUploadedFile(f"{own}.jpg", PHOTO))


PHOTO = photo()

# Tables whose row is made by a service or has parts of its own.
MADE: dict[str, Callable[[World, Unit], Any]] = {"people.Post": _post, "files.StoredFile": _file}

# Columns that a page reads as something: all others take the marker.
TOLD: dict[str, Callable[[World, Unit], dict[str, Any]]] = {
    "sheets.Record": lambda world, unit: {
        "sheet": "general", "version": 1, "state": "filed", "source": "desk", "withdrawn_why": "", "about": "",
        "answers": {"title": world.marker("P", unit), "note": world.marker("P", unit)},
    },
    "intake.Upload": lambda world, unit: {
        "kind": "schools", "state": "failed", "faults": [{"line": 2, "reason": world.marker("P", unit), "values": []}],
        "person_id": world.rows[unit.path]["people.Post"].person_id,
    },
    "obligations.Completion": lambda world, unit: {"requirement": "none-1", "period": "2026-11"},
    "obligations.Evidence": lambda world, unit: {"requirement": "none-1", "period": "2026-11"},
    "obligations.Exemption": lambda world, unit: {
        "requirement": "none-1", "state": "asked", "ends": clock.today() + timedelta(days=9),
    },
    "obligations.Reading": lambda world, unit: {"measure": "none"},
    "obligations.Task": lambda world, unit: {
        "title": world.marker("T", unit), "content": world.marker("T", unit), "made_by": world.marker("T", unit),
        "requirement": "", "clause": "", "due": clock.today() + timedelta(days=9), "is_handed_out": True,
    },
    "obligations.Assignment": lambda world, unit: {
        "state": "handed_in", "due": clock.today() + timedelta(days=9), "handed_in_at": clock.now(),
    },
    "matters.Matter": lambda world, unit: {
        "kind": "dispute_home", "family": "dispute", "state": "reported", "holder_path": unit.path, "partner_path": "",
        "token": "", "outcome": "", "calm": "", "escalated_to": "",
    },
    "officers.Group": lambda world, unit: {"kind": "class", "ended_on": None},
    "officers.Report": lambda world, unit: {"kind": "suspicion"},
    "officers.Concern": lambda world, unit: {"state": "told"},
    "matters.Keeper": lambda world, unit: {"duty": "mediation"},
    "matters.Peak": lambda world, unit: {"key": "morning", "starts": time(7), "ends": time(8)},
    "matters.Sighting": lambda world, unit: {"key": "morning"},
    "matters.Spot": lambda world, unit: {"kind": "shop"},
    "matters.KeyPerson": lambda world, unit: {"calm": "calm"},
    "matters.CircularLine": lambda world, unit: {"partner": unit, "partner_path": unit.path},
    "obligations.HandIn": lambda world, unit: {"document": ""},
    # what a bureau says of major hazards holds for all below it
    "checks.CriterionRow": lambda world, unit: dict.fromkeys(
        ("key", "category", "group", "words", "basis", "made_by"), world.marker("D", unit)
    ),
    "hazards.Hazard": lambda world, unit: {
        "kind": "hazard", "level": "general", "source": "staff", "state": "reported", "holder_path": unit.path,
        "due": clock.today(), "verify_path": unit.path, "item": "", "category": "C02", "partner_path": "", "managed": "term",
        "escalated_to": "", "origin_type": "", "found_on": clock.today(), "proposed": "",
    },
    "hazards.Listing": lambda world, unit: {"bureau_path": unit.path, "contents": {"goal": world.marker("P", unit)}},
    "hazards.Draw": lambda world, unit: {"asked": {"size": 1, "since": "2026-01-01", "until": "2026-11-18", "category": ""}},
    "patrols.Route": lambda world, unit: {"rhythm": "daily"},
    "risks.Study": lambda world, unit: {"month": "2026-10"},
    "inspections.Campaign": lambda world, unit: {"line_set": "", "target_path": unit.path},
    "inspections.Member": lambda world, unit: {"team": "district"},
    "inspections.Blacklisting": lambda world, unit: {"rule": "refused"},
    "obligations.Quarterly": lambda world, unit: {"quarter": "2026-Q4", "percent": 40},
}  # fmt: skip


def _document(world: World, unit: Unit) -> None:
    """A document of the unit in force below it, a draft that nobody else may see, and who has read it."""
    own, binding = world.marker("P", unit), world.marker("D", unit)
    key = f"W{world.units.index(unit)}"
    made = make_document(key, {"practice": "drill", "every": "monthly", "duty": binding}, owner=unit, title=binding,
                         short=binding, issuer=binding)  # fmt: skip
    publication = publish(made, unit)
    draft = make_document(f"{key}d", {"practice": "drill", "duty": own}, owner=unit, title=own, short=own, issuer=own)
    world.rows[unit.path] |= {"policies.Document": made, "policies.Publication": publication, "draft": draft}
    for reader in world.under(unit.path):
        Receipt.objects.create(
            publication=publication, unit=reader, unit_path=reader.path, read_at=clock.now(),
            read_by=world.marker("P", reader),
        )  # fmt: skip


def _given_task(world: World, unit: Unit) -> None:
    """The bureau's task, given to every unit below it but to the last: that one must not hear of it."""
    task = world.rows[unit.path]["obligations.Task"]
    for below in world.under(unit.path)[1:-1]:
        own = world.marker("P", below)
        Assignment.objects.create(**scope_of(below), task=task, due=task.due, said=own, handed_in_by=own)


def may_be_seen(world: World, marker: str, scope: str) -> bool:
    """What lies inside the scope, and from above it only: names of the units above and of the partner bodies that a case
    may be passed to, their documents, terms and norms, and tasks that they gave to a unit inside."""
    owner = world.owner(marker)
    if owner.path.startswith(scope):
        return True
    if marker[2] == "N" and owner.rank == Rank.PARTNER:
        return scope.startswith(owner.path[:-4])
    if marker[2] in "ND":
        return scope.startswith(owner.path)
    return (
        marker[2] == "T"
        and Assignment.objects.filter(
            task=world.rows[owner.path]["obligations.Task"], unit_path__startswith=scope
        ).exists()
    )
