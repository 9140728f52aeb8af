"""The parts that a phone keeps to start without a network, and the version that tells it to fetch them anew."""

import hashlib
from functools import cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import get_template
from django.templatetags.static import static

FILES = ["phone.css", "phone.js", "icons.svg", "logo.svg", "logo-192.png"]
TEMPLATES = ["phone/shell.html", "ui/phone.html", "ui/head.html", "ui/tabbar.html"]


def shell_urls() -> list[str]:
    """Addresses of everything the page needs."""
    return [static(name) for name in FILES]


def worker_script() -> bytes:
    """The built service worker."""
    return _file("sw.js")


def version() -> str:
    """Changes whenever any part does: the phone then fetches all of them, never a mixture."""
    digest = hashlib.sha256(worker_script())
    for name in FILES:
        digest.update(static(name).encode() + _file(name))
    for name in TEMPLATES:
        digest.update(_source(name))
    return digest.hexdigest()[:16]


def _file(name: str) -> bytes:
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as found:
            return bytes(found.read())
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"{name} has not been built: run npm run build in frontend")
    with open(path, "rb") as found:  # noqa: PTH123
        return found.read()


@cache
def _source(name: str) -> bytes:
    return str(get_template(name).template.source).encode()  # type: ignore[attr-defined]
