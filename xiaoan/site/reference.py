"""The reference page, made from the declarations themselves, so that it cannot lie."""

from collections.abc import Iterator

from django.conf import settings
from django.core.management import get_commands, load_command_class

from xiaoan.ground.norms.declare import declared
from xiaoan.ground.people.rights import declared_rights
from xiaoan.ground.people.roles import ROLES
from xiaoan.obligations.measures import measures
from xiaoan.site.conf import KEYS


def reference() -> str:
    """Settings, commands, rights, norms, measures and jobs as one Markdown page."""
    parts = ["# Reference", "Made by `xiaoan reference --write`; the checks fail when it is not up to date.", ""]
    parts += _table("Settings", ("setting", "what it is"), ((f"`{k}`", v) for k, v in KEYS.items()))
    parts += _table("Commands", ("command", "what it does"), _commands())
    parts += _table("Rights", ("right", "sentence", "roles"), _rights())
    parts += _table("Norms", ("norm", "sentence", "default", "basis"), _norms())
    parts += _table(
        "Measures",
        ("measure", "name", "definition"),
        ((f"`{m.key}`", m.name, m.definition) for m in measures().values()),
    )
    parts += _table("Jobs", ("job", "name", "every"), _jobs())
    return "\n".join(parts).rstrip() + "\n"


def _table(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"## {title}", "", "| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return [*lines, *("| " + " | ".join(" ".join(c.split()) for c in row) + " |" for row in rows), ""]


def _commands() -> Iterator[tuple[str, ...]]:
    for name, app in sorted(get_commands().items()):
        if str(app).startswith("xiaoan."):
            yield f"`xiaoan {name}`", load_command_class(str(app), name).help


def _rights() -> Iterator[tuple[str, ...]]:
    for right in sorted(declared_rights().values(), key=lambda r: r.key):
        yield f"`{right.key}`", right.sentence, "、".join(ROLES[r].name for r in ROLES if r in right.roles)


def _norms() -> Iterator[tuple[str, ...]]:
    for norm in sorted(declared().values(), key=lambda n: n.key):
        yield f"`{norm.key}`", norm.sentence, f"{norm.default} {norm.unit}", norm.basis


def _jobs() -> Iterator[tuple[str, ...]]:
    for name in sorted(settings.XIAOAN_JOBS):
        seconds = settings.XIAOAN_SCHEDULE.get(name)
        yield f"`{name}`", settings.XIAOAN_JOB_NAMES[name], f"{seconds} s" if seconds else "when asked"
