"""Uploading, confirming, dropping; and what the job does."""

import io
import uuid

from django.db import transaction

from xiaoan.engines.intake.kinds import kind_of
from xiaoan.engines.intake.models import Upload, UploadState
from xiaoan.engines.jobs.services import enqueue
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.intake import Beat
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.ground.units.workbook import read_rows
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Refusal, Stale

KEPT_FAULTS = 20_000


def upload_workbook(*, actor: Actor, kind: str, file_name: str, content: bytes) -> Upload:
    """Read and check a workbook and keep it for the confirmation. Writes nothing of what it holds.

    An earlier upload of the kind that the same person has not confirmed is dropped.
    """
    declared = kind_of(kind)
    require(actor, declared.right, actor.scope)
    if not (actor.person_id and actor.post_id and actor.unit_id):
        raise NotAllowed("导入要由一个岗位上的人来办。")
    most = norm("files.most_megabytes", actor.unit_path)
    if len(content) > most * 1024 * 1024:
        raise Invalid(f"文件超过 {most} 兆。请删掉图片和多余的表，或分成几个文件。", {"file": "文件太大。"})
    rows = read_rows(io.BytesIO(content), declared.required(actor))
    checked = declared.check(actor, rows)
    with transaction.atomic():
        Upload.objects.filter(person_id=actor.person_id, kind=kind, state=UploadState.READY).update(
            state=UploadState.DROPPED, content=b"", faults=[]
        )
        return Upload.objects.create(
            kind=kind, post_id=actor.post_id, person_id=actor.person_id, person_name=actor.name,
            file_name=file_name[-120:], content=content, rows=len(rows), new=checked.new, changed=checked.changed,
            same=checked.same, bad=len(checked.faults), made_at=clock.now(),
            faults=[{"line": f.line, "reason": f.reason, "values": dict(f.values)} for f in checked.faults[:KEPT_FAULTS]],
            **scope_of(Unit.objects.get(pk=actor.unit_id)),
        )  # fmt: skip


def confirm_upload(*, actor: Actor, upload: Upload) -> Upload:
    """Let the worker take the good rows in."""
    _require_own(actor, upload)
    if not upload.good:
        raise Invalid("这个表格里没有可以导入的行，请改好后重新上传。")
    with transaction.atomic():
        job = enqueue("intake.take", {"upload": str(upload.id)}, total=upload.rows, unit_path=upload.unit_path)
        if not Upload.objects.filter(id=upload.id, state=UploadState.READY).update(
            state=UploadState.TAKING, job_id=job.id
        ):
            raise Stale("这个表格已经处理过了，不用再点。")
        write_entry(
            actor=actor, verb=f"导入{upload.declared.name}", subject_type="upload", subject_id=upload.id,
            subject_name=upload.file_name, unit_path=upload.unit_path,
            changes={"new": upload.new, "changed": upload.changed, "bad": upload.bad},
        )  # fmt: skip
    upload.refresh_from_db()
    return upload


def drop_upload(*, actor: Actor, upload: Upload) -> None:
    """Throw an upload away that has not been confirmed."""
    _require_own(actor, upload)
    if not _settle(upload.id, UploadState.READY, UploadState.DROPPED, ""):
        raise Stale("这个表格已经处理过了，不能再放弃。")


def take_upload(upload_id: uuid.UUID, beat: Beat) -> str:
    """What the job does: take the rows in as the person who confirmed, with the rights of today."""
    upload = Upload.objects.get(id=upload_id)
    if upload.state != UploadState.TAKING:
        return upload.outcome
    try:
        actor = _actor_of(upload)
        outcome = upload.declared.take(actor, read_rows(io.BytesIO(bytes(upload.content))), beat)
    except Refusal as why:
        _settle(upload.id, UploadState.TAKING, UploadState.FAILED, why.sentence)
        return why.sentence
    _settle(upload.id, UploadState.TAKING, UploadState.DONE, outcome)
    return outcome


def _actor_of(upload: Upload) -> Actor:
    post = Post.objects.current().select_related("unit", "person").filter(id=upload.post_id).first()
    if post is None:
        raise NotAllowed("上传人的岗位已经结束，没有导入。请由现任人员重新上传。")
    return actor_for(post)


def _require_own(actor: Actor, upload: Upload) -> None:
    if actor.person_id != upload.person_id:
        raise NotAllowed("只有上传的人能确认或放弃这个表格。")
    require(actor, upload.declared.right, upload.unit_path)


def _settle(upload_id: uuid.UUID, before: str, after: str, outcome: str) -> int:
    """Compare-and-swap; the workbook itself is not kept any longer."""
    return Upload.objects.filter(id=upload_id, state=before).update(state=after, outcome=outcome[:300], content=b"")
