"""Who asks. Every service takes an Actor first and asks it for the right before it does anything."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from xiaoan.kernel.errors import NotAllowed, NotKnown


@dataclass(frozen=True)
class Right:
    """A named right, a Chinese sentence saying what it allows, and the roles that hold it."""

    key: str
    sentence: str
    roles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Actor:
    """A person acting in one post. `scope` is the path below which the post's rights hold.

    `vouched_by` is the person who made the token, when a system acts in the post by one. `home` is the unit of the post,
    where it was read together with it."""

    person_id: uuid.UUID | None
    name: str
    post_id: uuid.UUID | None
    role: str
    unit_id: uuid.UUID | None
    unit_path: str
    scope: str
    rank: str
    rights: frozenset[str]
    where: str = ""
    command: uuid.UUID | None = None
    is_system: bool = False
    vouched_by: uuid.UUID | None = None
    home: Any = field(default=None, compare=False, repr=False)

    def sees(self, path: str) -> bool:
        """Whether the unit at `path` lies in the actor's scope."""
        return self.is_system or (bool(self.scope) and path.startswith(self.scope))

    def may(self, right: str, path: str) -> bool:
        """Whether the actor holds `right` at the unit with this path."""
        return self.is_system or (right in self.rights and self.sees(path))

    def holds(self, right: str) -> bool:
        """Whether the actor holds `right` at its own unit."""
        return self.is_system or right in self.rights

    def sent_by(self, path: str, rights: frozenset[str]) -> "Actor":
        """The same person acting for the bureau at `path`, which sent them, with what its envoys may do besides."""
        return replace(self, scope=path, unit_path=path, rights=self.rights | rights)

    def is_person(self, person_id: uuid.UUID | None) -> bool:
        """Whether this is the person who acts, or who answers for the system that does."""
        return person_id is not None and person_id in (self.person_id, self.vouched_by)

    def doing(self, command: uuid.UUID | None) -> "Actor":
        """The same actor carrying out one command, so that the journal names it."""
        return replace(self, command=command)

    def named(self, name: str) -> "Actor":
        """The same actor under another name, where the own may not be written down."""
        return replace(self, name=name)


SYSTEM = Actor(None, "系统", None, "system", None, "", "", "system", frozenset(), is_system=True)


def require(actor: Actor, right: str, path: str) -> None:
    """Raise NotKnown outside the actor's scope, NotAllowed inside it without the right."""
    if not actor.sees(path):
        raise NotKnown("没有这个单位或记录，或者它不在您的管理范围内。")
    if not actor.may(right, path):
        raise NotAllowed("您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。")
