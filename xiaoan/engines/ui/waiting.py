"""What waits for a person, told by the floors above: one list on the home page, under the bell and on the phone."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from xiaoan.kernel.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """So many cases wait for the actor's next step. `late` of them are over their deadline."""

    words: str
    count: int
    href: str
    icon: str = "list"
    late: int = 0


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for the actor, in the order of the site's list; what is empty is left out."""
    tellers: list[Callable[[Actor], list[Waiting]]] = [import_string(name) for name in settings.XIAOAN_WAITING]
    return [line for teller in tellers for line in teller(actor) if line.count]
