"""Counting receipts again from rows, to prove the tally of who has opened a document."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, plain_id


def recount() -> Iterator[Leaves]:
    """Schools that have opened each publication."""
    yield Leaves(
        "read",
        f"SELECT r.unit_path, {plain_id('r.publication_id')}, '', 1 FROM policies_receipt r "
        "JOIN units_unit u ON u.id = r.unit_id WHERE u.rank = 'school'",
    )
