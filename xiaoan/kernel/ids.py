"""Identifiers: UUIDv7, so that rows sort by when they were made and phones may mint their own."""

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A new UUIDv7 as the standard library's type (Django's UUIDField takes no other)."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def new_hex() -> str:
    """The same as 32 hexadecimal digits, at half the cost: for plain SQL."""
    return str(uuid_utils.uuid7().hex)


def read_id(value: object) -> uuid.UUID | None:
    """An id that came from outside, or None when it is none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
