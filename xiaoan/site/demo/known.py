"""Whether the site shows the demo. Asked of the database: the disk of another machine knows nothing of it."""

import time

from django.http import HttpRequest

from xiaoan.ground.people.models import Person
from xiaoan.site.demo.people import username_of

ASK_AGAIN = 60.0
_known, _asked_at = False, float("-inf")


def is_demo(request: HttpRequest | None = None) -> bool:
    """Whether there are the demo's accounts. Once there, they stay; until then it is looked up once a minute."""
    global _known, _asked_at
    if not _known and time.monotonic() - _asked_at > ASK_AGAIN:
        _asked_at = time.monotonic()
        _known = Person.objects.filter(username=username_of("county_officer"), is_synthetic=True).exists()
    return _known
