"""Objects of the rights matrix that take more than one line to make."""

from conftest import Cast
from xiaoan.engines.sync.models import Command, CommandState
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.policies.drafting import create_draft
from xiaoan.policies.models import Document, DocumentState
from xiaoan.policies.packs import load_practices
from xiaoan.policies.tests.notices import COUNTY


def county_of(school: Unit) -> Unit:
    return Unit.objects.get(path=school.county_path)


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
