"""Matters for tests and for the rights matrix."""

from typing import Any

from conftest import Cast
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.matters.models import Circular, Keeper, Matter, Sweep
from xiaoan.matters.services.cases import report_matter
from xiaoan.matters.services.enquiries import ask
from xiaoan.matters.services.joint import issue_circular, start_sweep
from xiaoan.matters.services.keepers import name_keeper


def a_body(parent: Unit, kind: str = "traffic") -> Unit:
    """A partner body of a bureau, made once."""
    name = f"合成{parent.name}{kind}"
    return Unit.objects.filter(parent=parent, name=name).first() or create_unit(
        actor=SYSTEM, parent=parent, rank="partner", name=name, kind=kind
    )


def of_body(cast: Cast, kind: str = "traffic", parent: Unit | None = None) -> Actor:
    """Somebody of the body."""
    return cast.actor("partner_officer", a_body(parent or cast.county, kind))


def county_of(school: Unit) -> Unit:
    return Unit.objects.get(path=school.county_path)


def tell(
    cast: Cast, kind: str = "traffic", school: Unit | None = None, by: str = "safety_officer", **more: Any
) -> Matter:
    school = school or cast.primary
    return report_matter(
        actor=cast.actor(by, school),
        unit=school,
        kind_key=kind,
        **{"words": "合成:门口双排停车", "place": "正门", **more},
    )


def a_matter(cast: Cast, school: Unit) -> Matter:
    """A traffic problem that went to the traffic police, made once."""
    found = Matter.objects.filter(unit=school, kind="traffic").first()
    return found or tell(cast, school=school, partner=a_body(county_of(school)))


def a_dispute(cast: Cast, school: Unit) -> Matter:
    """A dispute at the school that its safety director reported, made once."""
    found = Matter.objects.filter(unit=school, family="dispute").first()
    if found is None:
        found = tell(cast, "dispute_home", school, by="safety_director")
        # the matrix asks with the first role that has the right: the county's officer
        post = cast.post("county_officer", county_of(school))
        Keeper.objects.filter(post=post, duty="mediation").exists() or name_keeper(
            actor=SYSTEM, unit=county_of(school), post=post, duty="mediation"
        )
    return found


def an_enquiry(school: Unit) -> Matter:
    return Matter.objects.filter(unit=school, family="enquiry").first() or ask(
        unit=school, words="合成:转学要带什么材料"
    )


def a_sweep(cast: Cast, school: Unit) -> Sweep:
    """A campaign of the school's county with its traffic police, made once."""
    county = county_of(school)
    return Sweep.objects.filter(unit=county).first() or start_sweep(
        actor=SYSTEM,
        unit=county,
        name="合成整治",
        starts=clock.today(),
        ends=clock.today(),
        partners=[a_body(county)],
        schools=[school],
    )


def a_circular(cast: Cast, school: Unit) -> Circular:
    county = county_of(school)
    return Circular.objects.filter(unit=county).first() or issue_circular(
        actor=SYSTEM, unit=county, title="合成通报", lines=[(a_matter(cast, school), a_body(county))]
    )
