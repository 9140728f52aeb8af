"""What rows are made of: cells of text, as COPY reads them."""

from collections.abc import Sequence

Row = Sequence[str]
NULL = "\\N"
