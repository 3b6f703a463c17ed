"""A web server of this machine for tests, a listener that counts, and made-up name servers."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Answer:
    """What the server says at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"


Made = Answer | Callable[[BaseHTTPRequestHandler], None]


class Web:
    """Serves `pages`; conditional requests are answered when a page has an ETag. `asked` grows."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Made] = {}
        self.asked: list[tuple[str, dict[str, str], int]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805  # http.server's form
                self._serve(handler)

            def log_message(handler, *_: object) -> None:  # noqa: N805
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # cut off
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        made = self.pages.get(handler.path, Answer(status=404))
        status = made.status if isinstance(made, Answer) else 0
        sent = {name.lower(): value for name, value in handler.headers.items()}
        if isinstance(made, Answer):
            tag = made.headers.get("ETag")
            if tag and sent.get("if-none-match") == tag:
                status = 304
            self.asked.append((handler.path, sent, status))  # before anybody has the answer
            handler.send_response(status)
            handler.send_header("Content-Type", made.type)
            for name, value in made.headers.items():
                handler.send_header(name, value)
            if status != 304:
                handler.send_header("Content-Length", str(len(made.body)))
            handler.end_headers()
            if status != 304:
                handler.wfile.write(made.body)
        else:
            self.asked.append((handler.path, sent, status))
            made(handler)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def paths(self, status: int = 200) -> list[str]:
        return [path for path, _, said in self.asked if said == status]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def certificate(name: str, folder: Path) -> ssl.SSLContext:
    """Return what a server shows as host `name`; ``cert.pem`` in `folder` makes a client trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(kept))
    secret = key.private_bytes(
        kept, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


class Listener:
    """Accepts every connection to its port on loopback, both families, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.port = 0
        self._sockets: list[socket.socket] = []
        self._open = True

    def start(self) -> None:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            try:
                made = socket.create_server((address, self.port), family=family)
            except OSError:  # no IPv6 here
                continue
            self.port = made.getsockname()[1]
            self._sockets.append(made)
            threading.Thread(target=self._accept, args=(made,), daemon=True).start()

    def _accept(self, made: socket.socket) -> None:
        while self._open:
            try:
                taken, _ = made.accept()
            except OSError:
                return
            self.count += 1
            taken.close()

    def stop(self) -> None:
        self._open = False
        for made in self._sockets:
            made.close()


@contextmanager
def listener() -> Iterator[Listener]:
    made = Listener()
    made.start()
    try:
        yield made
    finally:
        made.stop()
