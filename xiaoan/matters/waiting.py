"""What waits for a person: matters that their unit has to take the next step in."""

from django.db.models import Count, Q
from django.urls import reverse

from xiaoan.engines.ui.waiting import Waiting
from xiaoan.ground.units.kinds import Rank
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters.models import CircularLine
from xiaoan.matters.seeing import clues_for, is_keeper, listed_for

HOLDERS = ("reported", "handling", "answered")


def waiting(actor: Actor) -> list[Waiting]:
    """Of a partner body what was passed to it; of others what their unit holds."""
    if actor.rank == Rank.PARTNER:
        return _of_partner(actor) if actor.holds("matters.answer") else []
    if not actor.holds("matters.handle"):
        return []
    rows = listed_for(actor).filter(holder_path=actor.unit_path, state__in=HOLDERS)
    href = reverse("matters:matters")
    return [_line("周边与矛盾待办", rows, f"{href}?state=open&whose=holder", "building-community"), *_clues(actor)]


def _of_partner(actor: Actor) -> list[Waiting]:
    rows = listed_for(actor).filter(state__in=("passed", "received"))
    circulars = CircularLine.objects.filter(partner_path=actor.unit_path, acknowledged_at__isnull=True)
    named = circulars.values("circular").distinct().count()
    return [
        _line("学校转来的事项待办", rows, f"{reverse('matters:matters')}?state=open", "inbox"),
        Waiting("周边问题通报待签收", named, reverse("matters:circulars"), "speakerphone"),
        *_clues(actor),
    ]


def _clues(actor: Actor) -> list[Waiting]:
    """Without their words, and only to those who may open them."""
    if actor.rank != Rank.PARTNER and not is_keeper(actor, "clues"):
        return []
    states = ("passed", "received") if actor.rank == Rank.PARTNER else HOLDERS
    return [_line("受限线索待办", clues_for(actor).filter(state__in=states), reverse("matters:clues"), "lock")]


def _line(words: str, rows: object, href: str, icon: str) -> Waiting:
    told = rows.order_by().aggregate(n=Count("id"), late=Count("id", filter=Q(due__lt=clock.today())))  # type: ignore[attr-defined]
    return Waiting(words, told["n"], href, icon, told["late"])
