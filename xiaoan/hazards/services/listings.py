"""挂牌督办: listing a hazard for supervision, telling how far it is, striking it off after verification."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from xiaoan.engines.flow.numbers import next_number, numbered
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import scope_of
from xiaoan.ground.units.paths import STEP
from xiaoan.hazards.models import Hazard, Listing, Progress
from xiaoan.hazards.services.moving import told
from xiaoan.hazards.services.verifying import close
from xiaoan.hazards.states import CLOSED, CONTENTS
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale

BASIS = "《安全生产事故隐患排查治理暂行规定》（原国家安全监管总局令第16号）第十五条：重大事故隐患治理方案的内容（条文未核实）"
ASKS = "《安全生产事故隐患排查治理暂行规定》要求治理方案写明这一项。"
BATCH = 500


def supervise(
    *, actor: Actor, hazard: Hazard, supervisor: str, due: date | None, contents: Mapping[str, str], basis: str = BASIS
) -> Listing:
    """List an open case for supervision, with its own number. Of a major one the treatment plan is complete."""
    _require_bureau(actor, hazard)
    kept = {key: str(contents.get(key, "")).strip()[:500] for key in CONTENTS}
    _check(hazard, supervisor, due, kept)
    now = clock.now()
    listing = Listing(
        hazard=hazard, bureau_path=actor.unit_path, supervisor=supervisor.strip()[:60], due=due, contents=kept,
        basis=basis.strip()[:200] or BASIS, listed_at=now, listed_by=actor.name, listed_by_id=actor.person_id,
        told_on=clock.today(), **scope_of(hazard.unit),
    )  # fmt: skip
    with transaction.atomic():
        same = Hazard.objects.filter(id=hazard.id, is_supervised=False).still_open()
        if not same.update(is_supervised=True):
            raise Stale("这件隐患已经挂牌督办，或者已经销号。")
        number = next_number("hazard_listing", actor.unit_path)
        listing.number = numbered("隐患督", clock.today().year, number)
        listing.save(force_insert=True)
        hazard.refresh_from_db()
        until = due.isoformat() if due else ""
        told(actor, "挂牌督办", hazard, {"number": listing.number, "supervisor": listing.supervisor, "due": until})
    return listing


def tell_progress(*, actor: Actor, listing: Listing, words: str, percent: int = 0) -> Progress:
    """How far it is: whoever works on it, or the bureau that supervises."""
    require(actor, "hazards.fix", listing.unit_path)
    wrong = {}
    if not words.strip():
        wrong["words"] = "请写一句进展。"
    if not 0 <= percent <= 100:
        wrong["percent"] = f"进度应在 0 到 100 之间，现在是 {percent}。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    if listing.struck_at:
        raise Stale("已经摘牌，不用再报进展。")
    row = Progress(
        listing=listing, words=words.strip()[:500], percent=percent, at=clock.now(), by=actor.name,
        **scope_of(listing.hazard.unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        Listing.objects.filter(id=listing.id).update(told_on=clock.today())
        told(actor, "督办进展", listing.hazard, {"words": row.words, "percent": percent})
    return row


def strike(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """Strike it off (摘牌) with a number of its own. A major one is closed by this, after verification and no other way."""
    _require_bureau(actor, hazard)
    listing = hazard.listings.filter(struck_at__isnull=True).first()
    if listing is None:
        raise Invalid("重大隐患先挂牌督办，治理验收后才能摘牌。" if hazard.is_major else "这件隐患没有挂牌督办。")
    if hazard.state not in ("verified", CLOSED):
        raise NotAllowed("还没有通过验收，不能摘牌。")
    if not decision.strip():
        raise Invalid("请写审核意见。", {"decision": "请写审核意见。"})
    with transaction.atomic():
        if hazard.state == "verified":
            close(actor, hazard, decision, seen)
        _take_down(actor, hazard, listing, decision)
    return hazard


def remind_all() -> int:
    """Remind where a supervised case has had no progress for the norm's days; again after as many. Returns how many."""
    today, reminded = clock.today(), 0
    rows = Listing.objects.filter(struck_at__isnull=True, told_on__lt=today).select_related("hazard")
    batch = list(rows.order_by("told_on", "id")[:BATCH])
    while batch:
        reminded += sum(_remind(row, today) for row in batch)
        last = batch[-1]
        later = Q(told_on__gt=last.told_on) | Q(told_on=last.told_on, id__gt=last.id)
        batch = list(rows.filter(later).order_by("told_on", "id")[:BATCH])
    return reminded


def _remind(listing: Listing, today: date) -> bool:
    days = norm("hazards.progress_days", listing.unit_path)
    last = max(listing.told_on, listing.reminded_on or listing.told_on)
    if last + timedelta(days=days) > today:
        return False
    with transaction.atomic():
        same = Listing.objects.filter(id=listing.id, told_on=listing.told_on, reminded_on=listing.reminded_on)
        if not same.update(reminded_on=today):
            return False
        told(SYSTEM, "督办提醒", listing.hazard, {"days": (today - listing.told_on).days})
    return True


def _take_down(actor: Actor, hazard: Hazard, listing: Listing, decision: str) -> None:
    number = numbered("隐患销", clock.today().year, next_number("hazard_struck", actor.unit_path))
    changed = Listing.objects.filter(id=listing.id, struck_at__isnull=True).update(
        struck_number=number, struck_at=clock.now(), struck_by=actor.name, struck_why=decision.strip()[:300]
    )
    if not changed:
        raise Stale("刚刚已经摘牌。")
    Hazard.objects.filter(id=hazard.id).update(is_supervised=False)
    hazard.refresh_from_db()
    told(actor, "摘牌", hazard, {"number": number, "decision": decision.strip()[:300]})


def _require_bureau(actor: Actor, hazard: Hazard) -> None:
    require(actor, "hazards.supervise", hazard.unit_path)
    is_above = hazard.unit_path.startswith(actor.unit_path) and len(actor.unit_path) < len(hazard.unit_path)
    if not actor.is_system and not is_above and len(hazard.unit_path) > 3 * STEP:
        raise NotAllowed("挂牌督办由上级教育行政部门办理。")


def _check(hazard: Hazard, supervisor: str, due: date | None, kept: Mapping[str, str]) -> None:
    wrong = {}
    if not supervisor.strip():
        wrong["supervisor"] = "请写督办人。"
    if due is None or due < clock.today():
        wrong["due"] = "请填督办期限，不能早于今天。"
    if hazard.is_major:
        wrong |= {key: f"请写{name}。{ASKS}" for key, name in CONTENTS.items() if not kept[key]}
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
