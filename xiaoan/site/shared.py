"""What all machines share, tried for `xiaoan doctor`: files, cache, replica."""

from collections.abc import Iterator

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from redis.exceptions import RedisError

from xiaoan.kernel.ids import new_id
from xiaoan.kernel.replica import stands_ready

CACHE_FAULTS = (OSError, RedisError, DatabaseError)
Tried = tuple[bool, str]


def try_shared() -> Iterator[Tried]:
    """(whether it is well, a sentence) for each."""
    yield try_files()
    yield try_cache()
    if settings.XIAOAN_REPLICA:
        ready = stands_ready()
        yield ready, "只读副本跟得上" if ready else "只读副本连不上或落后 30 秒以上，看板暂时从主库读"


def try_files() -> Tried:
    """Keep a small file, read it, take it away."""
    name, content = f"doctor/{new_id().hex}", b"xiaoan"
    try:
        default_storage.save(name, ContentFile(content))
        with default_storage.open(name) as kept:
            same = kept.read() == content
        default_storage.delete(name)
    except OSError as why:
        return False, f"上传的文件存不进去，请检查 XIAOAN_FILES:{why}"
    return same, "上传的文件存得进、取得出" if same else "上传的文件取出来不一样，请检查 XIAOAN_FILES"


def try_cache() -> Tried:
    try:
        cache.set("doctor", "xiaoan", 10)
        same = cache.get("doctor") == "xiaoan"
    except CACHE_FAULTS as why:
        return False, f"共用的缓存用不了，请检查 XIAOAN_CACHE:{why}"
    return same, "共用的缓存可用" if same else "共用的缓存存不住，请检查 XIAOAN_CACHE"
