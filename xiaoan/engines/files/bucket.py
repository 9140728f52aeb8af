"""A bucket of S3-compatible storage. What hinders it is told as an OSError, as a folder would tell it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

# A person waits for it, and a thread of the web process too: its own default is minutes.
PATIENCE = {"connect_timeout": 3, "read_timeout": 20, "retries": {"total_max_attempts": 2, "mode": "standard"}}


class BucketStorage(S3Storage):  # type: ignore[misc]
    """django-storages with less patience, whose files are here in full before an answer begins."""

    def __init__(self, **settings: Any) -> None:
        config = Config(s3={"addressing_style": "path"}, signature_version="s3v4", **PATIENCE)
        super().__init__(client_config=config, **settings)

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        with _reached():
            found: File[Any] = super()._open(name, mode)
            if "r" in mode:
                found.open()  # fetched now, to memory or a temporary file: a fault in the middle cuts no answer off
            return found

    def _save(self, name: str, content: "File[Any]") -> str:
        with _reached():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _reached():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _reached():
            super().delete(name)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as why:
        raise OSError(errno.EHOSTUNREACH, f"object storage: {why}") from why
