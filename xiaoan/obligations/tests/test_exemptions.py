"""Asking to be exempt, the answer, and its end; the denominator follows at once."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from conftest import WEDNESDAY, Cast
from xiaoan.engines.tally.queries import read_one
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.obligations import exemptions
from xiaoan.obligations.jobs import end_exemptions
from xiaoan.obligations.models import Exemption
from xiaoan.obligations.queries import duties_of
from xiaoan.obligations.tests.making import disagreements, make_document, publish

pytestmark = pytest.mark.usefixtures("wednesday")
ENDS = date(2026, 12, 31)


def asked(cast: Cast) -> Exemption:
    publish(make_document("D", {"practice": "drill", "every": "monthly"}), cast.county)
    return exemptions.ask_exemption(
        actor=cast.actor("principal"), unit=cast.primary, requirement="D-1", reason="操场翻修,无法疏散", ends=ENDS
    )


def bound(cast: Cast) -> int:
    return sum(read_one(cast.county.path, "bound", ["D-1"]).values())


def test_a_granted_exemption_leaves_the_denominator_and_its_end_brings_it_back(cast: Cast) -> None:
    row = asked(cast)
    assert bound(cast) == 3
    exemptions.grant(actor=cast.actor("county_officer"), exemption=row, decision="情况属实", seen=0)
    assert bound(cast) == 2
    assert duties_of(cast.primary, clock.today()) == []
    assert not disagreements()
    with clock.held_at(timezone.make_aware(datetime(2027, 1, 1, 1))):
        assert end_exemptions({}, lambda *_: None) == "到期 1 件"
        assert end_exemptions({}, lambda *_: None) == "到期 0 件"
    assert bound(cast) == 3
    assert not disagreements()


def test_a_refusal_says_why_and_changes_no_figure(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(Invalid):
        exemptions.refuse(actor=cast.actor("county_officer"), exemption=row, decision="")
    exemptions.refuse(actor=cast.actor("county_officer"), exemption=row, decision="可在教室演练")
    assert (row.state, bound(cast)) == ("refused", 3)
    with pytest.raises(Stale):
        exemptions.grant(actor=cast.actor("county_officer"), exemption=row, decision="改主意")


def test_the_school_does_not_answer_itself_and_the_outsider_does_not_know(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(NotAllowed):
        exemptions.grant(actor=cast.actor("principal"), exemption=row, decision="同意")
    with pytest.raises(NotAllowed):
        exemptions.grant(actor=cast.actor("city_officer"), exemption=row, decision="代县里同意")
    with pytest.raises(NotKnown):
        exemptions.find_exemption(cast.actor("county_officer", cast.other_county), row.id)


def test_the_same_wish_is_not_asked_twice_nor_for_what_does_not_bind(cast: Cast) -> None:
    asked(cast)
    principal = cast.actor("principal")
    with pytest.raises(Invalid, match="已经申请"):
        exemptions.ask_exemption(actor=principal, unit=cast.primary, requirement="D-1", reason="再来", ends=ENDS)
    with pytest.raises(NotKnown):
        exemptions.ask_exemption(actor=principal, unit=cast.primary, requirement="X-1", reason="没有", ends=ENDS)
    for day in (clock.today() - timedelta(days=1), WEDNESDAY.date() + timedelta(days=900)):
        with pytest.raises(Invalid):
            exemptions.ask_exemption(actor=principal, unit=cast.primary, requirement="D-1", reason="日子不对", ends=day)
