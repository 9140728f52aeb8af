"""The cast of every test: a province with two cities, three counties, townships and schools, and their people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from xiaoan.ground.calendar.days import forget_calendars
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.people.services import appoint, create_person
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.policies.book import forget_book

wall.open_process()  # also for what is made before the first test

# A Wednesday in term: tests that need "now" hold the clock here.
WEDNESDAY = timezone.make_aware(datetime(2026, 11, 18, 10, 0))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes give a test no name: a packed file holds the second in which it was packed, and two workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first: begun last, one of them would run on while all others are done."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """What processes keep in memory must not outlive the rolled-back rows it came from."""
    wall.open_process()  # a test's own queries are the system's work; those of a page are held to its actor
    wall.end()
    forget_book()
    forget_calendars()
    yield
    forget_book()
    forget_calendars()


@pytest.fixture
def wednesday() -> Iterator[datetime]:
    with clock.held_at(WEDNESDAY):
        yield WEDNESDAY


@contextmanager
def messages() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database, with its parameters. Under Django's own counting no statements go together, and none
    by name."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def client_of(whose: Actor | Post, **more: Any) -> Client:
    """A browser in which the person who acts, or who holds the post, is signed in."""
    client = Client(**more)
    client.force_login(Person.objects.get(id=whose.person_id))
    return client


@dataclass
class Cast:
    """Units by name, and the way to people: `cast.actor("county_officer")`, `cast.client("county_officer")`."""

    province: Unit
    city: Unit
    other_city: Unit
    county: Unit
    other_county: Unit
    township: Unit
    primary: Unit
    junior: Unit
    kindergarten: Unit
    outside: Unit

    def post(self, role: str, unit: Unit, name: str = "") -> Post:
        with wall.opened():  # an answer that nobody has read to its end still holds the test to its asker
            return self._post(role, unit, name)

    def _post(self, role: str, unit: Unit, name: str) -> Post:
        username = f"{role}-{unit.path}"
        person = Person.objects.filter(username=username).first() or create_person(
            actor=SYSTEM, unit=unit, username=username, name=name or f"测试{role}", password="Cast-2026-pass"
        )
        Person.objects.filter(id=person.id).update(must_change_password=False)
        person.refresh_from_db()
        held = Post.objects.filter(person=person, unit=unit, role=role).first()
        return held or appoint(actor=SYSTEM, person=person, unit=unit, role=role, starts=date(2024, 1, 1))

    def actor(self, role: str, unit: Unit | None = None) -> Actor:
        """An actor in `role`: at `unit`, or at the unit of the cast that has the role."""
        return actor_for(self.post(role, unit or self.home_of(role)))

    def client(self, role: str, unit: Unit | None = None, **more: Any) -> Client:
        """A browser in which somebody in `role` is signed in, at the unit where `actor` has them."""
        return client_of(self.post(role, unit or self.home_of(role)), **more)

    def home_of(self, role: str) -> Unit:
        return {"province_officer": self.province, "city_officer": self.city, "township_officer": self.township}.get(
            role, self.county if role in ("county_officer", "county_leader", "inspector", "auditor") else self.primary
        )


@pytest.fixture
def cast(db: Any) -> Cast:
    def unit(parent: Unit | None, rank: str, name: str, **facts: Any) -> Unit:
        return create_unit(actor=SYSTEM, parent=parent, rank=rank, name=name, **facts)

    province = unit(None, "province", "测试省", division="370000")
    city, other_city = (unit(province, "city", n, division=d) for n, d in (("甲市", "370100"), ("乙市", "370200")))
    county, other_county = (unit(city, "county", n, division=d) for n, d in (("甲县", "370101"), ("乙县", "370102")))
    township = unit(county, "township", "东镇")
    return Cast(
        province, city, other_city, county, other_county, township,
        primary=unit(township, "school", "东镇中心小学", kind="primary", pupils=800, boarders=0, has=["canteen"]),
        junior=unit(township, "school", "东镇初级中学", kind="junior", pupils=1200, boarders=300, has=["boarding", "canteen"]),
        kindergarten=unit(county, "school", "县直幼儿园", kind="kindergarten", pupils=260),
        outside=unit(other_county, "school", "乙县小学", kind="primary", pupils=500),
    )  # fmt: skip
