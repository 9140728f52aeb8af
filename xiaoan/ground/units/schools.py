"""Importing schools from a workbook: check every row, then write all good ones in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import make_entry
from xiaoan.ground.units.divisions import wrong_division
from xiaoan.ground.units.intake import Beat, Checked, Fault, Intake, ignore_beat
from xiaoan.ground.units.kinds import FACILITIES, PARENTS, Rank, SchoolKind
from xiaoan.ground.units.models import Former, Unit
from xiaoan.ground.units.paths import STEP, number, step
from xiaoan.ground.units.places import Places
from xiaoan.ground.units.services import wrong_credit_code, wrong_identifier
from xiaoan.ground.units.workbook import Column, Row
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed

NAME, SHORT, KIND, PARENT = "学校名称", "简称", "类别", "上级单位"
TEXTS = {NAME: ("name", 80), SHORT: ("short", 24), "学校标识码": ("identifier", 10),
         "统一社会信用代码": ("credit_code", 18), "行政区划代码": ("division", 9)}  # fmt: skip
NUMBERS = {"学生数": "pupils", "寄宿生数": "boarders", "教职工数": "staff", "班级数": "classes"}
HAS = "设施"
KINDS = {label: value for value, label in SchoolKind.choices}
WRITTEN = [
    "name",
    "short",
    "kind",
    "identifier",
    "credit_code",
    "division",
    "pupils",
    "boarders",
    "staff",
    "classes",
    "has",
]
BETWEEN = str.maketrans(dict.fromkeys("\uff0c,\uff1b; ", "、"))
MOST_CHOICES = 2000
BATCH = 1000

Before = dict[str, Any] | None


@dataclass
class Plan:
    """What an import will do: units to make, units to change with their facts and columns before, faults."""

    new: list[Unit] = field(default_factory=list)
    changed: list[tuple[Unit, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


def import_schools(*, actor: Actor, rows: Sequence[Row], beat: Beat = ignore_beat) -> str:
    """Make and change the schools of all good rows in one transaction. Returns what was done, in one sentence."""
    plan = plan_rows(actor, rows, beat)
    try:
        with transaction.atomic():
            _place(plan.new)
            _write(actor, plan)
            changed: list[tuple[Unit, Before]] = [(u, None) for u in plan.new]
            changed += [(u, facts) for u, facts, _ in plan.changed]
            for listener in settings.XIAOAN_BULK_UNIT_LISTENERS:
                import_string(listener)(changed)
    except IntegrityError as why:
        raise Invalid("导入时有学校标识码刚被别人用掉，整个表格都没有写入。请重新上传核对。") from why
    beat(len(rows), len(rows))
    return (
        f"新增 {len(plan.new)} 所，修改 {len(plan.changed)} 所，没有变化 {plan.same} 所，未导入 {len(plan.faults)} 行"
    )


def check_schools(actor: Actor, rows: Sequence[Row]) -> Checked:
    """What the import would do, written nowhere."""
    plan = plan_rows(actor, rows)
    return Checked(len(plan.new), len(plan.changed), plan.same, plan.faults)


def plan_rows(actor: Actor, rows: Sequence[Row], beat: Beat = ignore_beat) -> Plan:
    """Read and judge every row against the tree. Raises NotAllowed without the right."""
    if not actor.holds("units.manage"):
        raise NotAllowed("您现在的岗位不能导入学校。需要时请联系本单位的系统管理员。")
    judge, plan = _Judge(actor, rows), Plan()
    for n, row in enumerate(rows):
        try:
            judge.add(row, plan)
        except Invalid as why:
            plan.faults.append(Fault(row.line, why.sentence, dict(row.values)))
        if n % BATCH == 0:
            beat(n, len(rows))
    return plan


class _Judge:
    """Knows the places and the schools that the rows may mean, read by a few queries."""

    def __init__(self, actor: Actor, rows: Sequence[Row]) -> None:
        self.actor = actor
        self.places = Places(actor, PARENTS[Rank.SCHOOL])
        self.seen: dict[tuple[str, object], int] = {}
        self.by_identifier = {u.identifier: u for u in _with_identifiers(r.get("学校标识码") for r in rows)}
        schools = Unit.objects.under(actor.scope).schools().active().order_by()
        self.by_name = {(u.parent_id, u.name): u for u in schools.iterator(chunk_size=5000)}

    def add(self, row: Row, plan: Plan) -> None:
        facts = read_facts(row)
        parent = self.places.find(row.get(PARENT))
        self._once(row, facts, parent)
        unit = self._known(facts, parent)
        if unit and self.seen.setdefault(("学校", unit.id), row.line) != row.line:
            raise Invalid(f"与第 {self.seen[('学校', unit.id)]} 行是同一所学校。")
        _check(facts, self.places.division_of(parent), unit)
        _settle_facilities(facts, unit)
        if unit is None:
            plan.new.append(Unit(parent=parent, rank=Rank.SCHOOL, **facts))
            return
        before, columns = unit.facts(), {k: getattr(unit, k) for k in facts if getattr(unit, k) != facts[k]}
        if not columns:
            plan.same += 1
            return
        for key in columns:
            setattr(unit, key, facts[key])
        plan.changed.append((unit, before, columns))

    def _once(self, row: Row, facts: dict[str, Any], parent: Unit) -> None:
        keys: list[tuple[str, object]] = [("学校名称", (parent.id, facts["name"]))]
        if facts.get("identifier"):
            keys.append(("学校标识码", facts["identifier"]))
        for word, key in keys:
            if (word, key) in self.seen:
                raise Invalid(f"{word}与第 {self.seen[(word, key)]} 行重复。")
        self.seen |= dict.fromkeys(keys, row.line)

    def _known(self, facts: dict[str, Any], parent: Unit) -> Unit | None:
        """The school that the row means: by identifier, else by name at its place."""
        code = facts.get("identifier", "")
        unit = self.by_identifier.get(code) or self.by_name.get((parent.id, facts["name"]))
        if unit is None:
            return None
        if not self.actor.sees(unit.path):
            raise Invalid(f"学校标识码 {code} 已被别的学校使用。")
        if not unit.is_open:
            raise Invalid(f"{unit.name}已经撤销，不能再导入。标识码撤销后不再使用，请核对。")
        if unit.parent_id != parent.id:
            raise Invalid(f"{unit.name}现在不隶属于{parent.name}。换上级单位请到学校页面办“调整隶属”，不要用导入。")
        if code and unit.identifier and unit.identifier != code:
            raise Invalid(f"{unit.name}已有学校标识码 {unit.identifier}，与表格里的 {code} 不一致，请核对。")
        return unit


def read_facts(row: Row) -> dict[str, Any]:
    """The facts that a row gives; empty cells give none. Raises Invalid naming each wrong cell."""
    wrong: list[str] = []
    facts = _read_texts(row, wrong) | _read_numbers(row, wrong)
    given = row.get(KIND)
    if given in KINDS:
        facts["kind"] = KINDS[given]
    else:
        wrong.append(f"类别“{given}”不认识，应是{'、'.join(KINDS)}之一。" if given else "类别没有填写。")
    words = {label: key for key, label in FACILITIES.items()}
    has = [w for w in row.get(HAS).translate(BETWEEN).split("、") if w]
    if unknown := [w for w in has if w not in words]:
        wrong.append(f"设施“{'、'.join(unknown)}”不认识，可填{'、'.join(words)}。")
    elif has:
        facts["has"] = [words[w] for w in has]
    if wrong:
        raise Invalid("".join(wrong))
    return facts


def _read_texts(row: Row, wrong: list[str]) -> dict[str, Any]:
    facts = {key: value for heading, (key, _) in TEXTS.items() if (value := row.get(heading))}
    if "name" not in facts:
        wrong.append("学校名称没有填写。")
    for heading, (key, most) in TEXTS.items():
        if key in ("name", "short") and len(facts.get(key, "")) > most:
            wrong.append(f"{heading}最多 {most} 个字。")
    if "credit_code" in facts:
        facts["credit_code"] = facts["credit_code"].upper()
    return facts


def _read_numbers(row: Row, wrong: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for heading, key in NUMBERS.items():
        value = row.get(heading).replace(",", "")
        if value.isascii() and value.isdigit() and len(value) < 7:
            facts[key] = int(value)
        elif value:
            wrong.append(f"{heading}应是整数，现在是“{value}”。")
    return facts


def _settle_facilities(facts: dict[str, Any], unit: Unit | None) -> None:
    """Boarders make a boarding school and none unmake it; what the row does not name stays."""
    held = set(facts.get("has", unit.has if unit else []))
    boarders = facts.get("boarders", unit.boarders if unit else 0)
    facts["has"] = sorted(held | {"boarding"} if boarders else held - {"boarding"})


def _check(facts: dict[str, Any], division: str, unit: Unit | None) -> None:
    whole = {"pupils": 0, "boarders": 0, **({k: getattr(unit, k) for k in WRITTEN} if unit else {}), **facts}
    wrong = wrong_identifier(whole) | wrong_credit_code(facts)
    if whole["boarders"] > whole["pupils"]:
        wrong["boarders"] = f"寄宿生 {whole['boarders']} 人多于学生 {whole['pupils']} 人。"
    why = wrong_division(facts.get("division", ""), Rank.SCHOOL, division)
    if why:
        wrong["division"] = why
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _with_identifiers(codes: Iterable[str]) -> Iterator[Unit]:
    wanted = sorted({code for code in codes if code})
    for start in range(0, len(wanted), 500):
        yield from Unit.objects.filter(identifier__in=wanted[start : start + 500])


def _place(units: list[Unit]) -> None:
    """Give each new unit the next path below its parent: parents locked and their last children read together."""
    ids = sorted({u.parent_id for u in units if u.parent_id})
    last: dict[Any, int] = defaultdict(int)
    paths = {u.parent.path: u.parent_id for u in units if u.parent}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        list(Unit.objects.select_for_update().filter(id__in=part).order_by("id").values_list("id"))
        rows = Unit.objects.filter(parent__in=part).order_by().values_list("parent").annotate(last=Max("path"))
        last.update((parent, number(path)) for parent, path in rows)
    for path in Former.objects.exclude(path="").values_list("path", flat=True):
        if parent := paths.get(path[:-STEP]):
            last[parent] = max(last[parent], number(path))
    for unit in units:
        last[unit.parent_id] += 1
        unit.path = (unit.parent.path if unit.parent else "") + step(last[unit.parent_id])


def _write(actor: Actor, plan: Plan) -> None:
    Unit.objects.bulk_create(plan.new, batch_size=BATCH)
    Unit.objects.bulk_create(
        [u for u, _, _ in plan.changed],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=WRITTEN,
    )
    renamed = [(u, c["name"]) for u, _, c in plan.changed if "name" in c]
    Former.objects.bulk_create(Former(unit=u, name=name, until=clock.today()) for u, name in renamed)
    entries = [_entry(actor, "创建单位", u, {"rank": u.rank, "by": "导入"}) for u in plan.new]
    entries += [
        _entry(actor, "修改单位", u, {**{k: [v, getattr(u, k)] for k, v in c.items()}, "by": "导入"})
        for u, _, c in plan.changed
    ]
    Entry.objects.bulk_create(entries, batch_size=BATCH)


def _entry(actor: Actor, verb: str, unit: Unit, changes: dict[str, Any]) -> Entry:
    return make_entry(
        actor=actor, verb=verb, subject_type="unit", subject_id=unit.id, subject_name=unit.name,
        unit_path=unit.path, changes=changes,
    )  # fmt: skip


def _columns(actor: Actor) -> list[Column]:
    names = Places(actor, PARENTS[Rank.SCHOOL]).labels
    return [
        Column(NAME, "写全称，与公章一致", required=True, width=30),
        Column(SHORT, "页面上用的短名称，可不填"),
        Column(KIND, "从列表里选", list(KINDS), required=True),
        Column(PARENT, "学校直接隶属的镇街或教育局，写名称；有同名的写成“某某县/某某镇”。不填就是您所在的单位",
               names if len(names) <= MOST_CHOICES else ()),
        Column("学校标识码", "教育部统一的 10 位数字", width=14),
        Column("统一社会信用代码", "18 位", width=22),
        Column("行政区划代码", "学校所在地，6 位或 9 位", width=14),
        *(Column(word, "人数或个数，填整数", width=10) for word in NUMBERS),
        Column(HAS, f"有的都写上，用顿号隔开：{'、'.join(FACILITIES.values())}", width=24),
    ]  # fmt: skip


INTAKE = Intake(
    name="学校", unit="所", right="units.manage", columns=_columns, check=check_schools,
    take=lambda actor, rows, beat: import_schools(actor=actor, rows=rows, beat=beat), after="units:tree",
    note="标识码相同，或同一上级单位下名称相同的学校会被修改；表格里留空的格子不改动原来的内容。",
)  # fmt: skip
