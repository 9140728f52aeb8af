"""The home page's way to every part of a hazard's cycle."""

import pytest

from conftest import Cast
from xiaoan.board.queries.cases import hazard_lines
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards.tests.making import a_hazard, walked
from xiaoan.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_home_page_leads_to_open_late_repeated_major_supervised_transferred_and_closed_hazards(cast: Cast) -> None:
    a_hazard(cast)
    walked(cast, a_hazard(cast, place="楼顶"), "closed")
    told = {line.words: line.count for line in hazard_lines(cast.actor("principal"))}
    assert (told["未销号"], told["已销号"]) == (1, 1)
    assert {"重大未销号", "挂牌督办中", "待部门签收", "部门办理中", "重复出现、销号存疑"} <= told.keys()


def test_a_partner_body_gets_no_card_of_the_bureau_above_it(cast: Cast) -> None:
    a_hazard(cast)
    police = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", kind="police", name="甲县公安局")
    assert not hazard_lines(cast.actor("partner_officer", police))
