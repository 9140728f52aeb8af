"""Settings a person may set: from the environment or one TOML file; a wrong one stops the start."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class WrongSetting(SystemExit):
    """The start stops with one sentence saying which setting is wrong and why."""


CACHE_TABLE = "xiaoan_cache"
KEYS = {
    "XIAOAN_DATA": "folder of the database and the files",
    "XIAOAN_CONFIG": "path of a TOML file with the same keys (the environment wins)",
    "XIAOAN_DATABASE": "postgresql://user:password@host:port/name; empty means SQLite in XIAOAN_DATA",
    "XIAOAN_REPLICA": "postgresql:// address of a streaming replica for boards, reports and exports; empty means none",
    "XIAOAN_FILES": "folder of uploaded files, or s3://bucket?endpoint=https://host&region=name; empty means XIAOAN_DATA/files",
    "XIAOAN_FILES_KEY": "access key of the S3 storage",
    "XIAOAN_FILES_SECRET": "secret key of the S3 storage",
    "XIAOAN_CACHE": "redis://host:port/0; empty means the database on PostgreSQL and memory on SQLite",
    "XIAOAN_SECRET": "secret of 32 or more characters; made once in XIAOAN_DATA when not given",
    "XIAOAN_HOSTS": "host names the site answers to, comma separated",
    "XIAOAN_HTTPS": "1 when the site is behind HTTPS: cookies are then sent over HTTPS only",
    "XIAOAN_DEBUG": "1 shows tracebacks; never on a real site",
    "XIAOAN_PORT": "port of `xiaoan serve`, 8000 unless given",
    "XIAOAN_WEBHOOK_PRIVATE": "1 lets webhooks go to addresses of the inner network too",
    "XIAOAN_LIMITS": "1 (default) limits requests a minute by person, token and address; 0 only to measure load",
    "XIAOAN_TOTP": "1 (default) makes the second factor compulsory for city and province posts",
    "XIAOAN_OIDC_ISSUER": "address of an OpenID Connect provider that people may sign in by; with _CLIENT, _SECRET, _NAME",
    "XIAOAN_OIDC_CLIENT": "client id that the provider gave this site",
    "XIAOAN_OIDC_SECRET": "client secret that the provider gave this site",
    "XIAOAN_OIDC_NAME": "what the sign-in button calls the provider: 用…登录",
    "XIAOAN_OIDC_CLAIM": "claim that holds the account name here, preferred_username unless given",
}


OIDC = ("ISSUER", "CLIENT", "SECRET", "NAME", "CLAIM")


@dataclass(frozen=True)
class Oidc:
    """The identity provider that a site trusts."""

    issuer: str
    client: str
    secret: str
    name: str
    claim: str = "preferred_username"

    @property
    def scopes(self) -> list[str]:
        """What to ask for, beyond the profile, so that the claim is told."""
        return {"email": ["email"], "phone_number": ["phone"]}.get(self.claim, [])


@dataclass(frozen=True)
class Conf:
    data: Path
    database: str
    replica: str
    files: str
    files_key: str
    files_secret: str
    cache: str
    secret: str
    hosts: list[str]
    https: bool
    debug: bool
    port: int
    totp: bool
    limits: bool
    webhook_private: bool
    oidc: Oidc | None


def read_conf(environ: dict[str, str], base: Path) -> Conf:
    """Check every XIAOAN_ setting. Raises WrongSetting with a sentence naming the key."""
    given = {**_file_values(environ), **{k: v for k, v in environ.items() if k.startswith("XIAOAN_")}}
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise WrongSetting(f"设置 {unknown[0]} 不认识。可用的设置：{'、'.join(sorted(KEYS))}。")
    data = Path(given.get("XIAOAN_DATA") or base / "data").absolute()
    data.mkdir(parents=True, exist_ok=True)
    many = [k for k in ("XIAOAN_REPLICA", "XIAOAN_CACHE") if given.get(k)]
    many += ["XIAOAN_FILES"] if given.get("XIAOAN_FILES", "").startswith("s3://") else []
    if many and not given.get("XIAOAN_SECRET"):
        raise WrongSetting(
            f"设置了 {many[0]}，就要同时设置 XIAOAN_SECRET：多台机器必须用同一个，否则换一台就要重新登录。"
        )
    return Conf(
        data=data,
        database=_database(given.get("XIAOAN_DATABASE", "")),
        replica=_replica(given),
        **_files(given),
        cache=_cache(given.get("XIAOAN_CACHE", "")),
        secret=_secret(given.get("XIAOAN_SECRET", ""), data),
        hosts=[h.strip() for h in given.get("XIAOAN_HOSTS", "127.0.0.1,localhost").split(",") if h.strip()],
        https=_flag(given, "XIAOAN_HTTPS", "0"),
        debug=_flag(given, "XIAOAN_DEBUG", "0"),
        port=_port(given.get("XIAOAN_PORT", "8000")),
        totp=_flag(given, "XIAOAN_TOTP", "1"),
        limits=_flag(given, "XIAOAN_LIMITS", "1"),
        webhook_private=_flag(given, "XIAOAN_WEBHOOK_PRIVATE", "0"),
        oidc=_oidc({key: given.get(f"XIAOAN_OIDC_{key}", "").strip() for key in OIDC}),
    )


def django_database(conf: Conf) -> dict[str, object]:
    """Django's DATABASES entry: PostgreSQL with a pool, or SQLite in WAL with immediate transactions."""
    if not conf.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": conf.data / "xiaoan.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864; "
                "PRAGMA foreign_keys=ON;",
            },
        }
    # Given up soon, the next request tries anew; else the pool waits twice as long after each failure, also when the
    # database is back.
    return _postgresql(conf.database, {"pool": {"min_size": 1, "max_size": 8, "timeout": 10, "reconnect_timeout": 2}})


def django_replica(conf: Conf) -> dict[str, object]:
    """The entry of the streaming replica: given up soon, for the primary stands ready to answer instead."""
    options = {
        "pool": {"min_size": 0, "max_size": 8, "timeout": 2, "reconnect_timeout": 2},
        "connect_timeout": 2,
        "tcp_user_timeout": 5000,
    }
    return {**_postgresql(conf.replica, options), "TEST": {"MIRROR": "default"}}


def django_cache(conf: Conf) -> dict[str, object]:
    """What all processes must see alike: in Redis, else in the database; on SQLite there is one machine."""
    if conf.cache:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": conf.cache}
    if conf.database:
        # Each write counts the table, so it is kept small.
        options = {"MAX_ENTRIES": 20_000}
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": CACHE_TABLE, "OPTIONS": options}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def django_files(conf: Conf) -> dict[str, object]:
    """The storage of uploaded files: a folder, own or shared, or S3. Nothing in S3 is public: pages give files out."""
    url = urlsplit(conf.files)
    if url.scheme != "s3":
        folder = conf.files or str(conf.data / "files")
        return {"BACKEND": "xiaoan.engines.files.folder.FolderStorage", "OPTIONS": {"location": folder}}
    asked = dict(parse_qsl(url.query))
    options = {
        "bucket_name": url.netloc, "endpoint_url": asked.get("endpoint") or None, "region_name": asked.get("region") or None,
        "access_key": conf.files_key or None, "secret_key": conf.files_secret or None, "default_acl": None,
        "file_overwrite": True, "max_memory_size": 2 * 1024 * 1024,
    }  # fmt: skip
    return {"BACKEND": "xiaoan.engines.files.bucket.BucketStorage", "OPTIONS": options}


def _postgresql(address: str, options: dict[str, object]) -> dict[str, object]:
    url = urlsplit(address)
    return {
        "ENGINE": "xiaoan.kernel.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,  # a pooled connection may be from before the database was restarted
        "OPTIONS": options,
    }


def _file_values(environ: dict[str, str]) -> dict[str, str]:
    name = environ.get("XIAOAN_CONFIG")
    if not name:
        return {}
    try:
        values = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as why:
        raise WrongSetting(f"设置 XIAOAN_CONFIG 指向的文件 {name} 读不出来：{why.strerror}。") from why
    except tomllib.TOMLDecodeError as why:
        raise WrongSetting(f"设置文件 {name} 不是正确的 TOML:{why}。") from why
    return {k: str(v) for k, v in values.items()}


def _flag(given: dict[str, str], key: str, default: str) -> bool:
    value = given.get(key) or default
    if value not in ("0", "1"):
        raise WrongSetting(f"设置 {key} 只能是 0 或 1，现在是“{value}”。")
    return value == "1"


def _port(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise WrongSetting(f"设置 XIAOAN_PORT 应是 1 到 65535 的整数，现在是“{value}”。")
    return int(value)


def _database(value: str) -> str:
    if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
        raise WrongSetting("设置 XIAOAN_DATABASE 应以 postgresql:// 开头；留空则用 SQLite。")
    if value and not urlsplit(value).path.lstrip("/"):
        raise WrongSetting("设置 XIAOAN_DATABASE 没有写数据库名，应像 postgresql://用户@主机:5432/库名。")
    return value


def _is_issuer(value: str) -> bool:
    url = urlsplit(value)
    is_near = url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost")
    is_safe = bool(url.hostname) and (url.scheme == "https" or is_near)
    return is_safe and not url.query and not url.fragment and len(value) <= 200


def _oidc(told: dict[str, str]) -> Oidc | None:
    missing = [key for key in OIDC[:4] if not told[key]]
    if len(missing) == 4 and not told["CLAIM"]:
        return None
    if missing:
        raise WrongSetting(
            f"设置 XIAOAN_OIDC_ISSUER、_CLIENT、_SECRET、_NAME 要么都填，要么都不填；缺 XIAOAN_OIDC_{missing[0]}。"
        )
    if not _is_issuer(told["ISSUER"]):
        raise WrongSetting(
            "设置 XIAOAN_OIDC_ISSUER 应是 https:// 开头的地址，不超过 200 个字符，不带问号和井号后面的部分。"
        )
    if len(told["NAME"]) > 20:
        raise WrongSetting(f"设置 XIAOAN_OIDC_NAME 最多 20 个字，现在有 {len(told['NAME'])} 个。")
    if told["CLAIM"] and not told["CLAIM"].replace("_", "").isalnum():
        raise WrongSetting("设置 XIAOAN_OIDC_CLAIM 只能用字母、数字和下划线，像 preferred_username。")
    return Oidc(
        told["ISSUER"].rstrip("/"), told["CLIENT"], told["SECRET"], told["NAME"], claim=told["CLAIM"] or Oidc.claim
    )


def _replica(given: dict[str, str]) -> str:
    value = given.get("XIAOAN_REPLICA", "")
    if not value:
        return ""
    if not given.get("XIAOAN_DATABASE"):
        raise WrongSetting("设置 XIAOAN_REPLICA 是 PostgreSQL 的只读副本，要同时设置 XIAOAN_DATABASE。")
    url = urlsplit(value)
    if url.scheme not in ("postgresql", "postgres") or not url.path.lstrip("/"):
        raise WrongSetting("设置 XIAOAN_REPLICA 应像 postgresql://用户@主机:5432/库名；留空则没有只读副本。")
    return value


def _cache(value: str) -> str:
    if value and (urlsplit(value).scheme not in ("redis", "rediss") or not urlsplit(value).hostname):
        raise WrongSetting("设置 XIAOAN_CACHE 应像 redis://主机:6379/0；留空则用数据库(PostgreSQL)或内存(SQLite)。")
    return value


def _files(given: dict[str, str]) -> dict[str, str]:
    value = given.get("XIAOAN_FILES", "")
    keys = {"files_key": given.get("XIAOAN_FILES_KEY", ""), "files_secret": given.get("XIAOAN_FILES_SECRET", "")}
    url = urlsplit(value)
    if url.scheme == "s3":
        unknown = set(dict(parse_qsl(url.query))) - {"endpoint", "region"}
        if not url.netloc or url.path.strip("/") or unknown:
            raise WrongSetting("设置 XIAOAN_FILES 应像 s3://桶名?endpoint=https://主机&region=地区。")
        if bool(keys["files_key"]) != bool(keys["files_secret"]):
            raise WrongSetting("设置 XIAOAN_FILES_KEY 和 XIAOAN_FILES_SECRET 要一起设置。")
    elif "://" in value or (value and not Path(value).is_absolute()):
        raise WrongSetting("设置 XIAOAN_FILES 应是文件夹的完整路径，或以 s3:// 开头；留空则用 XIAOAN_DATA 下的 files。")
    return {"files": value, **keys}


def _secret(value: str, data: Path) -> str:
    if value:
        if len(value) < 32:
            raise WrongSetting(f"设置 XIAOAN_SECRET 至少 32 个字符，现在只有 {len(value)} 个。")
        return value
    kept = data / "secret"
    if not kept.exists():
        fd = os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(fd, "w") as out:
            out.write(os.urandom(32).hex())
    return kept.read_text().strip()
