"""Acceptance (达标验收): a school applies, assessors score four criteria, the county decides."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.risks.flows import ACCEPTANCE
from xiaoan.risks.models import Acceptance, Score, Standing
from xiaoan.risks.models.works import KINDS
from xiaoan.risks.services.standing import reckon

CRITERIA = {"rules": "制度健全", "duties": "职责明晰", "running": "运行规范", "control": "管控有效"}
MOST = 25  # points of a criterion


def apply(*, actor: Actor, unit: Unit, kind: str, said: str = "") -> Acceptance:
    """Ask to be accepted. The list must be there and graded, or there is nothing to look at."""
    require(actor, "risks.apply", unit.path)
    if kind not in KINDS:
        raise Invalid("请选申请哪一种验收。", {"kind": "请选申请哪一种验收。"})
    standing = Standing.objects.filter(unit_path=unit.path).first()
    if standing is None or not standing.listed_on:
        raise Invalid("还没有风险清单，不能申请验收。请先建立风险清单并评估。")
    if standing.unassessed:
        raise Invalid(f"还有 {standing.unassessed} 个风险点没有评估，评估完再申请。")
    now = clock.now()
    row = Acceptance(
        kind=kind, said=said.strip()[:500], asked_by=actor.name, asked_by_id=actor.person_id,
        asked_post_id=actor.post_id, asked_at=now, **scope_of(unit),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            write_entry(
                actor=actor, verb="申请达标验收", subject_type=ACCEPTANCE.key, subject_id=row.id, subject_name=str(row),
                unit_path=unit.path, changes={"kind": KINDS[kind]},
            )  # fmt: skip
    except IntegrityError:
        raise Stale("这种验收已经申请过，正在办理，不用再申请。") from None
    return row


def score(
    *, actor: Actor, acceptance: Acceptance, points: dict[str, Any], words: str = "", seen: int | None = None
) -> Acceptance:
    """Score the four criteria, each up to 25; scoring again replaces one's own. The mean of all assessors counts."""
    told = _checked(points)
    with transaction.atomic():
        Score.objects.update_or_create(
            acceptance=acceptance, by_id=actor.person_id,
            defaults={"by": actor.name, "at": clock.now(), "words": words.strip()[:300], **told,
                      "unit_id": acceptance.unit_id, "unit_path": acceptance.unit_path,
                      "county_path": acceptance.county_path},
        )  # fmt: skip
        totals = [s.total for s in Score.objects.filter(acceptance=acceptance)]
        mean = Decimal(sum(totals)) / len(totals)
        return run_move(
            ACCEPTANCE, actor=actor, case=acceptance, move="score", seen=seen, sets={"score": round(mean, 1)}
        )


def decide(
    *, actor: Actor, acceptance: Acceptance, is_passed: bool, decision: str, seen: int | None = None
) -> Acceptance:
    """Pass or not; a school that did not pass may apply again."""
    with transaction.atomic():
        done = run_move(
            ACCEPTANCE, actor=actor, case=acceptance, move="pass" if is_passed else "fail", seen=seen,
            filled={"decision": decision[:300]},
        )  # fmt: skip
        reckon(done.unit, is_active=False)
    return done


def withdraw(*, actor: Actor, acceptance: Acceptance, seen: int | None = None) -> Acceptance:
    """The school takes its wish back."""
    return run_move(ACCEPTANCE, actor=actor, case=acceptance, move="withdraw", seen=seen)


def _checked(points: dict[str, Any]) -> dict[str, int]:
    told, wrong = {}, {}
    for key, name in CRITERIA.items():
        text = str(points.get(key, "")).strip()
        if not text.isdecimal() or not 0 <= int(text) <= MOST:
            wrong[key] = f"“{name}”应打 0 到 {MOST} 分的整数。"
        else:
            told[key] = int(text)
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    return told
