"""Objects of the rights matrix that take more than one line to make."""

from datetime import date, timedelta

from conftest import Cast
from xiaoan.engines.sync.models import Command, CommandState
from xiaoan.ground.units.models import Shapes, Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.ground.units.shapes import save_shapes
from xiaoan.ground.units.tests.outlines import file_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.exemptions import ask_exemption
from xiaoan.obligations.feed import token_of
from xiaoan.obligations.models import Assignment, Exemption
from xiaoan.obligations.tasks import dispatch_task
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.policies.drafting import create_draft
from xiaoan.policies.models import Document, DocumentState
from xiaoan.policies.packs import load_practices
from xiaoan.policies.tests.notices import COUNTY


def county_of(school: Unit) -> Unit:
    return Unit.objects.get(path=school.county_path)


def an_outlined(county: Unit) -> Unit:
    """The county, with the outline of a township uploaded."""
    if not Shapes.objects.filter(unit=county).exists():
        town = county.children.filter(rank="township").first() or create_unit(
            actor=SYSTEM, parent=county, rank="township", name="合成镇"
        )
        save_shapes(actor=SYSTEM, unit=county, text=file_of(town.name), number="测S(2026)001号")
    return county


def a_document(county: Unit) -> Document:
    """The county's own published document, made once: its clause and its requirement are found in it."""
    key = f"matrix-{county.path.lower()}"
    found = Document.objects.filter(key=key).first()
    if found is None:
        found = make_document(key, {"practice": "drill", "every": "monthly"}, owner=county)
        publish(found, county)
    return found


def a_draft(cast: Cast, county: Unit) -> Document:
    """A text that the county's officer has pasted and not yet published, made once."""
    found = Document.objects.filter(owner=county, state=DocumentState.DRAFT).first()
    if found is None:
        load_practices()
        found = create_draft(actor=cast.actor("county_officer", county), unit=county, text=COUNTY)
    return found


def a_refused_command(cast: Cast, county: Unit) -> Command:
    """What an officer of the county sent from a phone and was refused."""
    post = cast.post("county_officer", county)
    return Command.objects.create(
        id=new_id(), kind="record.file", person_id=post.person_id, unit_path=county.path, captured_at=clock.now(),
        received_at=clock.now(), state=CommandState.REFUSED, answer={"sentence": "合成"}, payload={},
    )  # fmt: skip


def a_document_to_break_down(county: Unit) -> Document:
    """A document that asks something of the bureau itself by a day, made once."""
    key = f"plan-{county.path.lower()}"
    found = Document.objects.filter(key=key).first()
    if found is None:
        asked = {
            "practice": "rules_document",
            "kind": "deliverable",
            "deadline": date(2026, 12, 20),
            "binds": {"ranks": ["county"]},
        }
        found = make_document(key, asked, owner=county)
        publish(found, county)
    return found


def an_assignment(cast: Cast, school: Unit) -> Assignment:
    """What the county asked of the school, made once for all arguments of an address."""
    found = Assignment.objects.filter(unit=school).first()
    if found is None:
        dispatch_task(
            actor=cast.actor("county_officer", county_of(school)), unit=county_of(school), title="合成任务",
            due=clock.today() + timedelta(days=9), targets={"ids": [str(school.id)]},
        )  # fmt: skip
        found = Assignment.objects.get(unit=school)
    return found


def an_exemption(cast: Cast, school: Unit) -> Exemption:
    """The school's wish not to have to drill, made once."""
    requirement = a_document(county_of(school)).requirements.get().key
    return Exemption.objects.filter(unit=school).first() or ask_exemption(
        actor=cast.actor("principal", school), unit=school, requirement=requirement, reason="合成原因",
        ends=clock.today() + timedelta(days=9),
    )  # fmt: skip


def a_feed(cast: Cast, school: Unit) -> str:
    """The secret address of the calendar of the school's safety director."""
    return token_of(cast.actor("safety_director", school)).token
