"""What must hold across files: icons exist, pages hold no English words, files stay short."""

import json
import re
from pathlib import Path

import pytest

from xiaoan.engines.ui.icons import LIST
from xiaoan.engines.ui.templatetags import xa

APP = Path(__file__).resolve().parents[1]
XIAOAN = APP.parents[1]
TEMPLATES = sorted(XIAOAN.rglob("templates/**/*.html"))
OURS = sorted((APP / "templates").rglob("*.html"))


def test_icons_used_in_templates_exist() -> None:
    listed = set(json.loads(LIST.read_text("utf-8")))
    used = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"\{%\s*icon\s+[\"']([\w-]+)[\"']", path.read_text("utf-8"))
    }
    assert {(path, name) for path, name in used if name not in listed} == set()


def test_the_icon_list_is_sorted_and_without_doubles() -> None:
    names = json.loads(LIST.read_text("utf-8"))
    assert names == sorted(set(names))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_english_words_stand_on_pages(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|\{#.*?#\}|&\w+;", " ", path.read_text("utf-8"), flags=re.S)
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_every_component_stands_in_the_readme() -> None:
    readme = (APP / "README.md").read_text("utf-8")
    tags = {*xa.PLAIN, *xa.FILLED, *xa.IN_CONTEXT, "repeat"}
    assert {name for name in tags if f"| `{name}` |" not in readme} == set()
    assert {name for name in xa.FILTERS if f"`{name}" not in readme and f"|{name}" not in readme} == set()


def test_every_part_is_the_part_of_a_component() -> None:
    parts = {path.stem for path in (APP / "templates/ui/parts").glob("*.html")}
    assert parts == {*xa.FILLED, *xa.IN_CONTEXT}
