"""What the test of many machines starts from: the school of seed_killed.py and an officer of its county."""

import json

from tests.seed_killed import PASSWORD, seed  # first: it sets Django up

from datetime import date  # isort: skip

from django.core.management import call_command

from xiaoan.ground.people.models import Person
from xiaoan.ground.people.services import appoint, create_person
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.wall import open_process

if __name__ == "__main__":
    open_process()
    call_command("migrate", verbosity=0)
    ids = seed()
    county = Unit.objects.get(rank="county")
    officer = create_person(actor=SYSTEM, unit=county, username="officer", name="合成干部", password=PASSWORD)
    Person.objects.filter(id=officer.id).update(must_change_password=False, password_set_on=clock.today())
    appoint(actor=SYSTEM, person=officer, unit=county, role="county_officer", starts=date(2024, 1, 1))
    print(json.dumps({**ids, "county": str(county.id)}))
