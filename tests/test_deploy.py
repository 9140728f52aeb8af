"""The files in deploy/ are what the program takes: settings that it knows, commands that it has, units that parse."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from xiaoan.site.conf import KEYS, django_cache, django_files, django_replica, read_conf

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
FILES = [p for p in sorted(DEPLOY.rglob("*")) if p.is_file()]


def test_every_setting_that_is_named_there_exists() -> None:
    named = {(p.name, key) for p in FILES for key in re.findall(r"\bXIAOAN_[A-Z_]+", p.read_text(encoding="utf-8"))}
    assert named and {(file, key) for file, key in named if key not in KEYS} == set()


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("systemd/xiaoan-web.service", "serve"),
        ("systemd/xiaoan-worker@.service", "worker"),
        ("compose.yaml", "migrate"),
        ("compose.yaml", "serve"),
        ("compose.yaml", "worker"),
    ],
)
def test_the_commands_that_are_run_there_exist(file: str, command: str) -> None:
    assert re.search(rf"xiaoan {command}\b", (DEPLOY / file).read_text(encoding="utf-8"))
    assert command in get_commands()


def test_the_example_settings_start_the_program_also_with_all_that_is_only_shown(tmp_path: Path) -> None:
    text = (DEPLOY / "xiaoan.toml").read_text(encoding="utf-8")
    shown = re.sub(r'= ""\s+# ("[^"]+")( or ("[^"]+"))?', r"= \1", text)
    assert shown.count('""') < text.count('""')
    s3 = re.sub(r'= ""\s+# "[^"]+" or ("[^"]+")', r"= \1", text)
    for words in (text, shown, s3):
        given = tomllib.loads(words) | {"XIAOAN_DATA": str(tmp_path)}
        conf = read_conf({k: str(v) for k, v in given.items()}, tmp_path)
        assert conf.https and django_files(conf) and django_cache(conf)
        assert not conf.replica or django_replica(conf)["HOST"] == "10.0.0.21"


def test_the_compose_file_starts_what_stands_on_what() -> None:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = told["services"]
    assert set(services) == {"database", "migrate", "web", "worker"}
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[name]["environment"] == services["migrate"]["environment"]
    volumes = {v.partition(":")[0] for s in services.values() for v in s["volumes"]}
    assert volumes == set(told["volumes"])
    assert (DEPLOY.parent / told["x-program"]["build"]["dockerfile"]).exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text, encoding="utf-8")
    units = [str(p) for p in tmp_path.iterdir()]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed here")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "xiaoan.conf").read_text(encoding="utf-8")
    text = re.sub(r".*(ssl_certificate|listen 443|http2 on).*\n", "", text)
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{\n{text}\n}}\n", encoding="utf-8")
    done = subprocess.run(["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
