"""Who handles hazards besides the one person of each unit: whoever fixes one may not verify it."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.site.demo.people import FAMILY, GIVEN
from xiaoan.site.fabricate.entries import Author
from xiaoan.site.fabricate.ids import minted
from xiaoan.site.fabricate.places import LABEL, Place

ROLES = {"school": (("principal", "p"), ("guard", "g")), "township": (("township_officer", "t"),)}
Authors = dict[str, dict[str, Author]]  # path -> role -> who


def colleagues(places: Iterable[Place], seed: int) -> Iterator[Place]:
    """A principal and a guard of each school, an officer of each township: places with another person in them."""
    for place in places:
        rng = random.Random(f"{seed}/colleagues/{place.path}")
        for role, letter in ROLES.get(place.rank, ()):
            yield replace(
                place, person=minted(rng), post=minted(rng), role=role, username=f"fab-{letter}{place.path.lower()}",
                who=rng.choice(FAMILY) + rng.choice(GIVEN) + LABEL,
            )  # fmt: skip


def authors_of(county: str) -> Authors:
    """Everybody with a post in the county."""
    found: Authors = defaultdict(dict)
    asked = Post.objects.filter(below(county, "unit_path")).values_list(
        "unit_path", "person_id", "person__name", "id", "role"
    )
    for path, person, name, post, role in asked.iterator():
        found[path][role] = Author(str(person), name, str(post), role)
    return found


def names_of(county: str) -> dict[str, str]:
    """How the bureaux above the county's schools are called, and the county's townships."""
    above = Unit.objects.filter(path__in=ancestors(county)) | Unit.objects.filter(
        below(county, "path"), rank="township"
    )
    return {unit.path: unit.label for unit in above}
