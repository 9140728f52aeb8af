"""What a backup says of itself."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from xiaoan.kernel.errors import Invalid

NAME, FILES = "manifest.json", "files.txt"
TABLES = {"units": "units_unit", "people": "people_person", "records": "sheets_record", "journal": "journal_entry"}


@dataclass(frozen=True)
class Manifest:
    """`engine` is sqlite or postgresql; `database` the dump's name; `rows` counts by the names of TABLES; `head` the
    newest seal of the journal; `migrations` all that were applied, as "app.name"."""

    made_at: str
    version: str
    engine: str
    database: str
    database_sha256: str
    files_sha256: str
    files: int
    missing: list[str]
    rows: dict[str, int]
    head: str
    migrations: list[str]

    def write(self, folder: Path) -> None:
        """Last of all, and whole at once."""
        beside = folder / f".{NAME}"
        beside.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(folder / NAME)


def read_manifest(folder: Path) -> Manifest:
    """Raises Invalid with a sentence when the folder is no whole backup of ours."""
    try:
        told: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return Manifest(**told)
    except FileNotFoundError:
        raise Invalid(f"{folder} 里没有 {NAME}：它不是一份完整的备份。请写到带日期的那一层文件夹。") from None
    except (ValueError, TypeError) as why:
        raise Invalid(f"{folder / NAME} 读不懂：{why}。") from why


def backups_in(folder: Path) -> list[Path]:
    """Whole backups, oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{NAME}"))


def counted_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for key, table in TABLES.items():
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            found[key] = int(cursor.fetchone()[0])
    return found


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def sha256_of(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
