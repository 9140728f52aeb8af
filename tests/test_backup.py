"""`xiaoan backup` and `xiaoan restore`: from one machine to another that is empty."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.running import new_site

pytestmark = pytest.mark.long


def test_a_site_goes_to_an_empty_machine_whole_and_nothing_damaged_cut_or_too_new_is_restored(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with new_site(tmp_path / "first") as first:
        seen = first.script("tests.drive_backup", "first", str(kept))
    assert "还没有数据库" in seen["empty"]
    assert "文件 2/2" in seen["told"]
    assert "XIAOAN_SECRET" in seen["told"]
    assert sorted(seen["files_then"]) == seen["had"]["files"]
    assert seen["files_then"].items() < seen["files_now"].items()  # what was there is not copied again
    assert sorted(seen["files_now"]) == seen["more"]["files"]
    older, newer, _after_cut = sorted(path.parent for path in kept.glob("*/manifest.json"))
    # The journal was cut: it is said, the command fails, and the backup that proves it is kept.
    assert "先前记下的封印第 1 号" in seen["cut"]
    assert "exit: 1" in seen["cut"]
    assert not (kept / "secret").exists()
    assert (told(newer)["rows"]["records"], told(newer)["files"]) == (2, 3)

    with new_site(tmp_path / "second") as second:
        seen_there = second.script("tests.drive_backup", "second", str(older), str(newer), seen["more"]["files"][0])
    assert "全部汇总数与记录一致" in seen_there["restored"]
    assert seen_there["has"] == seen["more"]
    assert {p.name for p in (tmp_path / "second" / "files").rglob("*") if p.is_file()} == set(seen["more"]["files"])
    assert "已有数据" in seen_there["refused"]
    assert "损坏，没有恢复任何内容" in seen_there["damaged"]
    assert seen_there["still_has"] == seen["more"]
    assert "全部汇总数与记录一致" in seen_there["older"]
    assert seen_there["nothing"] == seen["had"]
    assert "更新的版本" in seen_there["newer"]


def told(backup: Path) -> Any:
    return json.loads((backup / "manifest.json").read_text())
