"""Taking files in, and saying what they belong to."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from xiaoan.engines.files.kinds import IMAGE, Kind, extension, kind_of
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.pictures import redraw
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.ids import new_id

LONGEST_NAME = 100


@dataclass(frozen=True)
class Body:
    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def store_file(
    *,
    actor: Actor,
    unit: Unit,
    upload: "UploadedFile[Any]",
    keep_position: bool = False,
    file_id: uuid.UUID | None = None,
) -> StoredFile:
    """Check an upload by its content and keep it. Pictures are redrawn; with `keep_position` their place stays.

    A client that mints `file_id` may send the same file again with no second effect. Raises Invalid with a
    sentence for the person; nothing is stored then.
    """
    require(actor, "files.write", unit.path)
    sent = StoredFile.objects.filter(id=file_id).first() if file_id else None
    if sent:
        return _same(sent, unit)
    name = clean_name(upload.name or "")
    _check_size(upload, name, unit)
    kind = kind_of(upload, name)
    body = _body(upload, name, kind, unit, keep_position)
    sha256 = hashlib.sha256(body.content).hexdigest()
    _keep(sha256, body.content)
    file = StoredFile(
        id=file_id or new_id(), sha256=sha256, name=_named(name, kind), media_type=body.media_type,
        size=len(body.content), width=body.width, height=body.height, made_at=clock.now(), made_by=actor.person_id,
        **scope_of(unit),
    )  # fmt: skip
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:  # the same file was sent twice at once
        return _same(StoredFile.objects.get(id=file.id), unit)
    return file


def claim_files(*, ids: Collection[str], unit: Unit, subject_type: str, subject_id: uuid.UUID) -> set[str]:
    """Say what the unit's files belong to. Returns the ids that are not there, or belong to something else."""
    if not ids:
        return set()
    files = StoredFile.objects.filter(id__in=list(ids), unit_path=unit.path)
    free = [f for f in files if f.subject_id in (None, subject_id)]
    StoredFile.objects.filter(id__in=[f.id for f in free]).update(subject_type=subject_type, subject_id=subject_id)
    return {str(i) for i in ids} - {str(f.id) for f in free}


def path_of(sha256: str) -> str:
    """Where the bytes lie in the default storage."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def clean_name(name: str) -> str:
    """A name without folders, control characters and signs that turn the reading direction."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME]
    return f"{stem[:LONGEST_NAME]}.{ending[:12]}"


def _named(name: str, kind: Kind) -> str:
    """The name to keep: pictures are JPEG now, and a blob from a camera gets an ending."""
    if kind is IMAGE:
        stem = name.rpartition(".")[0] if extension(name) else name
        return f"{stem or '照片'}.jpg"
    return name if extension(name) else f"{name or kind.name}.{kind.extensions[0]}"


def _check_size(upload: "UploadedFile[Any]", name: str, unit: Unit) -> None:
    most = norm("files.most_megabytes", unit.path)
    if (upload.size or 0) > most * 1024 * 1024:
        sentence = f"“{name}”超过 {most} 兆，没有收下。请压缩后再传。"
        raise Invalid(sentence, {"file": sentence})


def _body(upload: "UploadedFile[Any]", name: str, kind: Kind, unit: Unit, keep_position: bool) -> Body:
    if kind is not IMAGE:
        return Body(upload.read(), kind.media_type)
    picture = redraw(upload, name, norm("files.image_pixels", unit.path), keep_position)
    return Body(picture.body, kind.media_type, picture.width, picture.height)


def _keep(sha256: str, content: bytes) -> None:
    """Written once: the name is the hash, so a file that is there is this file."""
    if not default_storage.exists(path_of(sha256)):
        default_storage.save(path_of(sha256), ContentFile(content))


def _same(sent: StoredFile, unit: Unit) -> StoredFile:
    if sent.unit_path != unit.path:
        raise Stale("这个文件编号已被使用，请重新选择文件。")
    return sent


def hand_files_to(
    *, actor: Actor, ids: Collection[str], unit: Unit, subject_type: str = "", subject_id: uuid.UUID | None = None,
    of_anyone: bool = False,
) -> set[str]:  # fmt: skip
    """Give files that the actor uploaded to another unit, and to what they belong there: an inspector's pictures become
    the inspected school's. With `of_anyone` also those that others uploaded, when the caller vouches for their ids.
    Returns the ids that could not be given: not there, somebody else's, or belonging to something else."""
    if not ids:
        return set()
    with wall.opened():
        rows = StoredFile.objects.filter(id__in=list(ids))
        rows = rows if of_anyone or actor.is_system else rows.filter(made_by=actor.person_id)
        free = [f for f in rows if f.subject_id in (None, subject_id)]
        StoredFile.objects.filter(id__in=[f.id for f in free]).update(
            subject_type=subject_type, subject_id=subject_id, **scope_of(unit)
        )
    return {str(i) for i in ids} - {str(f.id) for f in free}


def uploaded_by(actor: Actor, ids: Collection[str]) -> set[str]:
    """Those of the files that the actor handed in, at whichever unit they lie now."""
    with wall.opened():
        rows = StoredFile.objects.filter(id__in=list(ids), made_by=actor.person_id)
        return {str(i) for i in rows.values_list("id", flat=True)} if ids else set()
