"""A county with one school, a person and a document, for the test that kills the processes: prints their ids."""

import json
import os
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from xiaoan.engines.files.services import store_file  # noqa: E402
from xiaoan.engines.jobs.services import run_all  # noqa: E402
from xiaoan.ground.people.models import Person, Post  # noqa: E402
from xiaoan.ground.people.rights import actor_for  # noqa: E402
from xiaoan.ground.people.services import appoint, create_person  # noqa: E402
from xiaoan.ground.units.models import Unit  # noqa: E402
from xiaoan.ground.units.services import create_unit  # noqa: E402
from xiaoan.kernel import clock  # noqa: E402
from xiaoan.kernel.actor import SYSTEM  # noqa: E402
from xiaoan.kernel.wall import open_process  # noqa: E402
from xiaoan.obligations.tests.making import make_document  # noqa: E402
from xiaoan.policies.services import publish_document  # noqa: E402

PASSWORD = "Killed-2026-test"


def seed() -> dict[str, str]:
    open_process()
    unit = None
    for rank, name in (("province", "合成省"), ("city", "合成市"), ("county", "合成县"), ("township", "合成镇")):
        unit = create_unit(actor=SYSTEM, parent=unit, rank=rank, name=name)
    school = create_unit(actor=SYSTEM, parent=unit, rank="school", name="合成小学", kind="primary", pupils=300)
    person = create_person(actor=SYSTEM, unit=school, username="killed", name="合成安全员", password=PASSWORD)
    Person.objects.filter(id=person.id).update(must_change_password=False, password_set_on=clock.today())
    post = appoint(actor=SYSTEM, person=person, unit=school, role="safety_director", starts=date(2024, 1, 1))
    year = clock.today().year
    document = make_document(
        "K", {"practice": "general", "every": "monthly"}, {"practice": "general", "every": "yearly"},
        starts=date(year, 1, 1), ends=date(year, 12, 31),
    )  # fmt: skip
    publish_document(actor=SYSTEM, document=document, unit=school.parent.parent)
    run_all()
    return {"unit": str(school.id), "person": str(person.id), "post": str(post.id)}


def keep_a_file(ids: dict[str, str], text: str) -> str:
    """A file of the school's, as if uploaded; its hash."""
    actor = actor_for(Post.objects.get(id=ids["post"]))
    upload = SimpleUploadedFile("合成.txt", text.encode())
    return store_file(actor=actor, unit=Unit.objects.get(id=ids["unit"]), upload=upload).sha256


if __name__ == "__main__":
    print(json.dumps(seed()))
