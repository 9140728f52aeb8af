"""Who asks: one person of each rank of the fabricated province, signed in."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.test import Client

from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import COLUMNS, depth
from xiaoan.kernel.actor import Actor

BACKEND = "xiaoan.ground.people.backends.PersonBackend"
ACCOUNTS = {"school": "fab-s000001", "county": "fab-county-001", "city": "fab-city-01", "province": "fab-province"}

SCHOOLS = 8


@dataclass(frozen=True)
class Asker:
    """A signed-in person of one rank."""

    rank: str
    post: Post

    @cached_property
    def client(self) -> Client:
        """Django's test client with this person's session: for counting queries in this process. No second factor, as
        in the servers that are measured."""
        settings.XIAOAN_TOTP = False
        made = Client(headers={"host": "127.0.0.1"})
        made.force_login(self.post.person, BACKEND)
        return made

    @cached_property
    def headers(self) -> dict[str, str]:
        """The same session for a real server."""
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}", "Accept-Encoding": "gzip"}

    @property
    def unit(self) -> Unit:
        return self.post.unit

    @property
    def actor(self) -> Actor:
        return actor_for(self.post)

    @property
    def scope(self) -> str:
        """The plain view's question for the same rows."""
        path = self.unit.path
        return f"column={COLUMNS.get(depth(path), 'unit_path') if self.rank != 'school' else 'unit_path'}&path={path}"


def schools() -> list[Asker]:
    """Somebody of each of eight schools: eight clients seldom write for one and the same."""
    names = [f"fab-s{n:06}" for n in range(1, SCHOOLS + 1)]
    posts = Post.objects.select_related("unit", "person").filter(person__username__in=names)
    return [Asker("school", post) for post in posts.order_by("person__username")]


def askers() -> dict[str, Asker]:
    """One person of each rank, each below the one above. Raises LookupError where the data are not fabricated."""
    found = {}
    for rank, username in ACCOUNTS.items():
        person = Person.objects.filter(username=username).first()
        if person is None:
            raise LookupError(username)
        found[rank] = Asker(rank, Post.objects.select_related("unit", "person").get(person=person))
    return found
