"""Where the reader looks: the unit, the way to it, what stands directly below."""

import uuid
from dataclasses import dataclass

from xiaoan.engines.tally.queries import read
from xiaoan.engines.ui.links import Crumb
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

LADDER = (Rank.PROVINCE, Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP, Rank.SCHOOL)
MOST_CHILDREN = 400
MOST_SCHOOLS = 1200  # a county has some hundreds; the list is never longer than this
OF_SCHOOLS = ("path", "rank", "kind", "name", "short", "pupils", "boarders", "has")  # what boards and facts() ask
TIER_LETTERS = {"nation": "国", "province": "省", "city": "市", "county": "区", "township": "镇", "school": "校"}
CALLED = {
    "province": "省级总览",
    "city": "市级总览",
    "county": "区级总览",
    "township": "镇街总览",
    "school": "本校总览",
}


@dataclass(frozen=True)
class Pick:
    """A dashed place in the crumbs that opens a search for a unit of a rank below."""

    label: str
    rank: str


def find_unit(actor: Actor, unit_id: uuid.UUID | str | None) -> Unit:
    """The unit asked for, or the actor's own bureau or school. Raises NotKnown outside the actor's scope."""
    if not unit_id:
        return own_unit(actor)
    try:
        found = Unit.objects.under(actor.scope).filter(rank__in=LADDER, id=uuid.UUID(str(unit_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return found


def way(actor: Actor, unit: Unit, href: str) -> list[Crumb]:
    """Crumbs from the province down to the unit; `href` holds {} for a unit's id. One query."""
    above = (
        Unit.objects.filter(path__in=ancestors(unit.path)).order_by("path").only("id", "path", "name", "short", "rank")
    )
    return [
        Crumb(u.label, href.format(u.id) if actor.sees(u.path) and u.path != unit.path else "", on=u.path == unit.path)
        for u in above
    ]


def picks(unit: Unit) -> list[Pick]:
    """The ranks that can be chosen below a unit."""
    return {
        Rank.PROVINCE: [Pick("选市", "city"), Pick("选区县", "county")],
        Rank.CITY: [Pick("选区县", "county")],
        Rank.COUNTY: [Pick("选镇街", "township"), Pick("选学校", "school")],
        Rank.TOWNSHIP: [Pick("选学校", "school")],
    }.get(Rank(unit.rank), [])


def search(unit: Unit, rank: str, words: str, most: int = 30) -> list[Unit]:
    """Open units of a rank below `unit` whose name holds the words."""
    rows = Unit.objects.under(unit.path).active().filter(rank=rank).exclude(path=unit.path)
    if words:
        rows = rows.filter(name__contains=words)
    return list(rows.order_by("path")[:most])


def children(unit: Unit) -> list[Unit]:
    """What stands directly below, in order: bureaux first, then schools of the unit itself."""
    rows = Unit.objects.active().filter(parent=unit, rank__in=LADDER).order_by("path")[:MOST_CHILDREN]
    return sorted(rows, key=lambda u: (u.is_school, u.path))


def schools_below(unit: Unit) -> list[Unit]:
    """Open schools of a county or township (bounded); a school is its own list."""
    if unit.is_school:
        return [unit]
    return list(Unit.objects.schools().active().under(unit.path).only(*OF_SCHOOLS).order_by("path")[:MOST_SCHOOLS])


def townships(unit: Unit) -> dict[str, Unit]:
    """Townships below a county, by path."""
    rows = Unit.objects.under(unit.path).active().filter(rank=Rank.TOWNSHIP).order_by("path")[:MOST_CHILDREN]
    return {u.path: u for u in rows}


def by_township(schools: list[Unit], towns: dict[str, Unit], own: str = "区直") -> dict[str, list[Unit]]:
    """Schools grouped under the name of their township; those directly under the county come as `own`."""
    groups: dict[str, list[Unit]] = {}
    for school in schools:
        town = towns.get(school.path[:-4])
        groups.setdefault(town.label if town else own, []).append(school)
    return groups


def sizes(paths: list[str]) -> dict[str, tuple[int, int]]:
    """(schools, pupils) below each unit, from tallies: two queries whatever the size."""
    units, pupils = read(paths, "units"), read(paths, "pupils")
    return {p: (sum(units[p].values()), sum(pupils[p].values())) for p in paths}
