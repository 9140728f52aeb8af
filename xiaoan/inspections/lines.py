"""What is looked at on a visit: the lines of the campaign's checklist that concern the place."""

from xiaoan.checks.catalogue import Item, category_names
from xiaoan.checks.models import Checklist
from xiaoan.checks.queries import lines_of
from xiaoan.ground.units.models import Unit
from xiaoan.inspections.catalogue import Line, line_sets
from xiaoan.inspections.models import Campaign, Visit
from xiaoan.kernel import wall

OWN = "own-"  # how the key of a line begins that an inspector adds on site


def lines_for(campaign: Campaign, place: Unit) -> list[Line]:
    """The lines in order: of the campaign's own set, of its checklist, else of the starter items; only its categories."""
    if campaign.line_set:
        return list(line_sets()[campaign.line_set].lines)
    items = lines_of(_checklist(campaign), place)
    names = category_names()
    wanted = [i for i in items if not campaign.categories or i.category in campaign.categories]
    return [_line(i, names) for i in wanted]


def lines_of_visit(visit: Visit) -> dict[str, Line]:
    """The visit's lines by key."""
    return {line.key: line for line in lines_for(visit.campaign, visit.place)}


def _checklist(campaign: Campaign) -> Checklist | None:
    """The version that was chosen. It is read over the wall: it was published at or above the bureau."""
    if campaign.checklist is None:
        return None
    with wall.opened():
        return Checklist.objects.filter(pk=campaign.checklist).first()


def _line(item: Item, names: dict[str, str]) -> Line:
    return Line(
        item.key, names.get(item.category, item.category), item.text, item.basis, item.is_verified, item.category
    )
