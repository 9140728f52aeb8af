"""What the private link shows, and who sees a contact."""

from dataclasses import dataclass

from xiaoan.engines.ui.blocks import Step
from xiaoan.engines.ui.dates import cn_date
from xiaoan.hazards.models import Hazard, Tip
from xiaoan.hazards.states import STEPS
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

AT = {
    "reported": 0, "judged": 1, "assigned": 2, "fixing": 2, "extending": 2, "transferred": 2, "received": 2,
    "handed_in": 3, "verified": 4,
}  # fmt: skip
NOW = [
    "学校已收到，正在核实。", "学校已核实，正在安排整改。", "正在整改。", "已经整改，等另一个人验收。",
    "已通过验收，等销号。",
]  # fmt: skip
ENDED = {
    "closed": "已整改到位并销号。谢谢您。",
    "false": "学校查看后认为情况不属实。如果您仍然看到，请再扫一次二维码上报。",
}


@dataclass(frozen=True)
class Told:
    """How far it is, in words that name nobody."""

    words: str
    place: str
    school: str
    told_on: str
    now: str
    is_over: bool
    steps: list[Step]


def find_tip(token: str) -> Tip:
    """By the secret in the private link. Raises NotKnown."""
    tip: Tip | None = Tip.objects.select_related("hazard__unit", "hazard__duplicate_of").filter(token=token).first()
    if tip is None:
        raise NotKnown("没有这条上报，请检查链接是不是完整。")
    return tip


def told(tip: Tip) -> Told:
    """State words and outcome only: no names, no numbers of the school's own."""
    own = tip.hazard
    hazard: Hazard = own.duplicate_of or own
    over = ENDED.get(hazard.state, "")
    if over and hazard.closed_on:
        over = f"{cn_date(hazard.closed_on)} {over}"
    at = len(STEPS) if hazard.state in ENDED else AT.get(hazard.state, 0)
    now = over or (f"与另一件合在一起办理：{NOW[at]}" if own.duplicate_of else NOW[at])
    steps = [Step(word, "done" if n < at else "now" if n == at else "next", []) for n, word in enumerate(STEPS)]
    return Told(own.words, own.place, own.unit.name, cn_date(clock.day_of(own.made_at)), now, bool(over), steps)


def contact_of(actor: Actor, hazard: Hazard) -> str:
    """What the reporter left, for the leads of the school itself; nothing to anybody above."""
    if actor.unit_path != hazard.unit_path or not actor.may("hazards.contact", hazard.unit_path):
        return ""
    return Tip.objects.filter(hazard=hazard).values_list("contact", flat=True).first() or ""
