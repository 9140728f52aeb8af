"""Where webhooks may go: nowhere inside our own network, whatever a name resolves to when we connect.

The name is looked up when the address is given, to say at once what is wrong; what counts is the address that a connection
has in the end, which is looked at before a byte is sent. So a name that changes in between gains nothing.
"""

import ipaddress
import socket
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

CONNECT = READ = 5  # seconds of silence
WHOLE = 10.0  # seconds of all of it: who answers a letter a second is cut off
MOST_TOLD = 200
REFUSED = "这个地址在内部网络里，不能推送。需要推送到内网时，请平台管理员设置 XIAOAN_WEBHOOK_PRIVATE=1。"


class RefusedAddress(Exception):
    """The connection leads to where no webhook may go."""


def check_url(url: str) -> str:
    """A sentence when the address cannot be used, else empty."""
    try:
        told = urlsplit(url)
        port = told.port or (443 if told.scheme == "https" else 80)
    except ValueError:
        return "推送地址写得不对，应像 https://主机名/路径。"
    if told.scheme != "https" and not (told.scheme == "http" and settings.DEBUG):
        return "推送地址必须以 https:// 开头。"
    if not told.hostname or told.username or told.password or len(url) > 300:
        return "推送地址写得不对，应像 https://主机名/路径，不带账号密码。"
    try:
        found = socket.getaddrinfo(told.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return f"找不到主机“{told.hostname[:60]}”，请检查推送地址。"
    return "" if all(is_allowed(str(where[0])) for *_, where in found) else REFUSED


def is_allowed(address: str) -> bool:
    """Whether a webhook may go to this address: a public one, unless the site allows its inner network."""
    if settings.XIAOAN_WEBHOOK_PRIVATE:
        return True
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    teredo = getattr(found, "teredo", None)
    seen = [found, *([inner] if inner else []), *(teredo or ())]
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in seen)


def send(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """POST it once, following nothing. Returns the status and the beginning of the answer. Raises RefusedAddress, or
    requests' exceptions."""
    if why := check_url(url):
        raise RefusedAddress(why)
    with requests.Session() as session:
        session.trust_env = False  # no proxy, no .netrc: the address that we look at is the one that is reached
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter())
        with session.post(
            url, data=body, headers=headers, timeout=(CONNECT, READ), allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code, _beginning(answer)


def _beginning(answer: requests.Response) -> str:
    """The first letters of an answer, as far as they come; what counts is its status."""
    told = b""
    try:
        while len(told) < 4 * MOST_TOLD and (more := answer.raw.read1(4 * MOST_TOLD)):
            told += more
    except (HTTPError, OSError):
        pass
    return told.decode("utf-8", "replace").replace("\0", "")[:MOST_TOLD]


def _looked_at(sock: socket.socket) -> socket.socket:
    """The connection, if it leads to where it may; it is cut when the whole has taken too long."""
    if not is_allowed(sock.getpeername()[0]):
        sock.close()
        raise RefusedAddress(REFUSED)
    twin = sock.dup()
    cut = Timer(WHOLE, _cut, [twin])
    cut.daemon = True
    cut.start()
    return sock


def _cut(twin: socket.socket) -> None:
    try:
        twin.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is over already
    finally:
        twin.close()


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _looked_at(super()._new_conn())


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _looked_at(super()._new_conn())


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=1, maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
