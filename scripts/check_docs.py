"""Checks of what is written: the reference is up to date, every term is in the language page, links lead somewhere,
files are short, and nothing names a machine or a registry."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
# Spelled in pieces, so that this file does not find itself.
FORBIDDEN = [
    "/wo" + "rk/",
    "/ro" + "ot/",
    "registry." + "npmjs",
    "pypi" + ".org",
    "files.python" + "hosted",
    "deb.deb" + "ian.org",
]


def tracked(*endings: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / n for n in names.stdout.splitlines() if n.endswith(endings) and (ROOT / n).is_file()]


def faults() -> Iterator[str]:
    yield from reference_faults()
    yield from term_faults()
    yield from link_faults()
    yield from length_faults()
    yield from word_faults()


def reference_faults() -> Iterator[str]:
    from xiaoan.site.reference import reference

    page = ROOT / "docs" / "reference.md"
    if not page.exists() or page.read_text(encoding="utf-8") != reference():
        yield "docs/reference.md 不是最新的,请运行 xiaoan reference --write"


def term_faults() -> Iterator[str]:
    from xiaoan.ground.calendar.periods import EVERY
    from xiaoan.ground.people.roles import ROLES
    from xiaoan.ground.units.kinds import PartnerKind, Rank, SchoolKind
    from xiaoan.obligations.states import NAMES
    from xiaoan.policies.models import ClauseIs, DocumentState, Kind, PublicationState

    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    terms = {r.key: r.name for r in ROLES.values()} | EVERY | NAMES
    for choices in (Rank, SchoolKind, PartnerKind, Kind, ClauseIs, DocumentState, PublicationState):
        terms |= {str(k): str(v) for k, v in choices.choices}
    for key, name in terms.items():
        if not re.search(rf"\|\s*{re.escape(name)}\s*\|\s*`{re.escape(key)}`", page):
            yield f"docs/language.md 没有这一行:| {name} | `{key}` |"


def link_faults() -> Iterator[str]:
    for page in tracked(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)} 的链接 {target} 没有目标"


def length_faults() -> Iterator[str]:
    for path in tracked(".py", ".html", ".js", ".mjs", ".css"):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST and "/migrations/" not in str(path):
            yield f"{path.relative_to(ROOT)} 有 {lines} 行,最多 {LONGEST} 行"


def word_faults() -> Iterator[str]:
    for path in tracked(
        ".py", ".md", ".html", ".js", ".mjs", ".css", ".yaml", ".yml", ".toml", ".txt", ".json", ".sh", "Makefile"
    ):
        text = path.read_text(encoding="utf-8", errors="replace")
        for word in FORBIDDEN:
            if word in text:
                yield f"{path.relative_to(ROOT)} 写了 {word}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoan.site.settings")
    import django

    django.setup()
    found = list(faults())
    print("\n".join(found) if found else "文档无误")
    sys.exit(bool(found))
