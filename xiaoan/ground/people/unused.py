"""Closing accounts that nobody uses: each is a door that nobody watches."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Coalesce

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.rights import home_path
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require

SOONEST = 30  # days: a norm below this counts as this, or a summer holiday would close a school's accounts


def close_unused(*, actor: Actor, most: int = 2000) -> int:
    """Close accounts in which nobody has signed in for as long as the norm of their unit says. Returns how many.

    Their records stay theirs. A new first password from the unit's administrator opens the account again. Demo people
    are left alone."""
    require(actor, "people.manage", "")
    used = Coalesce("last_login", "date_joined")
    idle = Person.objects.filter(is_active=True, is_synthetic=False).alias(used=used).annotate(last=used)
    closed = 0
    for person in idle.filter(used__lt=clock.now() - timedelta(days=SOONEST)).order_by("used")[:most]:
        path = home_path(person)
        days = norm("people.unused_days", path)
        if days and person.last < clock.now() - timedelta(days=max(days, SOONEST)):
            closed += _close(actor, person, path, days)
    return closed


def _close(actor: Actor, person: Person, path: str, days: int) -> int:
    with transaction.atomic():
        done = Person.objects.filter(pk=person.pk, is_active=True, last_login=person.last_login).update(is_active=False)
        if done:
            write_entry(
                actor=actor, verb="停用未用账号", subject_type="person", subject_id=person.id, subject_name=person.name,
                unit_path=path, changes={"days": days},
            )  # fmt: skip
    return done
