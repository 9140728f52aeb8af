"""Whether records are true: some are drawn at random and looked at; the rate of false ones is shown."""

import secrets
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.kinds import VERDICTS, WAYS
from xiaoan.inspections.models import Sample, Sampled
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale

MOST_SIZE = 200
MOST_POOL = 50_000


def draw_records(
    *, actor: Actor, unit: Unit, first: date, last: date, size: int, sheet: str = "", target: Unit | None = None,
    seed: str = "",
) -> Sample:  # fmt: skip
    """Draw `size` records of a span from below `target`. The lot of a record is the SHA-256 of "seed:id": the smallest
    are drawn, so that the draw can be repeated from the seed."""
    require(actor, "inspections.plan", unit.path)
    target = target or unit
    wrong = {}
    if not 1 <= size <= MOST_SIZE:
        wrong["size"] = f"一次抽 1 到 {MOST_SIZE} 条。"
    if last < first:
        wrong["last"] = "结束日期早于开始日期。"
    if sheet and sheet not in sheets():
        wrong["sheet"] = "没有这种记录。"
    if not target.path.startswith(unit.path):
        wrong["target"] = "只能抽本单位范围内的记录。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    seed = seed or secrets.token_hex(8)
    pool = pool_ids(target.path, first, last, sheet)
    if not pool:
        raise Invalid("这段时间没有可抽的记录，请换个时段或记录种类。")
    chosen = chosen_ids(seed, pool, size)
    row = Sample(
        name=f"{target.label}{sheets()[sheet].name if sheet else '记录'}抽查", sheet=sheet, target_path=target.path,
        first=first, last=last, seed=seed, pool=len(pool), size=len(chosen), made_by=actor.name, made_at=clock.now(),
        **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        Sampled.objects.bulk_create(
            Sampled(sample=row, record_id=i, position=n, **scope_of(unit)) for n, i in enumerate(chosen, 1)
        )
        write_entry(
            actor=actor, verb="抽查记录", subject_type="sample", subject_id=row.id, subject_name=row.name,
            unit_path=unit.path, changes={"seed": seed, "size": row.size, "pool": row.pool},
        )  # fmt: skip
    return row


def pool_ids(path: str, first: date, last: date, sheet: str) -> list[str]:
    """Ids of the records that may be drawn, filed and not withdrawn."""
    rows = Record.objects.under(path).filter(state="filed", happened_on__gte=first, happened_on__lte=last)
    rows = rows.filter(sheet=sheet) if sheet else rows
    found = [str(i) for i in rows.values_list("id", flat=True)[: MOST_POOL + 1]]
    if len(found) > MOST_POOL:
        raise Invalid(f"这段时间的记录超过 {MOST_POOL:,} 条，请缩短时段或选一种记录。")
    return found


def chosen_ids(seed: str, pool: list[str], size: int) -> list[str]:
    """The draw itself: the same seed and pool give the same records, in whatever order they are told."""
    return sorted(pool, key=lambda i: sha256(f"{seed}:{i}".encode()).hexdigest())[:size]


def judge_record(*, actor: Actor, row: Sampled, verdict: str, way: str, why: str = "") -> Sampled:
    """Say whether a drawn record was found true, on site or by its pictures' time and place; only once."""
    require(actor, "inspections.do", row.unit_path)
    if verdict not in VERDICTS or way not in WAYS:
        raise Invalid("请选属实、不实或查不清，以及怎么核的。", {"verdict": "请选择结论。"})
    if verdict != "true" and not why.strip():
        raise Invalid("不属实或查不清的，请写明依据。", {"why": "请写明依据。"})
    with transaction.atomic():
        said = {"verdict": verdict, "way": way, "why": why.strip()[:300], "by": actor.name, "by_id": actor.person_id}
        if not Sampled.objects.filter(pk=row.pk, verdict="").update(**said, at=clock.now()):
            raise Stale("这条记录已经核过了。")
        Sample.objects.filter(pk=row.sample_id).update(
            checked=F("checked") + 1, false=F("false") + (1 if verdict == "false" else 0)
        )
        row.refresh_from_db()
        write_entry(
            actor=actor, verb="核对记录真伪", subject_type="sample", subject_id=row.sample_id,
            subject_name=row.sample.name, unit_path=row.unit_path,
            changes={"record": str(row.record_id), "verdict": VERDICTS[verdict], "reason": row.why},
        )  # fmt: skip
    return row
