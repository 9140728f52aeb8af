"""The rights matrix, made from the URL resolver: every page, whom it lets in, whom it sends away and how.

Objects for the arguments come from objects.py beside this file: one line for each new kind.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path, resolve

from conftest import Cast
from xiaoan.ground.people.checks import page_patterns, pages_say_their_right, rights_are_sound
from xiaoan.ground.people.rights import declared_rights
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.matters.tests.making import a_body
from xiaoan.site import urls
from xiaoan.site.menu import GROUPS
from xiaoan.site.tests.objects import CONSTANTS, EXCUSED, OBJECTS, QUERIES, SAME_FOR_OUTSIDERS, Maker

PAGES = dict(page_patterns())
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
RANKS = ("county", "school", "township", "city", "province", "partner")
FIRST = ("county_officer", "safety_director", "principal", "system_administrator")


def test_no_page_is_left_out_of_the_rights_matrix() -> None:
    assert PAGES
    assert pages_say_their_right(None) == []
    assert rights_are_sound(None) == []
    unknown = [
        f"{route} {a}" for route in PAGES for a in ARGUMENT.findall(route) if not (maker(route, a) or a in CONSTANTS)
    ]
    assert not unknown, f"add to xiaoan/site/tests/objects.py: {unknown}"
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
    assert set(QUERIES) | set(EXCUSED) | set(SAME_FOR_OUTSIDERS) <= set(PAGES)


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
        assert ask(cast.client(without, at(without, cast)), ours).status_code == 403, without
    if away and route not in SAME_FOR_OUTSIDERS and any(maker(route, name) for name in ARGUMENT.findall(route)):
        theirs = address(route, cast, cast.outside)
        answer = ask(cast.client(role, away), theirs, follow=True)
        # What writes by the API reads no form; test_api_writing.py sends outsiders' JSON to each of them.
        refused = (404, 415) if route.startswith("api/") and answer.request["REQUEST_METHOD"] == "POST" else (404,)
        assert answer.status_code in refused, "outsider"
    if route not in EXCUSED:
        answer = ask(cast.client(role, home), ours)
        open_to = (200, 204, 302) if answer.request["REQUEST_METHOD"] == "GET" else (200, 204, 302, 400, 409, 415, 422)
        assert answer.status_code in open_to, role


def address(route: str, cast: Cast, school: Unit) -> str:
    """The page's address with the arguments of our world, or of the outsider's."""
    made = {}
    for name in ARGUMENT.findall(route):
        make = maker(route, name)
        made[name] = make(cast, school) if make else CONSTANTS[name]
    query = QUERIES[route](cast, school) if route in QUERIES else ""
    return "/" + ARGUMENT.sub(lambda found: str(made[found[1]]), route) + str(query)


def maker(route: str, name: str) -> Maker | None:
    """What makes an object for the argument: listed for the longest beginning of this route, or by its name alone."""
    beginnings = [key for key in OBJECTS if key.endswith(f"#{name}") and route.startswith(key.partition("#")[0])]
    return OBJECTS.get(max(beginnings, key=len, default=name))


def ask(client: Client, url: str, follow: bool = False) -> Any:
    """GET; what is for POST only is sent an empty form."""
    answer = client.get(url, follow=follow)
    return client.post(url, follow=follow) if answer.status_code == 405 else answer


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
             "province": cast.province, "partner": a_body(cast.county)}  # fmt: skip
    return units[next(rank for rank in RANKS if rank in ROLES[role].ranks)]


def test_the_menu_leads_only_to_pages_that_its_reader_may_open() -> None:
    for _, entries in GROUPS:
        for entry in entries:
            right = getattr(resolve(entry.url.partition("?")[0]).func, "right", "?")
            may_open = declared_rights()[right].roles if right else ROLES.keys()
            assert declared_rights()[entry.right].roles <= may_open, entry.name
