"""Objects of the rights matrix: one of each kind at a school or above it in its county, made once."""

from datetime import timedelta

from conftest import Cast
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.inspections import blacklist, supervised, truth
from xiaoan.inspections.models import Blacklisting, Campaign, Finding, Member, Sample, Supervised, Visit
from xiaoan.inspections.tests import making
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM


def county_of(school: Unit) -> Unit:
    return Unit.objects.get(path=school.county_path)


def a_member(cast: Cast, school: Unit) -> Member:
    county = county_of(school)
    found = Member.objects.filter(unit=county).first()
    return found or making.member(cast, "county_officer", county, at=county)


def a_visit_at(cast: Cast, school: Unit) -> Visit:
    """A visit of the school that is fed back and without findings; the county's officer heads it."""
    found = Visit.objects.filter(place=school).first()
    if found is None:
        a_member(cast, school)
        found = making.a_visit(cast, school, at=county_of(school))
        making.issued(cast, found)
    return found


def a_campaign(cast: Cast, school: Unit) -> Campaign:
    return a_visit_at(cast, school).campaign


def a_finding(cast: Cast, school: Unit) -> Finding:
    found = Finding.objects.filter(unit=school).first()
    if found is None:
        a_member(cast, school)
        making.issued(cast, making.a_visit(cast, school, at=county_of(school)), "C01-01")
        found = Finding.objects.get(unit=school)
    return found


def a_blacklisting(cast: Cast, school: Unit) -> Blacklisting:
    return Blacklisting.objects.filter(unit=school).first() or blacklist.put_on_list(
        actor=cast.actor("county_officer", county_of(school)), unit=school, rule="falsified", words="合成的事实说明"
    )


def a_supervised(cast: Cast, school: Unit) -> Supervised:
    return Supervised.objects.filter(unit=school).first() or supervised.supervise(
        actor=cast.actor("principal", school), unit=school, title="合成事项", holder="合成人员",
        due=clock.today() + timedelta(days=9),
    )  # fmt: skip


def a_sample(cast: Cast, school: Unit) -> Sample:
    county = county_of(school)
    found = Sample.objects.filter(unit=county).first()
    if found is None:
        a_record(school)
        today = clock.today()
        found = truth.draw_records(
            actor=cast.actor("county_officer", county),
            unit=county,
            first=today - timedelta(days=400),
            last=today,
            size=5,
        )
    return found


def an_institution(school: Unit) -> Unit:
    """An institution of training beside the school."""
    found = Unit.objects.under(school.county_path).filter(kind="training").first()
    return found or create_unit(
        actor=SYSTEM,
        parent=county_of(school),
        rank="school",
        name=f"合成培训机构{school.path[-8:]}",
        kind="training",
        pupils=60,
    )
