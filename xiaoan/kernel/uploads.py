"""The size of a whole submission is looked at before a byte of it is read: or its files would fill the disk first."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST = 120 * 1024 * 1024  # nine attachments of ten megabytes, and room


class SizeLimit(FileUploadHandler):
    """Stands first in FILE_UPLOAD_HANDLERS and takes nothing itself."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > MOST:
            raise RequestDataTooBig("the submission is too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
