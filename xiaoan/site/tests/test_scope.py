"""The property: in no byte of any answer stands anything from outside the asker's subtree.

What may be seen from outside is said in `planting.may_be_seen`. A new page needs nothing here: its arguments come from
the planted rows or from objects.py.
"""

import html
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings, strategies

from conftest import Cast, client_of
from xiaoan.ground.calendar.days import forget_calendars
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.policies.book import forget_book
from xiaoan.site.tests.objects import CONSTANTS, QUERIES
from xiaoan.site.tests.planting import MARKER, World, grow, may_be_seen
from xiaoan.site.tests.test_rights_matrix import ARGUMENT, PAGES, maker

# argument of an address -> the planted row that it names
PLANTED = {
    "record": "sheets.Record", "task": "obligations.Task", "assignment": "obligations.Assignment",
    "exemption": "obligations.Exemption", "upload": "intake.Upload", "post": "people.Post", "file": "files.StoredFile",
    "command_id": "sync.Command", "matter": "matters.Matter", "group": "officers.Group",
    "concern": "officers.Concern", "document": "policies.Document",
}  # fmt: skip
ENDS_THE_SESSION = {"accounts/logout/"}
# Whoever has the secret address has been let in: by the person whose calendar or answer it is, or by the board that
# hangs at the place.
SECRET_ADDRESS = {
    "q/<str:token>/",
    "risks/n/<str:token>/",
    "hazards/tell/<str:point>/",
    "hazards/told/<str:told_token>/",
    "duties/feed/<str:token>.ics",
    "matters/ask/<uuid:unit>/",
    "matters/asked/<str:link>/",
    "officers/link/<str:link>/",
}


class Undone(Exception):
    """Takes back what an example or a request wrote."""


@pytest.mark.long
@pytest.mark.django_db
@settings(
    derandomize=True, max_examples=2, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(strategies.randoms(use_true_random=False))
def test_no_byte_from_outside_the_subtree(wednesday: Any, dice: random.Random) -> None:
    try:
        with transaction.atomic():
            world = grow(dice)
            leaks = [leak for post in posts(world, dice) for leak in walk(world, post, dice)]
            assert not leaks, "\n".join(map(str, leaks[:20]))
            raise Undone
    except Undone:
        forget_book()
        forget_calendars()


def posts(world: World, dice: random.Random) -> Iterator[Post]:
    """Somebody at a bureau, at a school, and anywhere, in any role that belongs there."""
    bureaux = [u for u in world.units if u.rank in (Rank.COUNTY, Rank.CITY, Rank.PROVINCE)]
    schools = [u for u in world.units if u.rank == Rank.SCHOOL]
    for unit in (dice.choice(bureaux), dice.choice(schools), dice.choice(world.units)):
        post = world.rows[unit.path]["people.Post"]
        post.role = dice.choice([role.key for role in ROLES.values() if unit.rank in role.ranks])
        post.save(update_fields=["role"])
        yield post


def walk(world: World, post: Post, dice: random.Random) -> Iterator[tuple[str, str, list[str]]]:
    """Every page and API call with an object inside and one outside: what leaked."""
    scope = actor_for(post).scope
    client = client_of(post, raise_request_exception=False)
    inside, outside = world.under(scope), world.under(scope, inside=False)
    seen: set[str] = set()
    for route in PAGES:
        if route in ENDS_THE_SESSION:
            continue
        units = [dice.choice(inside), *([] if route in SECRET_ADDRESS else [dice.choice(outside)])]
        other = dice.choice(outside)
        for url in dict.fromkeys(url for unit in units for url in addresses(world, route, unit, other)):
            told_of = {told(client, "get", url, seen)}
            if told_of == {405} or dice.random() < 0.2:
                told_of.add(told(client, "post", url, seen))
            if max(told_of) >= 500:
                yield post.role, url, ["broken: a page that breaks proves nothing"]
            if leaked := sorted(m for m in seen if not may_be_seen(world, m, scope)):
                yield post.role, url, leaked
                seen -= set(leaked)
    assert world.marker("N", post.unit) in seen, "somebody who sees nothing proves nothing"


def told(client: Client, method: str, url: str, seen: set[str]) -> int:
    """Add the markers of the answer to `seen`; what the request wrote is taken back."""
    try:
        with transaction.atomic():
            answer = getattr(client, method)(url)
            seen |= set(MARKER.findall(text_of(answer)))
            raise Undone
    except Undone:
        return int(answer.status_code)


def addresses(world: World, route: str, unit: Unit, other: Unit) -> Iterator[str]:
    """The page's address for an object of the unit; where it takes none, also asking for another's unit."""
    made = {name: argument(world, route, name, unit) for name in ARGUMENT.findall(route)}
    if None in made.values():
        return
    url = "/" + ARGUMENT.sub(lambda found: str(made[found[1]]), route)
    if route in QUERIES:
        school = school_of(world, unit)
        url += str(QUERIES[route](stand_in(world), school)) if school else ""
    yield url
    if "?" not in url and not made:
        yield f"{url}?unit={other.id}"


def argument(world: World, route: str, name: str, unit: Unit) -> Any:
    held, table = world.rows[unit.path], PLANTED.get(name)
    make = maker(route, name)
    if name == "unit" and make and make is maker("", "unit"):
        return unit.id
    if table in held and make is maker("", name):
        return held[table].pk
    if name == "person":
        return held["people.Post"].person_id
    school = school_of(world, unit)
    if not make:
        return CONSTANTS[name]
    return make(stand_in(world), school) if school else None


def school_of(world: World, unit: Unit) -> Unit | None:
    """A school of the unit's, of which objects.py makes what is not planted."""
    bureau = unit.path[:-4] if unit.rank in (Rank.DEPARTMENT, Rank.PARTNER) else unit.path
    return next((u for u in world.under(bureau) if u.rank == Rank.SCHOOL), None)


def stand_in(world: World) -> Cast:
    return Cast(*[world.units[0]] * 10)


def text_of(answer: Any) -> str:
    """All that an answer tells, as plain text: HTML, JSON, workbooks, PDF, calendars."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = "".join(f"{k}: {v}\n" for k, v in answer.headers.items())
    kind = answer.headers.get("Content-Type", "")
    return told + _plain(body, kind)


def _plain(body: bytes, kind: str = "") -> str:
    if body[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "".join(_plain(parts.read(name)) for name in parts.namelist())
    if body[:4] == b"%PDF":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    text = body.decode("utf-8", "replace")
    if "json" in kind:
        return json.dumps(json.loads(text), ensure_ascii=False)
    return html.unescape(text.replace("\r\n ", ""))
