"""Files: handing one in, taking one out."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.files.pages import hand_out
from xiaoan.engines.files.services import store_file
from xiaoan.engines.resource.api import held
from xiaoan.kernel.actor import Actor

router = Router(tags=["文件和照片"])


class FileTold(Schema):
    id: uuid.UUID
    name: str
    media_type: str
    size: int


@router.post("/", response={201: FileTold}, summary="上传一个文件", url_name="upload_file")
@writes("files.write")
def upload(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """Its type is found by its content; pictures are drawn anew. Name its id in the answer that it belongs to."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = store_file(actor=actor, unit=unit_below(actor, None), upload=file)
    return {"id": kept.id, "name": kept.name, "media_type": kept.media_type, "size": kept.size}


@router.get(
    "/{uuid:file}/", response={200: None}, summary="取一个文件", url_name="download_file",
    openapi_extra={"responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}},
)  # fmt: skip
@held("files.read")
def download(request: HttpRequest, file: uuid.UUID) -> Any:
    """The file's bytes, in its own media type."""
    return hand_out(request.actor, file, is_download=True)  # type: ignore[attr-defined]
