"""A merchant's address leads nowhere but to the public internet (A17). The network is a spy."""

import socket
import threading

import pytest

from core.outbound import Forbidden, Unreachable, call, is_public

PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "0.0.0.0", "0.1.2.3", "255.255.255.255"),
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1"),
    *("224.0.0.1", "239.255.255.250", "::1", "::", "fc00::1", "fd12:3456::1", "fe80::1"),
    *("fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("::ffff:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::"),
    *("2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "100::1"),
    *("nonsense", "", "1.2.3", "169.254.170.2", "192.88.99.1x"),
]
URLS = [
    *("http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://x.example/"),
    *("https://", "https:///x", "https://user:word@shop.example/", "https://user@shop.example/"),
    *("https://shop.example:99999/", "https://shop.example:x/", "//shop.example/", "shop.example"),
    *("https://shop.example/a b", "https://shop.example/\r\nX: y", "javascript:alert(1)"),
    *("https://[::1/", "HTTP://shop.example/", "data:text/plain,x", "https://@/"),
]


@pytest.fixture
def dialed(monkeypatch) -> list[object]:
    """Whom the code tried to reach."""
    calls: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        calls.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return calls


def resolver(monkeypatch, *answers: list[str]) -> list[str]:
    """A fake resolver: each question gets the next answer, the last for ever."""
    asked: list[str] = []

    def lookup(host: str, port: int, **_more: object) -> list[object]:
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_place_is_reached(address, monkeypatch, dialed):
    resolver(monkeypatch, [address])
    assert not is_public(address)
    with pytest.raises(Forbidden):
        call(method="POST", url="https://shop.example/hook", headers={})
    assert dialed == []


@pytest.mark.parametrize("url", URLS)
def test_what_is_no_plain_https_address_is_not_called(url, monkeypatch, dialed):
    asked = resolver(monkeypatch, ["93.184.216.34"])
    with pytest.raises(Forbidden):
        call(method="POST", url=url, headers={})
    assert (dialed, asked) == ([], [])


def test_one_private_address_among_public_ones_is_enough(monkeypatch, dialed):
    resolver(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(Forbidden):
        call(method="POST", url="https://shop.example/", headers={})
    assert dialed == []


def test_a_name_is_resolved_once_and_exactly_that_address_called(monkeypatch, dialed):
    """Rebinding: public when asked first, our own network when asked again."""
    asked = resolver(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(Unreachable):
        call(method="POST", url="https://shop.example/", headers={})
    assert asked == ["shop.example"]
    assert dialed == [("93.184.216.34", 443)]


def test_a_server_that_drips_is_cut_off_at_the_deadline(settings):
    """An octet now and then keeps a socket's own patience alive for ever."""
    settings.OUTBOUND_TO_PRIVATE = True
    ears = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        line, _ = ears.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not over.wait(0.05):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        with pytest.raises(Unreachable, match="No whole answer"):
            call(
                method="GET",
                url=f"http://127.0.0.1:{ears.getsockname()[1]}/",
                headers={},
                seconds=0.4,
            )
    finally:
        over.set()
        thread.join(5)
        ears.close()
