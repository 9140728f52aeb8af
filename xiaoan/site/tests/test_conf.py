"""Settings of a person: a wrong one stops the start with a sentence that names it."""

from pathlib import Path

import pytest

from xiaoan.site.conf import WrongSetting, django_database, read_conf


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("XIAOAN_PORT", "eighty", "XIAOAN_PORT"),
        ("XIAOAN_PORT", "70000", "65535"),
        ("XIAOAN_DEBUG", "yes", "0 或 1"),
        ("XIAOAN_SECRET", "short", "至少 32 个字符"),
        ("XIAOAN_DATABASE", "mysql://a/b", "postgresql://"),
        ("XIAOAN_DATABASE", "postgresql://host", "没有写数据库名"),
        ("XIAOAN_PROT", "8000", "XIAOAN_PROT 不认识"),
        ("XIAOAN_CONFIG", "/nowhere/xiaoan.toml", "读不出来"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_says_why(tmp_path: Path, key: str, value: str, words: str) -> None:
    with pytest.raises(WrongSetting) as stopped:
        read_conf({"XIAOAN_DATA": str(tmp_path), key: value}, tmp_path)
    assert words in str(stopped.value)


def test_a_file_gives_settings_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "xiaoan.toml"
    file.write_text('XIAOAN_PORT = 8100\nXIAOAN_HOSTS = "a.example, b.example"\n', encoding="utf-8")
    environ = {"XIAOAN_DATA": str(tmp_path), "XIAOAN_CONFIG": str(file)}
    assert (read_conf(environ, tmp_path).port, read_conf(environ, tmp_path).hosts) == (8100, ["a.example", "b.example"])
    assert read_conf({**environ, "XIAOAN_PORT": "8200"}, tmp_path).port == 8200


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "xiaoan.toml"
    file.write_text("XIAOAN_PORT = = 1", encoding="utf-8")
    with pytest.raises(WrongSetting, match="不是正确的 TOML"):
        read_conf({"XIAOAN_DATA": str(tmp_path), "XIAOAN_CONFIG": str(file)}, tmp_path)


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = read_conf({"XIAOAN_DATA": str(tmp_path)}, tmp_path).secret
    assert len(first) >= 32
    assert read_conf({"XIAOAN_DATA": str(tmp_path)}, tmp_path).secret == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_database_address_is_taken_apart(tmp_path: Path) -> None:
    environ = {"XIAOAN_DATA": str(tmp_path), "XIAOAN_DATABASE": "postgresql://u:p%40ss@db:5433/xiaoan"}
    told = django_database(read_conf(environ, tmp_path))
    assert (told["USER"], told["PASSWORD"], told["HOST"], told["PORT"], told["NAME"]) == (
        "u",
        "p@ss",
        "db",
        "5433",
        "xiaoan",
    )
