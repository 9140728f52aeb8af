"""Pictures of hazards: whoever took one, it belongs to the unit of the hazard, where all who handle it see it."""

from collections.abc import Sequence

from django.db.models import Q

from xiaoan.engines.files.models import StoredFile
from xiaoan.ground.units.models import scope_of
from xiaoan.hazards.models import Hazard
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.ids import read_id

MOST = 9
SUBJECT = "hazard"


def checked(photos: Sequence[object], field: str = "photos") -> list[str]:
    """The ids as we write them, each once. Raises Invalid where one is none or they are too many."""
    ids = [read_id(p) for p in dict.fromkeys(map(str, photos))]
    if None in ids:
        raise Invalid("有照片没有传好，请重新拍摄或选择。", {field: "有照片没有传好。"})
    if len(ids) > MOST:
        raise Invalid(f"照片最多 {MOST} 张。", {field: f"照片最多 {MOST} 张，现在是 {len(ids)} 张。"})
    return [str(i) for i in ids]


def take(actor: Actor, hazard: Hazard, ids: Sequence[str], field: str = "photos") -> None:
    """Let the pictures belong to the hazard. They must be of its unit or handed in by the same person, and free."""
    if not ids:
        return
    theirs = Q(unit_path=hazard.unit_path) | Q(made_by=actor.person_id, made_by__isnull=False)
    free = Q(subject_id__isnull=True) | Q(subject_type=SUBJECT, subject_id=hazard.id)
    rows = StoredFile.objects.filter(theirs, free, id__in=list(ids))
    if rows.update(subject_type=SUBJECT, subject_id=hazard.id, **scope_of(hazard.unit)) != len(set(ids)):
        raise Invalid("有照片没有传好，请重新拍摄或选择。", {field: "有照片没有传好。"})
