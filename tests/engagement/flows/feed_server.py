"""A blog of our own on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape


@dataclass
class Blog:
    """What it tells, and who asked. `entries` are (id, title); `body` in their place if given."""

    url: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def post(self, identity: str, title: str) -> None:
        """One more entry, on top."""
        self.entries.insert(0, (identity, title))

    def written(self) -> bytes:
        if self.body is not None:
            return self.body
        items = "".join(
            f"<item><guid>{escape(identity)}</guid><title>{escape(title)}</title>"
            f"<link>https://blog.example/{escape(identity)}</link>"
            "<description>&lt;p&gt;How we &lt;b&gt;make&lt;/b&gt; it.&lt;/p&gt;</description></item>"
            for identity, title in self.entries
        )
        return f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>".encode()


@contextmanager
def open_blog() -> Iterator[Blog]:
    """A blog at an address of this machine."""
    blog = Blog()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            blog.asked.append({name.lower(): value for name, value in self.headers.items()})
            same = blog.etag and self.headers.get("If-None-Match") == blog.etag
            body = b"" if same else blog.written()
            self.send_response(304 if same else blog.status)
            if blog.etag:
                self.send_header("ETag", blog.etag)
            for name, value in blog.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_about: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    blog.url = f"http://127.0.0.1:{server.server_port}/feed"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield blog
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
