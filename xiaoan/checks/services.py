"""Every write of this floor: drafting, publishing and superseding checklists; setting criteria."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.checks.catalogue import LEVELS, Item, categories, items
from xiaoan.checks.criteria import Criterion
from xiaoan.checks.models import Checklist, CriterionRow, Mode, Purpose, State, line_of, own_key
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import FACILITIES, SchoolKind
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale

MOST_LINES = 400
STALE = "这份清单刚刚被别人改过，刚才的操作没有执行。请看过最新内容再改。"


def make_checklist(
    *, actor: Actor, unit: Unit, title: str, purpose: str = Purpose.ANY, place: str = "", topic: str = "",
    kinds: Sequence[str] = (), basis: str = "", keys: Iterable[str] = (),
) -> Checklist:  # fmt: skip
    """Start a checklist as a draft, with starter items by `keys`."""
    require(actor, "checks.write", unit.path)
    _check_head(title, purpose, kinds)
    row = Checklist(
        title=title.strip()[:80], purpose=purpose, place=place.strip()[:40], topic=topic.strip()[:40],
        kinds=list(kinds), basis=basis.strip()[:200], lines=_lines(keys), made_at=clock.now(), made_by=actor.name,
        **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "起草检查清单", row, {"lines": len(row.lines)})
    return row


def set_head(
    *, actor: Actor, checklist: Checklist, title: str, purpose: str, place: str = "", topic: str = "",
    kinds: Sequence[str] = (), basis: str = "", seen: int | None = None,
) -> Checklist:  # fmt: skip
    """Change what a draft is called and whom it is for."""
    _check_head(title, purpose, kinds)
    told = {"title": title.strip()[:80], "purpose": purpose, "place": place.strip()[:40], "topic": topic.strip()[:40],
            "kinds": list(kinds), "basis": basis.strip()[:200]}  # fmt: skip
    return _change(actor, checklist, seen, "修改检查清单", told, {"title": told["title"]})


def add_items(*, actor: Actor, checklist: Checklist, keys: Iterable[str], seen: int | None = None) -> Checklist:
    """Take items of the starter set into a draft; those that are there already stay as they are."""
    held = {line["key"] for line in checklist.lines}
    fresh = [line for line in _lines(keys) if line["key"] not in held]
    return _set_lines(actor, checklist, seen, [*checklist.lines, *fresh], f"加入 {len(fresh)} 项")


def add_lines(*, actor: Actor, checklist: Checklist, lines: Sequence[Item], seen: int | None = None) -> Checklist:
    """Take own or imported lines into a draft; a starter item that is named by its key stays that item."""
    held, fresh = {line["key"] for line in checklist.lines}, []
    for each in lines:
        line = line_of(_checked(each if each.key else replace(each, key=own_key())))
        if line["key"] not in held:
            fresh.append(line)
            held.add(line["key"])
    return _set_lines(actor, checklist, seen, [*checklist.lines, *fresh], f"加入 {len(fresh)} 项")


def change_line(
    *, actor: Actor, checklist: Checklist, key: str, score: int | None = None, level: str = "",
    seen: int | None = None,
) -> Checklist:  # fmt: skip
    """Another weight or grade for a line of a draft."""
    if level and level not in LEVELS:
        raise Invalid("没有这个隐患等级。", {"level": "没有这个等级。"})
    if score is not None and not 0 <= score <= 100:
        raise Invalid("分值应在 0 到 100 之间。", {"score": "分值应在 0 到 100 之间。"})
    told: dict[str, Any] = {
        **({"level": level} if level else {}), **({"score": score} if score is not None else {}),
    }  # fmt: skip
    lines = [{**line, **told} if line["key"] == key else line for line in checklist.lines]
    return _set_lines(actor, checklist, seen, lines, f"改 {key}")


def drop_lines(*, actor: Actor, checklist: Checklist, keys: Iterable[str], seen: int | None = None) -> Checklist:
    """Take lines out of a draft."""
    gone = set(keys)
    lines = [line for line in checklist.lines if line["key"] not in gone]
    return _set_lines(actor, checklist, seen, lines, f"去掉 {len(checklist.lines) - len(lines)} 项")


def publish_checklist(*, actor: Actor, checklist: Checklist, seen: int | None = None) -> Checklist:
    """From now on it holds below the unit; the version before it is superseded. It never changes again."""
    _require_own(actor, checklist)
    if not checklist.lines:
        raise Invalid("清单里还没有项目，不能发布。请先从基础项目里选，或者导入、自己加。")
    with transaction.atomic():
        _swap(checklist, seen, state=State.PUBLISHED, published_at=clock.now(), published_by=actor.name)
        same = Checklist.objects.filter(family=checklist.family, state=State.PUBLISHED).exclude(id=checklist.id)
        same.update(state=State.SUPERSEDED)
        _tell(actor, "发布检查清单", checklist, {"version": checklist.version, "lines": len(checklist.lines)})
    return checklist


def new_version(*, actor: Actor, checklist: Checklist) -> Checklist:
    """A draft that begins as this version is; the published one stays in force until the draft is published."""
    _require_own(actor, checklist)
    newest = Checklist.objects.filter(family=checklist.family).order_by("-version").first() or checklist
    if newest.is_draft:
        return newest
    row = Checklist(
        family=checklist.family, version=newest.version + 1, made_at=clock.now(), made_by=actor.name,
        unit=checklist.unit, unit_path=checklist.unit_path, county_path=checklist.county_path,
        **{name: getattr(checklist, name) for name in ("title", "place", "topic", "purpose", "kinds", "basis", "lines")},
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(actor, "起草检查清单新版本", row, {"version": row.version})
    return row


def end_checklist(*, actor: Actor, checklist: Checklist) -> Checklist:
    """Use it no longer; what was checked by it stays."""
    _require_own(actor, checklist)
    with transaction.atomic():
        if not Checklist.objects.filter(id=checklist.id, state=State.PUBLISHED).update(state=State.SUPERSEDED):
            raise Stale("只有已发布的清单可以停用。")
        checklist.refresh_from_db()
        _tell(actor, "停用检查清单", checklist, {"version": checklist.version})
    return checklist


def set_criterion(
    *, actor: Actor, unit: Unit, criterion: Criterion, valid_from: date, is_off: bool = False
) -> CriterionRow:
    """Say from a day on what a criterion is at the unit and below: replace, add, or (`is_off`) take it away."""
    require(actor, "checks.judge", unit.path)
    _check_criterion(criterion)
    with transaction.atomic():
        row, _ = CriterionRow.objects.update_or_create(
            unit=unit, key=criterion.key.strip(), valid_from=valid_from,
            defaults={
                "category": criterion.category.strip()[:40], "mode": criterion.mode, "group": criterion.group,
                "at_least": criterion.at_least if criterion.mode == Mode.COMPOSITE else None,
                "words": criterion.words.strip()[:300], "basis": criterion.basis.strip()[:200], "is_off": is_off,
                "items": list(criterion.items), "made_at": clock.now(), "made_by": actor.name, **scope_of(unit),
            },
        )  # fmt: skip
        write_entry(
            actor=actor, verb="设定判定标准", subject_type="criterion", subject_id=row.key, subject_name=row.words,
            unit_path=unit.path, changes={"from": valid_from.isoformat(), "mode": row.mode, "off": is_off},
        )  # fmt: skip
    return row


def _check_head(title: str, purpose: str, kinds: Sequence[str]) -> None:
    wrong = {}
    if not title.strip():
        wrong["title"] = "请写清单名称。"
    if purpose not in Purpose.values:
        wrong["purpose"] = "请选用途。"
    if set(kinds) - set(SchoolKind.values):
        wrong["kinds"] = "没有这类学校。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _check_criterion(criterion: Criterion) -> None:
    wrong = {}
    if not criterion.key.strip():
        wrong["key"] = "请写编号。"
    if not criterion.words.strip():
        wrong["words"] = "请写判定标准。"
    if not criterion.basis.strip():
        wrong["basis"] = "请写明依据（文件名称和文号）。"
    if criterion.mode not in Mode.values:
        wrong["mode"] = "请选判定方式。"
    if criterion.mode == Mode.COMPOSITE and not (criterion.group and criterion.at_least >= 1):
        wrong["group"] = "综合判定要写组名和满几条构成。"
    if unknown := sorted(set(criterion.items) - set(items())):
        wrong["items"] = f"没有编号为“{unknown[0][:12]}”的检查项目。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _lines(keys: Iterable[str]) -> list[dict[str, Any]]:
    known = items()
    return [line_of(known[key]) for key in dict.fromkeys(keys) if key in known]


def _checked(item: Item) -> Item:
    """An own line, put right; one with a starter key is that starter item with this weight."""
    if item.key in items():
        return replace(items()[item.key], score=item.score)
    if not item.text.strip():
        raise Invalid("检查内容不能空。", {"text": "请写检查内容。"})
    if item.level not in LEVELS or item.category not in categories():
        raise Invalid("类别或等级不对。", {"category": "类别或等级不对。"})
    known = tuple(n for n in item.needs if n in FACILITIES)
    return replace(item, text=item.text.strip()[:200], needs=known, score=max(0, min(item.score, 100)))


def _set_lines(actor: Actor, row: Checklist, seen: int | None, lines: list[dict[str, Any]], what: str) -> Checklist:
    if len(lines) > MOST_LINES:
        raise Invalid(f"一份清单最多 {MOST_LINES} 项，太长的清单没人查得完。请分成几份。")
    return _change(actor, row, seen, "修改检查清单", {"lines": lines}, {"what": what, "lines": len(lines)})


def _change(
    actor: Actor, row: Checklist, seen: int | None, verb: str, told: dict[str, Any], changes: dict[str, Any]
) -> Checklist:
    _require_own(actor, row)
    with transaction.atomic():
        _swap(row, seen, **told)
        _tell(actor, verb, row, changes)
    return row


def _swap(row: Checklist, seen: int | None, **told: Any) -> None:
    """Change a draft if it still is as it was seen."""
    step = row.step if seen is None else seen
    same = Checklist.objects.filter(id=row.id, state=State.DRAFT, step=step)
    if not same.update(step=step + 1, **told):
        row.refresh_from_db()
        raise Stale(STALE if row.is_draft else "已发布的版本不能改。请先做一个新版本。")
    row.refresh_from_db()


def _require_own(actor: Actor, row: Checklist) -> None:
    if not row.is_draft and actor.unit_path.startswith(row.unit_path) and actor.scope != row.unit_path:
        raise NotAllowed("清单由编制它的单位自己修改。")  # below it: they read what is published
    require(actor, "checks.write", row.unit_path)
    if actor.scope != row.unit_path and not actor.is_system:
        raise NotAllowed("清单由编制它的单位自己修改。")


def _tell(actor: Actor, verb: str, row: Checklist, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="checklist", subject_id=row.id, subject_name=str(row),
        unit_path=row.unit_path, changes=changes,
    )  # fmt: skip
