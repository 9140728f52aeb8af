"""What a machine must not know from its own disk or memory alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connection
from django.test import Client

from conftest import Cast
from xiaoan.engines.jobs.services import enqueue_due
from xiaoan.ground.people.models import Person
from xiaoan.site import health as health_page
from xiaoan.site import shared
from xiaoan.site.conf import CACHE_TABLE, WrongSetting, django_cache, django_files, django_replica, read_conf
from xiaoan.site.demo import known
from xiaoan.site.management.commands.serve import bring_static

SECRET = {"XIAOAN_SECRET": "synthetic-secret-of-all-machines-0"}
POSTGRESQL = {"XIAOAN_DATABASE": "postgresql://u@db/xiaoan"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"XIAOAN_REPLICA": "postgresql://u@db2/xiaoan"}, "要同时设置 XIAOAN_DATABASE"),
        ({**POSTGRESQL, "XIAOAN_REPLICA": "mysql://db2/xiaoan"}, "XIAOAN_REPLICA 应像"),
        ({"XIAOAN_FILES": "relative/folder"}, "XIAOAN_FILES 应是文件夹的完整路径"),
        ({"XIAOAN_FILES": "ftp://host/folder"}, "XIAOAN_FILES 应是"),
        ({"XIAOAN_FILES": "s3://"}, "XIAOAN_FILES 应像"),
        ({"XIAOAN_FILES": "s3://bucket?secret=1"}, "XIAOAN_FILES 应像"),
        ({"XIAOAN_FILES": "s3://bucket", "XIAOAN_FILES_KEY": "k"}, "要一起设置"),
        ({"XIAOAN_CACHE": "memcached://host"}, "XIAOAN_CACHE 应像"),
    ],
)
def test_a_wrong_setting_of_many_machines_stops_the_start(tmp_path: Path, given: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        read_conf({"XIAOAN_DATA": str(tmp_path), **SECRET, **given}, tmp_path)


@pytest.mark.parametrize(
    "given", [{**POSTGRESQL, "XIAOAN_REPLICA": "postgresql://u@db2/x"}, {"XIAOAN_CACHE": "redis://h"}, {"XIAOAN_FILES": "s3://b"}]
)  # fmt: skip
def test_machines_that_share_something_must_share_the_secret_too(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match="就要同时设置 XIAOAN_SECRET"):
        read_conf({"XIAOAN_DATA": str(tmp_path), **given}, tmp_path)
    assert not (tmp_path / "secret").exists()


def test_settings_become_djangos(tmp_path: Path) -> None:
    base = {"XIAOAN_DATA": str(tmp_path), **SECRET}
    plain = read_conf(base, tmp_path)
    assert django_files(plain)["OPTIONS"] == {"location": str(tmp_path / "files")}
    assert "locmem" in str(django_cache(plain)["BACKEND"])
    assert django_cache(read_conf(base | POSTGRESQL, tmp_path))["LOCATION"] == CACHE_TABLE
    many = read_conf(
        base | POSTGRESQL | {
            "XIAOAN_REPLICA": "postgresql://u:p%40ss@db2:5433/xiaoan", "XIAOAN_CACHE": "redis://h:6379/0",
            "XIAOAN_FILES": "s3://campus?endpoint=https://s3.example&region=cn",
            "XIAOAN_FILES_KEY": "k", "XIAOAN_FILES_SECRET": "s",
        },
        tmp_path,
    )  # fmt: skip
    replica, files = django_replica(many), django_files(many)["OPTIONS"]
    assert (replica["HOST"], replica["PORT"], replica["PASSWORD"]) == ("db2", "5433", "p@ss")
    assert django_cache(many)["LOCATION"] == "redis://h:6379/0"
    assert isinstance(files, dict)
    assert (files["bucket_name"], files["endpoint_url"], files["region_name"]) == ("campus", "https://s3.example", "cn")
    assert files["default_acl"] is None


@pytest.mark.django_db
def test_migrate_has_made_the_table_of_the_shared_cache() -> None:
    assert CACHE_TABLE in connection.introspection.table_names()
    one, other = (DatabaseCache(CACHE_TABLE, {}) for _ in range(2))
    assert one.add("attempts", 1) and not other.add("attempts", 1)
    assert other.incr("attempts") == 2 and one.get("attempts") == 2


@pytest.mark.django_db
def test_whether_it_is_the_demo_is_asked_of_the_database_and_seldom(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(known, "_known", False)
    monkeypatch.setattr(known, "_asked_at", float("-inf"))
    with django_assert_num_queries(1):
        assert not known.is_demo() and not known.is_demo()
    Person.objects.create(username="demo-county-officer", name="合成", is_synthetic=True)
    monkeypatch.setattr(known, "_asked_at", float("-inf"))
    with django_assert_num_queries(1):
        assert known.is_demo() and known.is_demo()


@pytest.mark.django_db
def test_health_is_open_to_all_cheap_and_tells_no_secret(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        silent = Client().get("/health/")
    assert (silent.status_code, silent.json()) == (200, {"database": True, "worker": False})
    assert "Set-Cookie" not in silent.headers
    enqueue_due()
    with django_assert_num_queries(1):
        assert Client().get("/health/").json() == {"database": True, "worker": True}
    assert Client().post("/health/").status_code == 405


@pytest.mark.django_db
def test_health_without_the_database_takes_the_process_out_of_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(now: Any) -> bool:
        raise DatabaseError("password authentication failed for user xiaoan at 10.0.0.20")

    monkeypatch.setattr(health_page, "is_worker_alive", gone)
    answer = Client().get("/health/")
    assert (answer.status_code, json.loads(answer.content)) == (503, {"database": False})


def test_static_files_are_collected_once_and_again_when_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    from xiaoan.site.management.commands import serve

    monkeypatch.setattr(serve, "call_command", lambda name, **told: calls.append(name))
    monkeypatch.setattr(settings, "STATIC_ROOT", tmp_path / "static")
    bring_static()
    bring_static()
    assert calls == ["collectstatic"]
    monkeypatch.setattr(serve, "_fingerprint", lambda: "another")
    bring_static()
    bring_static()
    assert calls == ["collectstatic", "collectstatic"]


@pytest.mark.django_db
def test_the_county_board_says_that_it_is_the_demo(cast: Cast, settings: Any) -> None:
    settings.XIAOAN_DEMO = "xiaoan.site.demo.known.is_demo"
    client = cast.client("county_officer", cast.county)
    known._known = True
    try:
        assert "演示数据" in client.get("/jobs/").content.decode()
    finally:
        known._known = False


def test_the_doctor_tries_what_the_machines_share(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = {"BACKEND": "xiaoan.engines.files.folder.FolderStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": folder}
    assert list(shared.try_shared()) == [(True, "上传的文件存得进、取得出"), (True, "共用的缓存可用")]
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    (tmp_path / "blocked").write_text("a file where the folder should be")
    folder["OPTIONS"] = {"location": str(tmp_path / "blocked")}
    settings.STORAGES = {**settings.STORAGES, "default": folder}
    settings.XIAOAN_REPLICA = True
    monkeypatch.setattr(shared, "stands_ready", lambda: False)
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    told = list(shared.try_shared())
    assert [is_well for is_well, _ in told] == [False, False, False]
    assert all(name in words for (_, words), name in zip(told, ("XIAOAN_FILES", "XIAOAN_CACHE", "主库"), strict=True))
