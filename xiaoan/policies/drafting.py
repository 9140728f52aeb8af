"""From a pasted text to a document: everything read is stored at once, every change is one service."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.apart import Broke, Said, read_apart
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.policies.draft import Draft, draft_text
from xiaoan.policies.draft import Requirement as Read
from xiaoan.policies.models import Clause, ClauseIs, Document, DocumentState, Kind, Practice, Requirement
from xiaoan.policies.suggest import SURE, UNDECIDED, Shelf, suggest
from xiaoan.policies.terms import RHYTHMS, WINDOWS, binds_of, by_of, figure_of, lacks
from xiaoan.policies.wording import Wording, read_wording, squeeze

LONGEST = 100_000
SHORTEST = 20  # a slip of the paste, not a notice
LARGEST = 20 * 1024 * 1024
HIGH = 0.8  # from this confidence on a row needs no second look
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HEAD = ("title", "short", "number", "issuer", "issued_on", "starts", "ends", "note")
CHANGEABLE = (
    "kind", "duty", "every", "times", "window", "deadline", "figure", "measure", "binds", "by", "season", "trigger",
    "within_days", "is_kept",
)  # fmt: skip


def read_upload(content: bytes) -> str:
    """The text of an uploaded file. Raises Invalid with a sentence for what cannot be read."""
    if len(content) > LARGEST:
        raise Invalid("文件超过 20 MB,请只上传正文，或把图片去掉后再试。", {"file": "文件太大。"})
    try:
        return str(read_apart("xiaoan.policies.uploaded:read", content))
    except Said as why:
        raise Invalid(str(why), {"file": str(why)}) from why
    except Broke:
        said = "这个文件读不出来：太大，或者已损坏。请只上传正文，或直接粘贴正文。"
        raise Invalid(said, {"file": said}) from None


def check_text(text: str, field_name: str = "text") -> str:
    """The text when it can be a document. Raises Invalid: empty, no Chinese, too long."""
    letters = squeeze(text.replace("\0", ""))
    if not letters:
        raise Invalid("没有收到正文，请粘贴文件的文字，或上传文件。", {field_name: "正文是空的。"})
    if len(letters) > LONGEST:
        said = f"正文有 {len(letters):,} 个字，超过 10 万字，不像一份文件。请只放这份文件的正文。"
        raise Invalid(said, {field_name: said})
    if len(CHINESE.findall(letters)) * 3 < len(letters):
        said = "里面没有读到中文正文。请确认放的是文件正文，不是图片、表格代码或乱码。"
        raise Invalid(said, {field_name: said})
    return text.replace("\0", "")


def create_draft(*, actor: Actor, unit: Unit, text: str, source_name: str = "") -> Document:
    """Read a text and store all of it as a draft of `unit`: head, sections, sentences, requirements."""
    require(actor, "policies.draft", unit.path)
    text = check_text(text)
    if (letters := len(squeeze(text))) < SHORTEST:
        said = f"只有 {letters} 个字，不像一份文件。请把标题和正文整篇粘贴进来。"
        raise Invalid(said, {"text": said})
    read = draft_text(text)
    wording = read_wording(text, read)
    with transaction.atomic():
        document = _head(unit, text, source_name, read, wording)
        document.save(force_insert=True)
        _Store(document).fill(read, wording)
        _tell(actor, "起草文件", document, {"letters": len(text)})
    return document


def change_head(*, actor: Actor, document: Document, **values: Any) -> Document:
    """Change the head of a draft: title, number, issuer, dates, note."""
    _require_draft(actor, document)
    unknown = set(values) - set(HEAD)
    if unknown:
        raise TypeError(f"not of the head: {unknown}")
    wrong = {k: s for k, s in (("title", "标题没有填写。"), ("issuer", "发文单位没有填写。")) if not values.get(k, "-")}
    starts, ends = values.get("starts", document.starts), values.get("ends", document.ends)
    if starts and ends and ends < starts:
        wrong["ends"] = "结束日期早于开始日期。"
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)
    before = {k: getattr(document, k) for k in values}
    for key, value in values.items():
        setattr(document, key, value)
    document.short = values.get("short") or document.short or short_title(document.title)
    changed = {k: [str(before[k] or ""), str(v or "")] for k, v in values.items() if before[k] != v}
    if changed:
        with transaction.atomic():
            document.save(update_fields=[*values, "short"])
            _tell(actor, "修改文件信息", document, changed)
    return document


def change_requirement(*, actor: Actor, requirement: Requirement, practice: str = "", **values: Any) -> Requirement:
    """Change a row of a draft; `practice` is a key, or "new" for one that nobody has asked for yet."""
    document = requirement.document
    _require_draft(actor, document)
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not of a requirement: {unknown}")
    for key, value in values.items():
        setattr(requirement, key, value)
    requirement.duty = str(requirement.duty).strip()[:80]
    if not requirement.duty:
        raise Invalid("要做的事没有填写。", {"duty": "要做的事没有填写。"})
    with transaction.atomic():
        _choose_practice(requirement, practice)
        if requirement.is_kept and (lack := lacks(requirement)):
            raise Invalid(lack, {_field_of(requirement.kind): lack})
        requirement.assumed = requirement.assumed and "every" not in values
        requirement.drafted = {**requirement.drafted, "checked": True}
        requirement.save()
        _settle(requirement.clause)
        _tell(actor, "修改要求", document, {"requirement": requirement.key, "kept": requirement.is_kept})
    return requirement


def keep_requirement(*, actor: Actor, requirement: Requirement, keep: bool) -> Requirement:
    """Take a row into the document, or leave it out."""
    return change_requirement(actor=actor, requirement=requirement, is_kept=keep)


def accept_confident(*, actor: Actor, document: Document, least: float = HIGH) -> int:
    """Mark every kept row that was read with certainty as checked. Returns how many."""
    _require_draft(actor, document)
    rows = [
        r for r in document.requirements.filter(is_kept=True) if needs_look(r) is False and not r.drafted.get("checked")
    ]
    sure = [r for r in rows if r.drafted.get("confidence", 1) >= least]
    for row in sure:
        row.drafted = {**row.drafted, "checked": True}
    with transaction.atomic():
        Requirement.objects.bulk_update(sure, ["drafted"], batch_size=100)
        _tell(actor, "确认要求", document, {"accepted": len(sure)})
    return len(sure)


def drop_requirement(*, actor: Actor, requirement: Requirement) -> None:
    """Take a row out of the draft for good."""
    _require_draft(actor, requirement.document)
    clause = requirement.clause
    with transaction.atomic():
        if not Requirement.objects.filter(id=requirement.id).delete()[0]:
            raise Stale("这一项已经删掉了。")
        _settle(clause)
        _tell(actor, "删除要求", requirement.document, {"requirement": requirement.key})


def add_requirement(*, actor: Actor, clause: Clause) -> Requirement:
    """Add a row by hand to a sentence in which nothing, or not everything, was read."""
    document = clause.document
    _require_draft(actor, document)
    taken = set(clause.requirements.values_list("key", flat=True))
    number = next(n for n in range(1, 1000) if f"{clause.key}.{n}" not in taken)
    with transaction.atomic():
        row = Requirement.objects.create(
            key=f"{clause.key}.{number}", document=document, clause=clause, kind=Kind.RECURRING, every="monthly",
            assumed=True, practice_id=UNDECIDED, duty=clause.text.strip("。；，")[:30], is_kept=False,
            binds={"ranks": ["school"]}, drafted={"confidence": 0, "because": {}, "by_hand": True},
        )  # fmt: skip
        _tell(actor, "增加要求", document, {"requirement": row.key})
    return row


def discard_draft(*, actor: Actor, document: Document) -> None:
    """Throw a draft away with everything read from it."""
    _require_draft(actor, document)
    with transaction.atomic():
        _tell(actor, "删除草稿", document, {})
        local = list(document.requirements.filter(practice__is_local=True).values_list("practice_id", flat=True))
        document.delete()
        Practice.objects.filter(key__in=local, is_local=True, requirements__isnull=True).delete()


def finish(document: Document) -> None:
    """Make a draft ready to be in force: rows left out go, sentences say what became of them.
    Raises Invalid when nothing is asked or a row is not complete."""
    rows = list(document.requirements.filter(is_kept=True).select_related("practice"))
    if not rows:
        raise Invalid("这份文件里还没有保留任何要求，发布了也没有人要做什么。请先到草稿里勾选。")
    broken = [r for r in rows if lacks(r)]
    if broken:
        raise Invalid(f"“{broken[0].duty}”{lacks(broken[0])}请回到草稿补全，或不保留这一项。")
    document.requirements.filter(is_kept=False).delete()
    live = {r.clause_id for r in rows}
    document.clauses.filter(id__in=live).update(disposition=ClauseIs.LIVE)
    document.clauses.exclude(id__in=live).filter(disposition=ClauseIs.LIVE).update(disposition=ClauseIs.PRINCIPLE)


def needs_look(row: Requirement) -> bool:
    """Whether a person should look at a kept row: read with doubt, a rhythm assumed, or a practice not known."""
    if not row.is_kept or row.drafted.get("checked"):
        return False
    return row.drafted.get("confidence", 1) < HIGH or row.assumed or row.practice.is_local or bool(lacks(row))


def short_title(title: str) -> str:
    """A title short enough for a chip: the year and 关于…的通知 taken off."""
    core = re.sub(r"^关于(印发)?|的?(通知|意见)$|[《》“”\"]|（\d{4}.{0,12}）", "", title)
    return (core or title)[-40:]


@dataclass
class _Store:
    """Writes what was read: one clause a sentence, one row a drafted requirement."""

    document: Document
    clauses: list[Clause] = field(default_factory=list)
    rows: list[Requirement] = field(default_factory=list)
    made: dict[str, Practice] = field(default_factory=dict)
    undecided: Practice = field(default_factory=lambda: Practice.objects.get(key=UNDECIDED))

    def fill(self, read: Draft, wording: Wording) -> None:
        shelf = Shelf.of(Practice.objects.all())
        for n, sentence in enumerate(wording.sentences, 1):
            self.clauses.append(
                Clause(
                    document=self.document,
                    key=f"{_stem(self.document)}-{n:03d}",
                    position=n,
                    section=sentence.section,
                    text=sentence.text,
                    quote=sentence.text[:60],
                    start=sentence.start,
                    end=sentence.end,
                    disposition=ClauseIs.PRINCIPLE,
                )
            )
        for item in (r for part in read.clauses for r in part.requirements):
            self._add(item, shelf)
        Clause.objects.bulk_create(self.clauses, batch_size=200)
        Practice.objects.bulk_create(self.made.values())
        Requirement.objects.bulk_create(self.rows, batch_size=100)

    def _add(self, item: Read, shelf: Shelf) -> None:
        clause = self._clause_of(item)
        if clause is None:
            return
        near = suggest(item.quote, item.practice, shelf)
        sure = near[0][0] if near and near[0][1] >= SURE else None
        number = sum(r.clause is clause for r in self.rows) + 1
        row = _row(item, sure, clause, f"{clause.key}.{number}")
        row.drafted["near"] = [[p.key, score] for p, score in near]
        row.is_kept = item.kind in (Kind.RECURRING, Kind.DELIVERABLE) and not lacks(row)
        row.practice = sure or (self._new(row) if row.is_kept else self.undecided)
        if row.is_kept:
            clause.disposition = ClauseIs.LIVE
        self.rows.append(row)

    def _new(self, row: Requirement) -> Practice:
        """One new practice for all rows of the document that say the same."""
        if row.duty not in self.made:
            self.made[row.duty] = new_practice(row, f"{_stem(self.document)}-{len(self.made) + 1}")
        return self.made[row.duty]

    def _clause_of(self, item: Read) -> Clause | None:
        """The sentence in which the duty begins; the one after a title that dates it."""
        return next((c for c in self.clauses if (c.end or 0) > item.start and (c.start or 0) < item.end), None)


def new_practice(row: Requirement, stem: str) -> Practice:
    """A practice of the bureau's own, proved by a general record that names it, or by handing in a document."""
    sheet = "deliverable" if row.kind == Kind.DELIVERABLE else "general"
    name = row.duty[:40]
    return Practice(
        key=f"local-{stem}", name=name, verb=row.duty[:60], group="总结上报", sheet=sheet, icon=sheets()[sheet].icon,
        minutes=5 if sheet == "deliverable" else 3, with_pupils=False, ranks=row.binds.get("ranks", ["school"]),
        by=[], words=[name], where=[], is_local=True,
    )  # fmt: skip


def _row(item: Read, practice: Practice | None, clause: Clause, key: str) -> Requirement:
    """A drafted requirement in the platform's words."""
    kind = Kind.EVENT if item.every == "per_event" else Kind(item.kind)
    every = item.every if item.every in RHYTHMS else ("monthly" if kind == Kind.RECURRING else "")
    return Requirement(
        key=key, document=clause.document, clause=clause, kind=kind, duty=item.practice[:80], every=every,
        assumed=kind == Kind.RECURRING and item.every is None, times=max(1, min(item.times or 1, 99)),
        window=item.window if item.window in WINDOWS else "", deadline=item.deadline, figure=figure_of(item.figure),
        binds=binds_of(item.actors, practice), by=by_of(item.actors),
        drafted={
            "confidence": item.confidence, "start": item.start, "end": item.end, "because": dict(item.because),
            "figure": item.figure or "", "actors": list(item.actors),
        },
    )  # fmt: skip


def _choose_practice(row: Requirement, key: str) -> None:
    """Set the practice: a known one, or a new one where asked, or where a kept row has none yet."""
    if key and key != "new":
        found = Practice.objects.filter(key=key).first()
        if not found:
            raise Invalid("没有这种事项，请从列表里选。", {"practice": "没有这种事项。"})
        row.practice = found
    if row.is_kept and (key == "new" or row.practice_id == UNDECIDED):
        row.practice = new_practice(row, f"{_stem(row.document)}-{new_id().hex[-6:]}")
        row.practice.save(force_insert=True)
    elif row.practice.is_local and not row.practice.requirements.exclude(id=row.id).exists():
        _rename(row)


def _rename(row: Requirement) -> None:
    """A new practice that only this row asks for goes by what the row now says."""
    made = new_practice(row, "")
    made.key = row.practice.key
    made.save(force_update=True)
    row.practice = made


def _settle(clause: Clause) -> None:
    kept = clause.requirements.filter(is_kept=True).exists()
    Clause.objects.filter(id=clause.id).update(disposition=ClauseIs.LIVE if kept else ClauseIs.PRINCIPLE)


def _field_of(kind: str) -> str:
    return {"recurring": "every", "deliverable": "deadline", "event": "within_days"}.get(kind, "measure")


def _head(unit: Unit, text: str, source_name: str, read: Draft, wording: Wording) -> Document:
    title = (read.title or "未命名文件")[:160]
    return Document(
        key=f"D{new_id().hex[-10:]}", title=title, short=short_title(title), number=(read.number or "")[:60],
        issuer=(read.issuer or unit.name)[:80], tier=tier_of(unit), owner=unit, issued_on=read.issued_on,
        starts=read.starts, ends=read.ends, source_name=source_name[:120], source_text=text,
        sections=wording.sections, made_at=clock.now(),
    )  # fmt: skip


def tier_of(unit: Unit) -> str:
    """The tier of documents that a unit issues; a department's are its bureau's."""
    return unit.parent.rank if unit.rank in ("department", "partner") and unit.parent else unit.rank


def _stem(document: Document) -> str:
    return document.key if document.version == 1 else f"{document.key}v{document.version}"


def _require_draft(actor: Actor, document: Document) -> None:
    if document.owner is None:
        raise NotAllowed("这是随平台提供的文件，不能修改。可以先另存为本单位的新版本。")
    require(actor, "policies.draft", document.owner.path)
    if document.state != DocumentState.DRAFT:
        raise Stale("这份文件已经发布，不能再改。要修改请先建立新版本。")


def _tell(actor: Actor, verb: str, document: Document, changes: Mapping[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="document", subject_id=document.id, subject_name=document.title,
        unit_path=document.owner.path if document.owner else actor.unit_path, changes=dict(changes),
    )  # fmt: skip
