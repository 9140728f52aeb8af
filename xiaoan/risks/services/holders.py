"""Who controls what: the people of a school by the posts that check items and levels name."""

import uuid
from dataclasses import dataclass

from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.risks.models import Level

# Words of a check item's post -> the roles that do it in a school, the nearest first.
DOERS = {
    "校长": ("principal",), "园长": ("principal",), "食堂管理员": ("canteen_head",), "宿舍管理员": ("dormitory_head",),
    "实验室管理员": ("laboratory_head",), "校车管理员": ("bus_head",), "随车照管人员": ("bus_head",),
    "保卫主任": ("safety_director",), "分管安全副校长": ("safety_director",), "保卫人员": ("safety_officer", "guard"),
    "门卫": ("guard", "safety_officer"), "德育主任": ("safety_director",), "总务主任": ("safety_officer", "safety_director"),
}  # fmt: skip
SCHOOL_LEVEL = ("principal", "safety_director")
OTHERS = ("safety_director", "safety_officer", "principal")


@dataclass(frozen=True)
class Holder:
    post: str = ""
    name: str = ""
    person_id: uuid.UUID | None = None


class Holders:
    """The people in post at one school, by role: one query."""

    def __init__(self, unit: Unit) -> None:
        posts = Post.objects.current().filter(unit=unit).select_related("person").order_by("starts", "id")
        self.by_role = {p.role: Holder(ROLES[p.role].name, p.person.name, p.person_id) for p in reversed(list(posts))}

    def of_post(self, post: str) -> Holder | None:
        """Who does what an item's post does; None where nobody holds such a role."""
        return self._first(DOERS.get(post, ()))

    def of_point(self, level: int, post: str) -> Holder:
        """Who owns a point: at school level from 较大 up, else whoever holds the post; a higher tier covers the lower."""
        if level <= Level.ORANGE:
            return self._first(SCHOOL_LEVEL) or Holder(post)
        return self.of_post(post) or self._first(OTHERS) or Holder(post)

    def _first(self, roles: tuple[str, ...]) -> Holder | None:
        return next((self.by_role[r] for r in roles if r in self.by_role), None)
