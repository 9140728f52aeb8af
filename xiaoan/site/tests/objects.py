"""What stands in for the arguments of addresses in the rights matrix.

A new page needs nothing here when its arguments have names that are listed. For a new kind of object add ONE line to
OBJECTS: the argument's name in the address, and a function (cast, school) -> the id of such an object that belongs to
`school` or to a unit above it in its county. The matrix makes one at our school for those who may see it and one in
another county for the outsider, who must get 404. Name arguments after what they are (`<uuid:hazard>`, never
`<uuid:id>`), so that one line serves every page. Where one name stands for several kinds, put the beginning of the route
before it: "policies/draft/#pk" is the pk of every address below policies/draft/, and the longest beginning counts.

- CONSTANTS: arguments that are no object of a unit (a period, a slug): the value; no outsider is tried.
- QUERIES: pages that need a query string, by their route: (cast, school) -> "?name=value".
- SAME_FOR_OUTSIDERS: pages that answer an outsider from the outsider's own world, by route, with the reason.
- EXCUSED: pages that even the right person does not see in the matrix's bare world, by route, with the reason.
"""

from collections.abc import Callable
from typing import Any

from conftest import Cast
from xiaoan.checks.tests.making import a_checklist
from xiaoan.engines.connect.tests import making as connected
from xiaoan.engines.intake.tests.making import an_upload
from xiaoan.engines.jobs.tests.making import a_dead_job
from xiaoan.engines.sheets.tests.making import a_record, a_workbook
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.tests import making as hazarded
from xiaoan.hazards.tests import telling
from xiaoan.inspections.tests import objects as inspected
from xiaoan.matters.tests import making as matters
from xiaoan.officers.tests import making as officers
from xiaoan.patrols.tests import making as patrolled
from xiaoan.risks.services import reckon
from xiaoan.risks.tests import making as risky
from xiaoan.site.tests import made

Maker = Callable[[Cast, Unit], Any]

OBJECTS: dict[str, Maker] = {
    "unit": lambda cast, school: school.id,
    "document": lambda cast, school: made.a_document(made.county_of(school)).id,
    "clause": lambda cast, school: made.a_document(made.county_of(school)).clauses.get().key,
    "key": lambda cast, school: made.a_document(made.county_of(school)).requirements.get().key,
    "policies/#pk": lambda cast, school: made.a_document(made.county_of(school)).id,
    "policies/publications/#pk": lambda cast, school: made.a_document(made.county_of(school)).publications.get().id,
    "policies/draft/#pk": lambda cast, school: made.a_draft(cast, made.county_of(school)).id,
    "policies/draft/clauses/#pk": lambda cast, school: made.a_draft(cast, made.county_of(school)).clauses.first().id,
    "policies/draft/rows/#pk": lambda cast, school: made.a_draft(cast, made.county_of(school)).requirements.first().id,
    "units/<uuid:unit>/shapes/#unit": lambda cast, school: made.county_of(school).id,
    "board/<uuid:unit>/outlines.json#unit": lambda cast, school: made.an_outlined(made.county_of(school)).id,
    "token": lambda cast, school: made.a_feed(cast, school),
    "hazards/tell/#point": lambda cast, school: telling.a_told_point(school).token,
    "told_token": lambda cast, school: telling.a_tip(school).token,
    "task": lambda cast, school: made.an_assignment(cast, school).task_id,
    "assignment": lambda cast, school: made.an_assignment(cast, school).id,
    "duties/assignments/#move": lambda cast, school: "accept",
    "hazard": lambda cast, school: hazarded.the_hazard(cast, school).id,
    "hazards/#file": lambda cast, school: hazarded.the_hazard(cast, school).photos[0],
    "hazards/#move": lambda cast, school: "judge",
    "draw": lambda cast, school: hazarded.the_draw(cast, school).id,
    "exemption": lambda cast, school: made.an_exemption(cast, school).id,
    "api/hazards/#move": lambda cast, school: "judge",
    "duties/exemptions/#move": lambda cast, school: "grant",
    "duties/tasks/breakdown/#document": lambda cast, school: made.a_document_to_break_down(made.county_of(school)).id,
    "command_id": lambda cast, school: made.a_refused_command(cast, made.county_of(school)).id,
    "job": lambda cast, school: a_dead_job(school.county_path).id,
    "upload": lambda cast, school: an_upload(cast.actor("county_officer", made.county_of(school))).id,
    "integration": lambda cast, school: connected.an_integration(cast, school).id,
    "endpoint": lambda cast, school: connected.an_endpoint(cast, school).id,
    "delivery": lambda cast, school: connected.a_delivery(cast, school).id,
    "matter": lambda cast, school: matters.a_matter(cast, school).id,
    "matters/<uuid:matter>/mediation/#matter": lambda cast, school: matters.a_dispute(cast, school).id,
    "link": lambda cast, school: matters.an_enquiry(school).token,
    "sweep": lambda cast, school: matters.a_sweep(cast, school).id,
    "circular": lambda cast, school: matters.a_circular(cast, school).id,
    "officers/link/#link": lambda cast, school: officers.a_link(cast, school),
    "group": lambda cast, school: officers.a_class(cast, school).id,
    "officers/reports/#report": lambda cast, school: officers.a_report(cast, school).id,
    "concern": lambda cast, school: officers.a_concern(cast, school).id,
    "campaign": lambda cast, school: inspected.a_campaign(cast, school).id,
    "visit": lambda cast, school: inspected.a_visit_at(cast, school).id,
    "way": lambda cast, school: "site",
    "form": lambda cast, school: "docx",
    "inspections/visits/#move": lambda cast, school: "evaluate",
    "inspections/#move": lambda cast, school: "conclude",
    "inspections/blacklist/#move": lambda cast, school: "lift",
    "finding": lambda cast, school: inspected.a_finding(cast, school).id,
    "member": lambda cast, school: inspected.a_member(cast, school).id,
    "plan_item": lambda cast, school: inspected.a_campaign(cast, school).plan_item_id,
    "blacklisting": lambda cast, school: inspected.a_blacklisting(cast, school).id,
    "supervised": lambda cast, school: inspected.a_supervised(cast, school).id,
    "supervised_item": lambda cast, school: inspected.a_supervised(cast, school).id,
    "sample": lambda cast, school: inspected.a_sample(cast, school).id,
    "institution": lambda cast, school: inspected.an_institution(school).id,
    "publication": lambda cast, school: made.a_document(made.county_of(school)).publications.get().id,
    "checklist": lambda cast, school: a_checklist(made.county_of(school), is_published=False).id,
    "checks/#move": lambda cast, school: "publish",
    "point": lambda cast, school: risky.an_assessed(school).id,
    "risks/points/#move": lambda cast, school: "register",
    "control": lambda cast, school: risky.a_control(risky.an_assessed(school)).id,
    "plan": lambda cast, school: risky.a_plan(school).id,
    "notice": lambda cast, school: risky.a_notice(school).id,
    "study": lambda cast, school: risky.a_study(school).id,
    "standing": lambda cast, school: reckon(risky.a_point(school).unit).id,
    "acceptance": lambda cast, school: risky.the_acceptance(school).id,
    "risks/acceptances/#move": lambda cast, school: "pass",
    "q/#token": lambda cast, school: risky.an_assessed(school).token,
    "risks/n/#token": lambda cast, school: risky.a_notice(school).token,
    "post": lambda cast, school: cast.post("guard", school).id,
    "person": lambda cast, school: cast.post("guard", school).person_id,
    "route": lambda cast, school: patrolled.a_route(cast, school).id,
    "round": lambda cast, school: patrolled.a_missed_round(cast, school).id,
    "record": lambda cast, school: (
        a_record(school.parent.parent if school.parent.rank == "township" else school.parent).id
    ),
    "file": lambda cast, school: (
        a_workbook(school.parent.parent if school.parent.rank == "township" else school.parent).id
    ),
}

CONSTANTS: dict[str, Any] = {
    "month": "2026-01",
    "sheet": "general",
    "norm": "people.lock_failures",
    "rank": "school",
    "kind": "schools",
    "unknown": "nothing",
    "number": 1,
    "step": "chase",
}

QUERIES: dict[str, Maker] = {
    "duties/exemptions/ask/": lambda cast, school: (
        "?requirement=" + made.a_document(made.county_of(school)).requirements.get().key
    ),
}

SAME_FOR_OUTSIDERS: dict[str, str] = {
    "why/<str:key>/": "another county's requirement leads to one's own duties of the same practice, and to nothing else",
}

EXCUSED: dict[str, str] = {
    "accounts/2fa/totp/deactivate/": "only for an account with a second factor",
    "accounts/2fa/recovery-codes/": "only for an account with a second factor",
    "accounts/2fa/recovery-codes/download/": "only for an account with a second factor",
    "people/switch/": "only with one of one's own posts",
    "inspections/<uuid:campaign>/approve/": "only by somebody else than who planned it",
    "records/<uuid:record>/withdraw/": "only with a reason",
    "records/<uuid:record>/undo/": "only by the one who has just filed it",
    "units/<uuid:unit>/add/<slug:rank>/": "nothing stands below a school",
    "files/": "only with a file",
    "matters/<uuid:matter>/photos/<int:number>/": "only where there is a photo",
    "matters/<uuid:matter>/<slug:step>/": "only for whoever has the next step",
    "officers/concerns/<uuid:concern>/": "only for the class teacher and the counsellor",
    "matters/key-persons/": "only for whom the bureau has named",
    "api/<path:unknown>": "there is nothing there",
}
