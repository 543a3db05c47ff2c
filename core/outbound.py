"""Calling an address that a merchant typed in, without being led into our own network (A17).

https only; the name is resolved once, every address found must be a public one, and the call goes
to exactly that address; no redirect is followed. One deadline covers the whole call.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 15.0  # W16
MOST_BYTES = 1_000_000  # of an answer; more is not read
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = tuple[socket.AddressFamily, tuple[Any, ...]]


class Forbidden(Exception):
    """The address must not be called; the message says why, for the merchant."""


class Unreachable(Exception):
    """Nobody answered in time, or in HTTP. Whether the call arrived is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case; `body` is cut where the caller said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_well(self) -> bool:
        return 200 <= self.status < 300


def call(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    seconds: float = TIMEOUT_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Make one call and read its answer, up to `most_bytes` of its body. Raises `Forbidden`,
    `Unreachable`. Never in a transaction."""
    host, port, target, is_https = read_address(url)
    family, address = _resolve(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(seconds)
    line = _Line(sock)
    watch = threading.Timer(seconds, line.cut)
    watch.daemon = True
    watch.start()
    try:
        sock.connect(address)
        kind: type[http.client.HTTPConnection] = http.client.HTTPConnection
        if is_https:
            kind = http.client.HTTPSConnection
            context = ssl.create_default_context()
            line.sock = context.wrap_socket(
                sock, server_hostname=host, do_handshake_on_connect=False
            )
            line.sock.do_handshake()  # type: ignore[attr-defined]
        connection = kind(host, port)
        connection.sock = line.sock
        connection.request(method, target, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        whole = Answer(answer.status, named, answer.read(most_bytes))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if line.was_cut:
            raise Unreachable(f"No whole answer within {seconds:.0f} seconds.") from error
        raise Unreachable(f"No answer: {type(error).__name__}.") from error
    finally:
        watch.cancel()
        with suppress(OSError):
            line.sock.close()
    if line.was_cut:  # a cut line reads like the end of an answer
        raise Unreachable(f"No whole answer within {seconds:.0f} seconds.")
    return whole


class _Line:
    """The open socket, which another thread may cut when the time is up."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.was_cut = False

    def cut(self) -> None:
        self.was_cut = True
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


def read_address(url: str) -> tuple[str, int, str, bool]:
    """Host, port, path with query, and whether it is https. Raises `Forbidden`."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Forbidden("This is no web address.") from error
    is_https = parts.scheme == "https"
    if not is_https and not (settings.OUTBOUND_TO_PRIVATE and parts.scheme == "http"):
        raise Forbidden("Only addresses that begin with https:// are called.")
    if not host or any(sign <= " " or sign == "\x7f" for sign in url.strip()):
        raise Forbidden("This is no web address.")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("Leave user name and password out of the address.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port or (443 if is_https else 80), target, is_https


def _resolve(host: str, port: int) -> Address:
    """The one address that will be called. Names that point to any non-public place are refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"“{host}” is not known to the internet.") from error
    if not settings.OUTBOUND_TO_PRIVATE:
        for _family, _kind, _proto, _name, address in found:
            if not is_public(str(address[0])):
                raise Forbidden(
                    f"“{host}” points into a private network. Only public addresses are called."
                )
    if not found:
        raise Unreachable(f"“{host}” is not known to the internet.")
    return found[0][0], found[0][4]


def is_public(text: str) -> bool:
    """Whether this IP address lies on the public internet, whatever it is wrapped in."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast
