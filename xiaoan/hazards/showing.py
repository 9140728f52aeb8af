"""What the page of a hazard says: the strip, the clocks, the moves and why, the history in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.blocks import Entry, Move, Need, Step
from xiaoan.engines.ui.dates import cn_date, cn_day, cn_moment
from xiaoan.ground.journal.models import Entry as JournalEntry
from xiaoan.ground.norms.queries import value_at
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.forms import FIELDS
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import CLOSED, DUPLICATE, FALSE, LEVELS, STEPS
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

# the step of the strip on which a state stands
AT = {
    "reported": 1, "judged": 2, "assigned": 2, "fixing": 2, "extending": 2, "transferred": 2, "received": 2,
    "handed_in": 3, "verified": 4, CLOSED: 5, DUPLICATE: 5, FALSE: 5,
}  # fmt: skip
WAITS_FOR = {
    "reported": "研判", "judged": "落实整改", "assigned": "整改", "fixing": "整改", "extending": "延期答复", "transferred": "部门签收",
    "received": "部门答复", "handed_in": "验收", "verified": "摘牌",
}  # fmt: skip
BAD = {"超期升级", "验收未通过", "复核未通过，重新整改", "督办提醒", "原销号待复核", "协作部门退还"}
LABELS = {
    "category": "类别", "level": "等级", "measures": "五落实和防护", "done": "整改说明", "decision": "意见", "partner_path": "协作部门",
    "ask_until": "延到哪一天", "responsible": "新的责任人", "duplicate_of_id": "并到哪一件", "level_why": "理由",
}  # fmt: skip
SOON = 1  # days before the deadline from which the clock is amber


@dataclass(frozen=True)
class Clock:
    """As the component takes it."""

    figure: str
    state: str
    label: str
    then: str


def steps_of(hazard: Hazard) -> list[Step]:
    """上报 → 研判 → 整改 → 验收 → 销号, each with its day and who."""
    at = AT[hazard.state]
    ended = {DUPLICATE: "并案", FALSE: "不属实"}.get(hazard.state, STEPS[4])
    told = [
        [cn_date(hazard.happened_at), hazard.reporter],
        [cn_date(hazard.judged_at), hazard.judged_by],
        [_rounds(hazard) + cn_date(hazard.fixed_at), hazard.fixed_by],
        [cn_date(hazard.verified_at), hazard.verified_by],
        [cn_date(hazard.closed_at), hazard.closed_by],
    ]
    return [_step(hazard, n, at, [*STEPS[:4], ended][n], told[n]) for n in range(5)]


def _step(hazard: Hazard, n: int, at: int, label: str, told: list[str]) -> Step:
    if n == at:
        due = f"{cn_day(hazard.due)}前" if hazard.due else ""
        return Step(label, "now", [_rounds(hazard) + due if n == 2 else due, hazard.holder])
    if n < at:
        return Step(label, "done", [line for line in told if line])
    after = "区县审核摘牌" if hazard.is_major else "验收通过即销号"
    return Step(label, "next", [after] if n == 4 else [])


def _rounds(hazard: Hazard) -> str:
    again = hazard.returned + hazard.reopened
    return f"退回 {again} 次 · " if again else ""


def clocks_of(hazard: Hazard) -> list[Clock]:
    """How long the present step still has, and the day set for fixing."""
    today, found = clock.today(), []
    if hazard.due:
        to = _escalated(hazard)
        found.append(_clock(WAITS_FOR[hazard.state], hazard.due, today, to or cn_date(hazard.due)))
    if hazard.fix_by and hazard.due != hazard.fix_by:
        fixed = clock.day_of(hazard.fixed_at) if hazard.fixed_at and AT[hazard.state] > 2 else None
        found.append(
            _fixed_clock(hazard, fixed) if fixed else _clock("整改限期", hazard.fix_by, today, cn_date(hazard.fix_by))
        )
    return found


def _clock(label: str, due: date, today: date, then: str) -> Clock:
    left = (due - today).days
    if left < 0:
        return Clock(f"已超 {-left} 天", "late", label, then)
    return Clock(f"{left} 天" if left else "今天到期", "due" if left <= SOON else "go", f"{label}还有", then)


def _fixed_clock(hazard: Hazard, fixed: date) -> Clock:
    late = (fixed - hazard.fix_by).days if hazard.fix_by else 0
    if late > 0:
        return Clock(f"超 {late} 天", "late", "整改用时", f"限期 {cn_day(hazard.fix_by)}")
    return Clock("按期", "ok", "整改", f"限期 {cn_day(hazard.fix_by)}")


def _escalated(hazard: Hazard) -> str:
    if not hazard.escalated_to:
        return ""
    unit = Unit.objects.filter(path=hazard.escalated_to).only("name", "short").first()
    return f"已升级到{unit.label}" if unit else ""


def rule_of(hazard: Hazard) -> str:
    """按甲县规定：较大 15 个工作日."""
    value = value_at(f"hazards.fix_days.{hazard.level}", hazard.unit_path)
    unit = Unit.objects.filter(path=value.unit_path).only("name", "short").first() if value.unit_path else None
    return f"{f'按{unit.label}规定' if unit else '按平台默认'}：{LEVELS[hazard.level]} {value.value} 个工作日"


def moves_of(actor: Actor, hazard: Hazard) -> list[Move]:
    """The buttons: moves of the flow, then what stands beside it."""
    found = [_button(hazard, m.key, m.name, m.icon) for m in allowed_moves(HAZARD, actor, hazard) if m.key != "reopen"]
    return [*found, *(_button(hazard, *told) for told in extras(actor, hazard))]


def _button(hazard: Hazard, key: str, name: str, icon: str) -> Move:
    href, asks = reverse("hazards:do", args=[hazard.id, key]), key in FIELDS
    return Move(name, href, icon, method="get" if asks else "post", opens=asks)


def extras(actor: Actor, hazard: Hazard) -> Iterator[tuple[str, str, str]]:
    """What may be done besides moving it: (key, words, icon)."""
    is_above = len(actor.unit_path) < len(hazard.unit_path) and hazard.unit_path.startswith(actor.unit_path)
    if actor.may("hazards.supervise", hazard.unit_path) and is_above:
        if hazard.is_open and not hazard.is_supervised:
            yield "supervise", "挂牌督办", "flag"
        if hazard.state == CLOSED and hazard.is_supervised:
            yield "strike", "摘牌", "flag"
    if hazard.is_supervised and hazard.is_open and actor.may("hazards.fix", hazard.unit_path):
        yield "progress", "报进展", "trending-up"
    if hazard.state in ("transferred", "received") and actor.may("hazards.judge", hazard.unit_path):
        yield "chase", "催办", "bell-ringing"
    if hazard.state == CLOSED and actor.may("hazards.recheck", hazard.unit_path):
        yield "look", "复核", "zoom-check"


def needs_of(actor: Actor, hazard: Hazard) -> list[Need]:
    """What the first move asks for, and whether it is there."""
    moves = [m for m in allowed_moves(HAZARD, actor, hazard) if m.key != "reopen"]
    if not moves:
        return []
    shown = [Need(f"整改前照片 {len(hazard.photos)} 张", met=True)] if hazard.photos else []
    if moves[0].key == "verify":
        shown.append(Need(f"整改后照片 {len(hazard.after_photos)} 张", met=True))
    if moves[0].key in ("hand_in", "answer", "start"):
        shown.append(Need("整改后照片"))
    asked = [Need(f"{LABELS[key]}，点按钮后填") for key, _ in moves[0].asks if key in LABELS]
    return [*shown, *asked]


def why_of(actor: Actor, hazard: Hazard) -> str:
    """Why the reader may, or may not."""
    if not hazard.is_open:
        return ""
    if refused := why_not(HAZARD, actor, hazard):
        return refused
    if not allowed_moves(HAZARD, actor, hazard):
        return f"现在由{hazard.holder}办理，{cn_day(hazard.due)}前。"
    if hazard.state == "handed_in":
        return f"整改的人不能验收。{LEVELS[hazard.level]}隐患按规定由{hazard.holder}验收，您没有参与整改，可以验收。"
    return ""


def timeline_of(entries: list[JournalEntry]) -> list[Entry]:
    """What happened, from the journal, newest first."""
    return [
        Entry(e.verb, _said(e.changes), f"{cn_moment(e.at)} · {e.person_name}", _mark(e, n))
        for n, e in enumerate(entries)
    ]


def _mark(entry: JournalEntry, n: int) -> str:
    return "bad" if entry.verb in BAD else "" if n else "now"


def _said(changes: dict[str, Any]) -> str:
    """The few words of an entry that a reader needs."""
    told = []
    if level := LEVELS.get(str(changes.get("level", ""))):
        told.append(level)
    told += [str(changes[key]) for key in ("unit", "number", "responsible") if changes.get(key)]
    told += [f"延到{cn_day(date.fromisoformat(str(changes['ask_until'])))}"] if changes.get("ask_until") else []
    if late := changes.get("late") or changes.get("days"):
        told.append(f"已 {late} 天")
    words = next((str(changes[k]) for k in ("done", "decision", "why", "words", "transfer_why") if changes.get(k)), "")
    photos = len(changes.get("after_photos") or changes.get("photos") or ())
    told += [words] if words else []
    told += [f"照片 {photos} 张"] if photos else []
    return f"：{'，'.join(told)}" if told else ""
