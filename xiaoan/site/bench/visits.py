"""An inspection of a hundred and more items, sent from a phone with no network since the morning."""

import itertools
import json
import uuid
from datetime import timedelta

from xiaoan.ground.units.models import Unit
from xiaoan.inspections.campaigns import approve, draw_campaign, plan_campaign
from xiaoan.inspections.dispatch import dispatch
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Member, Visit
from xiaoan.inspections.parts import begin
from xiaoan.inspections.rosters import add_member
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.site.bench.clients import Ask
from xiaoan.site.bench.people import Asker
from xiaoan.site.bench.writes import TAKEN, phone_headers

SCHOOLS, ITEMS = 100, 150


def phone_visit(asker: Asker) -> tuple[Ask, int]:
    """All answers of one inspection in one command, to another school each time, and how many answers that is: the largest
    schools, of whom the most items ask."""
    visits = _dispatched(asker)
    bodies = [(str(v.id), _answers(v)) for v in visits]
    numbers = itertools.count()

    def body() -> bytes:
        visit, answers = bodies[next(numbers) % len(bodies)]
        now = clock.now().isoformat()
        command = {
            "id": str(uuid.uuid4()), "kind": "inspection.part", "label": "检查", "post": str(asker.post.id),
            "captured_at": now, "happened_at": now,
            "payload": {"visit": visit, "way": "site", "answers": answers, "done": True, "seconds": 3600},
        }  # fmt: skip
        told = {"person": str(asker.post.person_id), "sent_at": now, "commands": [command]}
        return json.dumps(told, ensure_ascii=False).encode()

    most = max(len(answers) for _, answers in bodies)
    return Ask("/sync/commands/", phone_headers(asker), "POST", body, holds=TAKEN), most


def _dispatched(asker: Asker) -> list[Visit]:
    """Visits of one campaign to schools of the asker's county, all of them headed by the asker."""
    county, today = asker.unit, clock.today()
    schools = Unit.objects.under(county.path).schools().order_by("-boarders", "path")[:SCHOOLS]
    if not Member.objects.filter(unit=county, person_id=asker.post.person_id).exists():  # from an earlier run
        add_member(actor=SYSTEM, unit=county, team="district", person=asker.post.person)
    campaign = plan_campaign(
        actor=SYSTEM, unit=county, name="测量用督查（合成）", mode="routine", starts=today, ends=today + timedelta(days=9),
        announced_on=today - timedelta(days=40), reason="测量用，不在年度清单里", chosen=[str(s.id) for s in schools],
    )  # fmt: skip
    draw_campaign(actor=SYSTEM, campaign=campaign, team=1)
    approve(actor=SYSTEM, campaign=campaign)
    dispatch(actor=SYSTEM, campaign=campaign)
    visits = list(campaign.visits.select_related("campaign", "place"))
    begin(SYSTEM, visits[0])  # eight clients would otherwise begin one campaign at once, and seven be refused
    return visits


def _answers(visit: Visit) -> dict[str, dict[str, str]]:
    """Every line that concerns the place and lines of the inspector's own up to the wanted number: what fails is measured as a hazard reported."""
    keys = [*lines_of_visit(visit)][:ITEMS]
    own = [f"own-{n}" for n in range(ITEMS - len(keys))]
    told = {key: {"result": "pass"} for key in keys}
    told |= {key: {"result": "pass", "text": "现场加看的一处"} for key in own}
    return told
