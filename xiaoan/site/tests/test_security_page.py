"""docs/security.md names code and tests for every control: all of them are there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = ROOT / "docs" / "security.md"
CONTROLS = 32


def test_the_security_page_has_a_row_for_every_control() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Controls")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) == CONTROLS
    for row in rows:
        _, control, asked, who, code, _tested, _ = (part.strip() for part in row.split("|"))
        assert control and asked and re.match(r"(ours|site|both|partly)\b", who), row
        assert who.startswith(("site", "both", "partly")) or code, row


def test_what_the_security_page_names_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`([^`\s]+)`", text)
    paths = {name for name in named if "/" in name and not name.startswith("/")}
    missing = sorted(path for path in paths if not (ROOT / path).exists())
    assert paths and not missing
    written = {
        name
        for folder in ("xiaoan", "tests")
        for file in (ROOT / folder).rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    }
    assert not sorted({name for name in named if name.startswith("test_")} - written)


def test_nothing_deletes_the_journal() -> None:
    """Kept for at least the 180 days that the law asks, for no code takes an entry away."""
    found = [
        file.relative_to(ROOT)
        for file in (ROOT / "xiaoan").rglob("*.py")
        if re.search(r"\b(Entry|Seal)\.objects[^\n]*\.delete\(|DELETE FROM journal_", file.read_text(encoding="utf-8"))
        and "tests" not in file.parts
    ]
    assert not found
