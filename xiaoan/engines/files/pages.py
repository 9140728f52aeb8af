"""Two addresses: hand a file in, take a file out."""

import uuid

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.files.kinds import IMAGE, PDF
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import path_of, store_file
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Refusal

NO_FILE = "没有这个文件，或者它不在您的管理范围内。"
INLINE = {IMAGE.media_type, PDF.media_type}


@require_POST
@needs("files.write")
def take(request: HttpRequest) -> HttpResponse:
    """POST one `file` (and an `id` that the client made, if it did): its id and name as JSON, or why not."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"sentence": "没有收到文件，请重新选择。", "fields": {}}, status=422)
    try:
        file = store_file(
            actor=actor,
            unit=own_unit(actor),
            upload=upload,
            file_id=_read_id(request.POST.get("id", "")),
        )
    except Refusal as why:
        return JsonResponse({"sentence": why.sentence, "fields": getattr(why, "fields", {})}, status=why.status)
    return JsonResponse({"id": str(file.id), "name": file.name, "picture": file.media_type == IMAGE.media_type})


@require_GET
@needs("")
def give(request: HttpRequest, file: uuid.UUID) -> HttpResponseBase:
    """The file, to those who may see its unit's files and to who handed it in; 404 to all others."""
    return hand_out(request.actor, file, is_download="download" in request.GET)  # type: ignore[attr-defined]


def hand_out(actor: Actor, file: uuid.UUID, *, is_download: bool) -> HttpResponseBase:
    """The file, to those who may see its unit's files and to who handed it in. Raises Http404 to all others."""
    own = Q(made_by=actor.person_id, unit_path=actor.scope)
    seen = StoredFile.objects.visible_to(actor, "files.read").filter(id=file).first()
    found = seen or StoredFile.objects.filter(own, id=file).first()
    if found is None:
        raise Http404(NO_FILE)
    return given(found, is_download=is_download)


def given(found: StoredFile, *, is_download: bool = False) -> HttpResponseBase:
    """The file's bytes with the headers that keep them harmless, for whoever has been found to see it."""
    inline = found.media_type in INLINE and not is_download
    response = FileResponse(
        _opened(found), as_attachment=not inline, filename=found.name, content_type=found.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    if found.media_type != PDF.media_type:  # the browser's PDF viewer does not start under it
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _opened(found: StoredFile) -> "File[bytes]":
    """Its bytes, wherever they lie; never an address of the storage, which would pass by our rights."""
    try:
        return default_storage.open(path_of(found.sha256))
    except FileNotFoundError:
        raise Http404(NO_FILE) from None


def _read_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
