"""What is done with an uploaded document in a process of its own (kernel/apart.py)."""

from xiaoan.kernel.apart import Said
from xiaoan.kernel.packed import check_package
from xiaoan.policies.draft.text import ZIP, UnreadableDocument, read_bytes


def read(content: bytes) -> str:
    """The text of a .docx, .pdf or .txt file."""
    if content.startswith(ZIP):
        check_package(content)
    try:
        return read_bytes(content)
    except UnreadableDocument as why:
        raise Said(str(why)) from why
