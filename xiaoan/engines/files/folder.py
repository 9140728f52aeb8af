"""A folder of files, on this machine's disk or shared by several: a name is there only once its content is whole."""

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from xiaoan.kernel.ids import new_id


class FolderStorage(FileSystemStorage):
    """Writes beside and renames: a process killed half-way leaves no half file under the hash of the whole, and two
    that write the same content at once end with the same file."""

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{new_id().hex}")
        try:
            with beside.open("wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            beside.chmod(self.file_permissions_mode or 0o600)
            beside.replace(target)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: what is there under a hash is the same content."""
        return name
