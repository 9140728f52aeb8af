"""The rights matrix, made from the URL resolver: every page, whom it lets in, whom it sends away and how.

Objects for the arguments come from objects.py beside this file: one line for each new kind.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path

from conftest import Cast
from xiaoan.ground.people.checks import page_patterns, pages_say_their_right, rights_are_sound
from xiaoan.ground.people.rights import declared_rights
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.site import urls
from xiaoan.site.tests.objects import CONSTANTS, EXCUSED, OBJECTS, QUERIES

PAGES = dict(page_patterns())
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
RANKS = ("county", "school", "township", "city", "province")
FIRST = ("county_officer", "safety_director", "principal", "system_administrator")


def test_no_page_is_left_out_of_the_rights_matrix() -> None:
    assert PAGES
    assert pages_say_their_right(None) == []
    assert rights_are_sound(None) == []
    unknown = {a for route in PAGES for a in ARGUMENT.findall(route)} - OBJECTS.keys() - CONSTANTS.keys()
    assert not unknown, f"add to xiaoan/site/tests/objects.py: {sorted(unknown)}"
    regex = [route for route in PAGES if "(?P" in route]
    assert not regex, f"write these addresses with path(): {regex}"


def test_a_page_without_a_right_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("open-to-all/", lambda request: None)])
    clear_url_caches()
    try:
        assert "page /open-to-all/ says no right" in [fault.msg for fault in pages_say_their_right(None)]
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_everything_listed_for_the_matrix_still_exists() -> None:
    assert set(QUERIES) | set(EXCUSED) <= set(PAGES)


@pytest.mark.parametrize("route", PAGES)
def test_a_page_lets_in_exactly_whom_its_right_names(route: str, cast: Cast, wednesday: Any) -> None:
    right = getattr(PAGES[route].callback, "right", "?")
    ours = address(route, cast, cast.primary)
    if right is None:
        assert ask(Client(), ours).status_code in (200, 302)
        return
    answer = ask(Client(), ours)
    assert answer.status_code == 401 or answer.headers["Location"].startswith(settings.LOGIN_URL), "signed out"
    role, home, away = who_may(right, cast)
    if right and (without := role_without(right)):
        assert ask(signed_in(cast, without, at(without, cast)), ours).status_code == 403, without
    if away and any(name in OBJECTS for name in ARGUMENT.findall(route)):
        theirs = address(route, cast, cast.outside)
        assert ask(signed_in(cast, role, away), theirs).status_code == 404, "outsider"
    if route not in EXCUSED:
        answer = ask(signed_in(cast, role, home), ours)
        open_to = (200, 302) if answer.request["REQUEST_METHOD"] == "GET" else (200, 302, 400, 422)
        assert answer.status_code in open_to, role


def address(route: str, cast: Cast, school: Unit) -> str:
    """The page's address with the arguments of our world, or of the outsider's."""
    made = {
        name: OBJECTS[name](cast, school) if name in OBJECTS else CONSTANTS[name] for name in ARGUMENT.findall(route)
    }
    return "/" + ARGUMENT.sub(lambda found: str(made[found[1]]), route) + QUERIES.get(route, "")


def ask(client: Client, url: str) -> Any:
    """GET; what is for POST only is sent an empty form."""
    answer = client.get(url)
    return client.post(url) if answer.status_code == 405 else answer


def signed_in(cast: Cast, role: str, unit: Unit) -> Client:
    client = Client()
    client.force_login(cast.post(role, unit).person)
    return client


def who_may(right: str, cast: Cast) -> tuple[str, Unit, Unit | None]:
    """A role with the right, its unit that has our school in scope, and its unit from which the other county's
    school is out of scope (None for a province: nothing is outside)."""
    holders = ROLES.keys() if not right else declared_rights()[right].roles
    roles = sorted(holders, key=lambda key: (key not in FIRST, FIRST.index(key) if key in FIRST else 0, key))
    role = next(key for key in roles if set(ROLES[key].ranks) & set(RANKS))
    home = at(role, cast)
    away = {"province": None, "city": cast.other_city}.get(home.rank, home)
    return role, home, away


def role_without(right: str) -> str:
    lacking = [
        key for key, role in ROLES.items() if key not in declared_rights()[right].roles and set(role.ranks) & set(RANKS)
    ]
    return "guard" if "guard" in lacking else next(iter(lacking), "")


def at(role: str, cast: Cast) -> Unit:
    units = {"county": cast.county, "school": cast.primary, "township": cast.township, "city": cast.city,
             "province": cast.province}  # fmt: skip
    return units[next(rank for rank in RANKS if rank in ROLES[role].ranks)]
