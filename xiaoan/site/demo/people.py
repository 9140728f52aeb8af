"""People of the demo: one account per role at the home county, and who runs safety at every school."""

import random
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.services import appoint
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.site.demo.places import Places

PASSWORD = "Xiaoan-2026"
FAMILY = "周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = [
    "明远", "林岚", "建国", "晓雨", "思齐", "子衡", "若溪", "文博", "海宁", "立新", "雨桐", "志诚", "秋实", "一凡", "书瑶", "景行",
]  # fmt: skip


@dataclass(frozen=True)
class Account:
    username: str
    role: str
    unit: str


# Colleagues that a story needs besides the accounts: one plans and another agrees, each partner body has its own.
BESIDE = [("370800", "city", "", "city_officer"), ("370812", "partner", "fire", "partner_officer"),
          ("370812", "partner", "market", "partner_officer")]  # fmt: skip


def build_people(rng: random.Random, places: Places) -> list[Account]:
    """One account per role, and a principal and a safety director for every school (a few lack one)."""
    hashed = make_password(PASSWORD)  # one hash for all: the demo's password is printed anyway
    accounts = []
    for role in ROLES.values():
        unit = _home_of(role.key, places)
        _appoint(rng, hashed, username_of(role.key), unit, role.key)
        accounts.append(Account(username_of(role.key), role.name, unit.name))
    add_colleagues(rng, hashed, places)
    taken = places.school().path
    for n, school in enumerate(places.schools):
        if school.path == taken:
            continue
        _appoint(rng, hashed, f"p{n:03d}", school, "principal")
        if rng.random() < 0.92:
            _appoint(rng, hashed, f"s{n:03d}", school, "safety_director")
    return accounts


def add_colleagues(rng: random.Random, hashed: str, places: Places) -> None:
    """People of BESIDE, who work in the background."""
    for n, (division, rank, kind, role) in enumerate(BESIDE):
        at = places.units[division]
        unit = at if at.rank == rank else at.children.get(rank=rank, kind=kind)
        _appoint(rng, hashed, f"c{n:03d}", unit, role)


def username_of(role: str) -> str:
    """The demo's account in a role."""
    return f"demo-{role.replace('_', '-')}"


def _home_of(role: str, places: Places) -> Unit:
    home, school = places.home, places.school()
    if role == "section_officer":
        return home.children.filter(rank="department").order_by("path")[0]
    if role == "partner_officer":
        return home.children.filter(rank="partner").order_by("path")[0]
    if role == "township_officer":
        return school.parent or home
    rank = ROLES[role].ranks[0]
    if role in ("system_administrator", "auditor"):
        return home
    return {"province": places.units["370000"], "city": places.units["370800"], "county": home}.get(rank, school)


def _appoint(rng: random.Random, hashed: str, username: str, unit: Unit, role: str) -> Post:
    person = Person.objects.create(
        username=username, name=rng.choice(FAMILY) + rng.choice(GIVEN) + "（演示）", password=hashed, is_synthetic=True,
        password_set_on=clock.today(),
    )  # fmt: skip
    return appoint(actor=SYSTEM, person=person, unit=unit, role=role, starts=date(2024, 8, 1))


def who(path: str, *roles: str) -> Actor:
    """Whoever holds the first of these roles at a unit."""
    held = {p.role: p for p in Post.objects.filter(unit_path=path, role__in=roles).select_related("unit", "person")}
    return actor_for(next(held[role] for role in roles if role in held))


def person_of(actor: Actor) -> Person:
    """The person behind an actor of the demo."""
    return Person.objects.get(posts__id=str(actor.post_id))
