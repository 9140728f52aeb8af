"""Measures that this floor tells: what acceptance and activity have shown changes every document in the same transaction."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from conftest import WEDNESDAY, Cast
from xiaoan.kernel import clock
from xiaoan.obligations.figures import figures
from xiaoan.obligations.jobs import expire_readings
from xiaoan.obligations.models import Completion, Reading
from xiaoan.obligations.tests.making import disagreements, make_document, publish
from xiaoan.policies.book import book
from xiaoan.risks.services import loop_moved
from xiaoan.risks.services.accepting import apply, decide, score
from xiaoan.risks.services.standing import reckon_expired
from xiaoan.risks.tests.making import an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
TODAY = date(2026, 11, 18)


def in_force(cast: Cast) -> None:
    """A target on acceptance and a state on dual prevention, asked of the county's schools."""
    target = {"kind": "target", "deadline": date(2026, 12, 31), "figure": {"at_least": 60, "unit": "percent"}}
    asked = [{**target, "measure": "risk_accepted"}, {"kind": "standing", "measure": "dual_prevention"}]
    publish(make_document("D", *({"practice": "safety_standing", **each} for each in asked)), cast.county)


def passed(cast: Cast, kind: str) -> None:
    officer = cast.actor("county_officer")
    case = apply(actor=cast.actor("safety_director"), unit=cast.primary, kind=kind)
    score(actor=officer, acceptance=case, points=dict.fromkeys(("rules", "duties", "running", "control"), 22))
    decide(actor=officer, acceptance=case, is_passed=True, decision="符合标准")


def done_of(cast: Cast) -> list[int]:
    """How many schools of the county each of the two requirements counts as done."""
    found = figures(cast.county, book().duties, date(2026, 1, 1), TODAY, TODAY).values()
    done = {figure.duty.key: figure.done for figure in found}
    return [done["D-1"], done["D-2"]]


def test_an_accepted_school_counts_in_the_document_and_nobody_is_asked(cast: Cast) -> None:
    """S0-2.6-11, S4-2.3-06: in the transaction of the county's decision."""
    in_force(cast)
    an_assessed(cast.primary)
    assert done_of(cast) == [0, 0]
    passed(cast, "risk")
    assert done_of(cast) == [1, 0]
    passed(cast, "dual")
    assert done_of(cast) == [1, 0]  # nothing has moved in the hazard loop yet
    loop_moved(cast.primary)
    assert done_of(cast) == [1, 1] and disagreements() == []
    with clock.held_at(WEDNESDAY + timedelta(days=90)):
        reckon_expired()
    assert done_of(cast) == [1, 0] and disagreements() == []
    page = cast.client("safety_director").get("/duties/").content.decode()
    assert "双重预防体系建成率" in page and "/risks/acceptances/" in page


def test_what_sheets_once_said_is_read_anew_from_what_is_known(cast: Cast) -> None:
    in_force(cast)
    an_assessed(cast.primary)
    passed(cast, "risk")
    Reading.objects.all().delete()
    Completion.objects.all().delete()
    import_module("xiaoan.risks.migrations.0005_tell_measures").ask_anew(apps, None)
    assert set(Reading.objects.values_list("measure", "numerator")) == {("risk_accepted", 0), ("dual_prevention", 0)}
    Reading.objects.update(expires_on=TODAY)
    expire_readings({}, lambda done, of: None)
    assert set(Reading.objects.values_list("measure", "numerator")) == {("risk_accepted", 1), ("dual_prevention", 0)}
    assert Completion.objects.filter(done_on__isnull=False).count() == 1
