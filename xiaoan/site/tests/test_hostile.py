"""Every page with hostile input: whatever stands in the address or in a form, a page answers and never breaks.

A page is asked once plainly, to hear which names it looks for in the query string or in the form; then each of these
is given every hostile value, all of them at once where none ends the answer early. Nothing here needs a line for a new page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from conftest import Cast, client_of
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.people.rights import declared_rights
from xiaoan.site.tests.test_rights_matrix import PAGES, address, who_may

UUID = "0192f7a1-0000-7000-8000-000000000000"
HOSTILE = (
    "abc", "\0", "a\0b", "-1", "9" * 5000, "1e999", "NaN", "²", UUID, "字" * 3000, "%", "'\"<script>", "0001-01-01",
    "9999-12-31", "2026-99", "9999-99-99", "[]", '{"a": 1}', "[[1]]", "\u202e", "../../x", "null", "\ud800",
)  # fmt: skip


@contextmanager
def names_asked_for() -> Iterator[set[str]]:
    """The names that are looked for in any query string or form meanwhile."""
    asked: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for way in ("__getitem__", "__contains__", "getlist", "get"):
            patch.setattr(QueryDict, way, _listening(getattr(QueryDict, way), asked))
        yield asked


def _listening(found: Any, asked: set[str]) -> Any:
    def listen(self: Any, name: Any, *args: Any, **kwargs: Any) -> Any:
        asked.add(str(name))
        return found(self, name, *args, **kwargs)

    return listen


def client_for(route: str, cast: Cast) -> Client:
    right = getattr(PAGES[route].callback, "right", None)
    client = Client() if right is None else cast.client(*who_may(right, cast)[:2])
    client.raise_request_exception = False
    return client


def breaking(ask: Callable[[dict[str, str]], Any], usual: int, given: dict[str, str]) -> list[Any]:
    """What of this breaks the page. Where it does not answer as usual, one half is tried without the other: a value
    that is refused hides what comes behind it."""
    answer = ask(given)
    if answer.status_code == usual or (len(given) < 2 and answer.status_code < 500):
        return []
    if len(given) < 2:
        return [(given, repr(answer.exc_info[1])[:200])]
    pairs = list(given.items())
    middle = len(pairs) // 2
    return [found for half in (pairs[:middle], pairs[middle:]) for found in breaking(ask, usual, dict(half))]


def test_a_value_that_breaks_is_found_behind_one_that_is_refused() -> None:
    def ask(given: dict[str, str]) -> Any:
        status = 404 if "strict" in given else 500 if given.get("weak") == "x" else 200
        return SimpleNamespace(status_code=status, exc_info=(None, ValueError("of no use")))

    given = {"first": "x", "strict": "x", "weak": "x", "last": "x"}
    assert breaking(ask, 200, given) == [({"weak": "x"}, "ValueError('of no use')")]
    assert breaking(ask, 200, {**given, "weak": "y"}) == []


@pytest.mark.parametrize("route", PAGES)
def test_a_page_outlives_whatever_stands_in_its_address(route: str, cast: Cast, wednesday: Any) -> None:
    client, url = client_for(route, cast), address(route, cast, cast.primary)
    with names_asked_for() as asked:
        usual = client.get(url).status_code
    plain, _, query = url.partition("?")
    fixed = QueryDict(query).dict()

    def ask(given: dict[str, str]) -> Any:
        answer = client.get(plain, {**fixed, **{k: v.encode("utf-8", "surrogatepass") for k, v in given.items()}})
        if "reset" in asked:  # a list that remembers
            client.get(plain, {"reset": "1"})
        return answer

    names = sorted(asked)
    strict = [name for name in names if ask({name: HOSTILE[0]}).status_code != usual]
    lenient = [name for name in names if name not in strict]
    turns = [{name: value} for name in strict for value in HOSTILE]
    turns += [
        {name: HOSTILE[(turn + n) % len(HOSTILE)] for n, name in enumerate(lenient)} for turn in range(len(HOSTILE))
    ]
    assert not [found for turn in turns for found in breaking(ask, usual, turn)]


@pytest.mark.parametrize("route", PAGES)
def test_a_form_outlives_whatever_is_typed_into_it(route: str, cast: Cast, wednesday: Any) -> None:
    client, url = client_for(route, cast), address(route, cast, cast.primary)
    if client.get(url).status_code == 404 and "?" not in url and route.startswith("api/"):
        return
    with names_asked_for() as asked:
        client.post(url, follow=False)
    broken = []
    for value in ("\0", "a\0b", "9" * 5000, "9999-12-31", "0001-01-01", "abc", UUID, "[[1]]", '{"a": 1}', "\ud800"):
        data = {name: value.encode("utf-8", "surrogatepass") for name in asked}
        answer = client.post(url, data)
        if answer.status_code >= 500:
            broken.append(("all", value[:20], repr(answer.exc_info[1])[:200]))
        client = client_for(route, cast)
    assert not broken


# Lists in which ?unit= is a part of a unit's name, looked for in the reader's own scope.
BY_NAME = {
    f"{where}{end}"
    for where in (
        "records/", "duties/assignments/", "duties/exemptions/", "hazards/", "patrols/rounds/", "inspections/findings/",
        "inspections/blacklist/", "inspections/supervised/", "matters/", "officers/", "officers/reports/",
        *(f"hazards/lists/{one}/" for one in ("found", "checked", "open", "told", "works", "judged")),
    )
    for end in ("", "export.xlsx")
} | {"journal/"}  # fmt: skip


@pytest.mark.parametrize("route", [r for r in PAGES if "<uuid:unit>" in r or "<" not in r])
def test_a_school_that_asks_for_a_unit_above_or_beside_it_finds_nothing(route: str, cast: Cast, wednesday: Any) -> None:
    right = getattr(PAGES[route].callback, "right", None)
    role = next((r for r in ("principal", "safety_director") if not right or r in declared_rights()[right].roles), "")
    if right is None or not role or route in BY_NAME:
        return
    client, own = cast.client(role, cast.primary), address(route, cast, cast.primary)
    with names_asked_for() as asked:
        client.get(own)
    for unit in (cast.province, cast.county, cast.township, cast.junior, cast.outside):
        if "<uuid:unit>" in route:
            theirs = own.replace(str(cast.primary.id), str(unit.id))
            assert {client.get(theirs).status_code, client.post(theirs).status_code} <= {404, 405}, unit
        elif "unit" in asked:
            assert client.get(own, {"unit": str(unit.id)}).status_code == 404, unit


def test_no_nul_reaches_a_table(cast: Cast, wednesday: Any) -> None:
    client, record = cast.client("safety_director"), a_record(cast.primary)
    assert client.post(f"/records/{record.id}/withdraw/", {"why": "填\0错"}).status_code == 302
    record.refresh_from_db()
    assert record.withdrawn_why == "填错"
    assert client.get("/units/?words=%00东镇").status_code in (200, 302)
    assert client.get("/why/%00/").status_code == 400


def test_nobody_is_led_off_the_site(cast: Cast, wednesday: Any) -> None:
    post = cast.post("safety_director", cast.primary)
    for there in ("https://bad.test/", "//bad.test/", r"\\bad.test", "javascript:alert(1)", "/\t/bad.test"):
        login = {"login": post.person.username, "password": "Cast-2026-pass", "next": there}
        assert Client().post("/accounts/login/", login).headers["Location"] == "/"
        client = client_of(post)
        assert client.post("/people/switch/", {"post": str(post.id), "next": there}).headers["Location"] == "/"
        filed = client.post(
            "/records/new/general/", {"back": there, "title": "合成记录", "happened": "2026-11-18T08:00"}
        )
        assert "bad" not in filed.headers.get("Location", "") and "javascript" not in filed.headers.get("Location", "")


@pytest.mark.parametrize(
    "address", ["/sync/commands/", "/files/", "/phone/post/", "/people/switch/", "/duties/tasks/new/"]
)
def test_nothing_is_written_for_another_site(cast: Cast, address: str) -> None:
    client = cast.client("county_officer", enforce_csrf_checks=True)
    assert client.post(address, {}).status_code == 403


def test_pages_are_kept_by_nobody_else_and_forgotten_at_sign_out(cast: Cast, wednesday: Any) -> None:
    client = cast.client("safety_director", cast.primary)
    page = client.get("/records/")
    assert "private" in page.headers["Cache-Control"] and page.headers["X-Frame-Options"] == "DENY"
    assert client.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/accounts/login/")
