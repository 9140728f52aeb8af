"""Making a PDF from a typst template and plain values."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from xiaoan.engines.typeset import fonts


@cache
def compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(str(template), font_paths=[str(p) for p in fonts.folders()])


def make_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The printed page; the template finds `data` with the fonts as `song` and `hei` in `sys.inputs.data`.

    Raises Refusal when the machine has no Chinese font.
    """
    song, hei = fonts.families()
    told = json.dumps({"song": song, "hei": hei, **data}, ensure_ascii=False)
    made = compiler(template).compile(sys_inputs={"data": told}, format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst made no single file")
    return made
