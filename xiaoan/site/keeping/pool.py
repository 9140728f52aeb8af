"""The files of all backups of a folder, each once under its hash."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from xiaoan.engines.files.services import path_of
from xiaoan.kernel.errors import Invalid
from xiaoan.site.keeping.manifest import FILES, backups_in

Progress = Callable[[int], None]
FOLDER = "files"
PIECE = 2**20


def take(folder: Path, wanted: Iterable[str], progress: Progress) -> list[str]:
    """Copy what the pool does not hold yet. Returns what the storage has lost, or holds with another content."""
    missing = []
    for count, sha256 in enumerate(wanted, 1):
        if not (folder / FOLDER / path_of(sha256)).exists() and not _fetch(folder / FOLDER / path_of(sha256), sha256):
            missing.append(sha256)
        progress(count)
    return missing


def _fetch(target: Path, sha256: str) -> bool:
    beside, digest = target.with_name(f".{sha256}"), hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(path_of(sha256)) as read, beside.open("wb") as out:
            for piece in iter(lambda: read.read(PIECE), b""):
                digest.update(piece)
                out.write(piece)
    except FileNotFoundError:
        return False
    if digest.hexdigest() != sha256:
        beside.unlink()
        return False
    beside.replace(target)
    return True


def listed(backup: Path) -> Iterator[str]:
    with (backup / FILES).open(encoding="ascii") as read:
        for line in read:
            yield line.strip()


def check(folder: Path, wanted: Iterable[str], progress: Progress) -> None:
    """Raises Invalid when a file of the pool is gone or damaged."""
    for count, sha256 in enumerate(wanted, 1):
        path = folder / FOLDER / path_of(sha256)
        if not path.exists():
            raise Invalid(f"备份里缺少文件 {sha256}，没有恢复任何内容。请换一份备份。")
        with path.open("rb") as read:
            if hashlib.file_digest(read, "sha256").hexdigest() != sha256:
                raise Invalid(f"备份里的文件 {sha256} 损坏，没有恢复任何内容。请换一份备份。")
        progress(count)


def give(folder: Path, wanted: Iterable[str], progress: Progress) -> None:
    """Put into the site's storage what is not there, or not whole."""
    for count, sha256 in enumerate(wanted, 1):
        name, path = path_of(sha256), folder / FOLDER / path_of(sha256)
        if not default_storage.exists(name) or default_storage.size(name) != path.stat().st_size:
            default_storage.delete(name)
            with path.open("rb") as read:
                default_storage.save(name, File(read))
        progress(count)


def drop_unlisted(folder: Path) -> int:
    """Forget the files that no backup of the folder lists any more. Returns how many."""
    needed = {sha256 for backup in backups_in(folder) for sha256 in listed(backup)}
    gone = [path for path in (folder / FOLDER).rglob("*") if path.is_file() and path.name not in needed]
    for path in gone:
        path.unlink()
    return len(gone)
