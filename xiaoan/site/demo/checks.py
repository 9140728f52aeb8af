"""The home county's checklists, and closed hazards that it looks at again."""

from datetime import timedelta

from xiaoan.checks.catalogue import items
from xiaoan.checks.services import make_checklist, publish_checklist
from xiaoan.hazards.models import Hazard, Recheck
from xiaoan.hazards.services.rechecks import Asked, draw, look_again
from xiaoan.kernel import clock
from xiaoan.site.demo.hazards import at, moment
from xiaoan.site.demo.people import who
from xiaoan.site.demo.places import Places


def build_checks(places: Places) -> None:
    """Lists in force and a draft; a sample that was drawn."""
    _checklists(places)
    _second_looks(places)


def _checklists(places: Places) -> None:
    """The county's own lists: two in force, one still a draft."""
    officer, keys = who(places.home.path, "county_officer"), list(items())
    for title, purpose, beginnings in (
        ("冬季校园消防安全检查表", "inspection", ("C02",)), ("食堂每日自查表", "self", ("C04",)), ("寒假放假前自查表", "any", ("C02", "C05")),
    ):  # fmt: skip
        chosen = [k for k in keys if k.startswith(beginnings)]
        with clock.held_at(moment(45, 10)):
            row = make_checklist(
                actor=officer, unit=places.home, title=title, purpose=purpose, keys=chosen, basis="演示"
            )
            if not title.startswith("寒假"):
                publish_checklist(actor=officer, checklist=row)


def _second_looks(places: Places) -> None:
    """Eight closed hazards drawn to be looked at again: most hold, one has come back, two wait."""
    officer, today = who(places.home.path, "county_officer"), clock.today()
    asked = Asked(8, today - timedelta(days=400), today - timedelta(days=10))
    with clock.held_at(moment(5, 9)):
        drawn = draw(actor=officer, unit=places.home, asked=asked)
    for n, recheck in enumerate(Recheck.objects.filter(draw=drawn).select_related("hazard").order_by("id")[:6]):
        case = Hazard.objects.get(id=recheck.hazard_id)
        if str(officer.person_id) in {*case.fixers, str(case.verified_by_id)}:
            continue
        found, words = ("recurred", "同一处又堆上了") if n == 3 else ("holds", "到现场看过，没有反弹")
        at(4, 10, look_again, actor=officer, hazard=case, found=found, words=words, recheck=recheck)
