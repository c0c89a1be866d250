"""One polite, bounded HTTP request at a time: the only file of the harvester with sockets.

Everything a stranger's server can do has a bound: time to connect, silence, the whole answer,
bytes received, bytes after decompression, redirects, and the addresses that a redirect may lead
to. The address is checked after it was resolved and then connected to as a number, so that a
name cannot change its mind in between (DNS rebinding).
"""

import http.client
import ipaddress
import select
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import connection as urllib3_connection

from interop import __version__

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """Times in seconds, sizes in bytes. ``total``: the whole answer, redirects included; ``body``:
    received, and again after decompression; ``ratio``: of decompression, beyond ``ratio_from``
    bytes (zlib reaches 1,030, honest XML seldom 60).
    """

    connect: float = 15.0
    idle: float = 60.0
    total: float = 300.0
    body: int = 64 * MIB
    ratio: int = 200
    ratio_from: int = 4 * MIB
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """``body``: decompressed; ``retry_after``: seconds from now; ``moved``: the address that a
    permanent redirect gave, else empty; ``content_type``: as declared.
    """

    status: int
    body: bytes
    retry_after: float | None = None
    moved: str = ""
    content_type: str = ""


class HttpError(Exception):
    """No answer that can be used; one line says why. ``final``: asking again cannot help."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.reason = reason
        self.final = final
        super().__init__(reason)


# What requests and urllib3 let through: their own errors, the socket's and http.client's, and
# ValueError or LookupError for addresses that cannot be encoded.
_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    LookupError,
)


class Transport(Protocol):
    """What fetches an address. Raises ``HttpError``."""

    def get(self, url: str) -> Answer: ...

    def close(self) -> None: ...


class Client:
    """``home``: the address the operator configured; its host and port are trusted to be wherever
    they are, every other one must be public. ``contact``: whom the server's operator can write to.
    """

    def __init__(
        self,
        home: str,
        contact: str,
        bounds: Bounds = Bounds(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bounds = bounds
        self._clock = clock
        self._gate = _Gate(_host_port(home), bounds.connect)
        self._identity = False  # ask for no compression: this server once sent a broken one
        self._session = requests.Session()
        # No proxies, no .netrc: what the environment says must not change whom we talk to.
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": f"Interop/{__version__} (OAI-PMH harvester; mailto:{contact})",
                "Accept": "text/xml, application/xml;q=0.9, */*;q=0.1",
            }
        )
        self._adapter = _Adapter(self._gate)
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def close(self) -> None:
        self._session.close()

    def get(self, url: str, form: bytes | None = None) -> Answer:
        """Fetch ``url``, following redirects within the rules. Raises ``HttpError``.

        ``form``: the body of a POST (application/x-www-form-urlencoded) instead of a GET.
        """
        with self._gate.deadline(self.bounds.total) as expired:
            try:
                answer = self._follow(url, time.monotonic() + self.bounds.total, form)
                if expired():  # a cut in the header looks like the header's end
                    raise HttpError(self._too_slow())
                return answer
            except (HttpError, *_FAILURES) as error:
                self._adapter.close()  # no half-read connection is used again
                if expired():
                    raise HttpError(self._too_slow()) from None
                raise _explain(error) from None

    def _too_slow(self) -> str:
        return f"the answer took longer than {self.bounds.total:g} s"

    def _follow(self, url: str, deadline: float, form: bytes | None) -> Answer:
        moved = ""
        for _ in range(self.bounds.redirects + 1):
            with self._request(url, form) as response:
                target = response.headers.get("Location")
                if response.status_code not in (301, 302, 303, 307, 308) or not target:
                    body = self._body(response, deadline)
                    now = datetime.fromtimestamp(self._clock(), UTC)
                    waiting = retry_after(
                        response.headers.get("Retry-After"), response.headers.get("Date"), now
                    )
                    kind = response.headers.get("Content-Type", "")
                    return Answer(response.status_code, body, waiting, moved, kind)
                target = urljoin(url, target)
                if response.status_code in (301, 308):
                    moved = target
                _check_redirect(url, target)
                url = target
        raise HttpError(f"more than {self.bounds.redirects} redirects", final=True)

    def _request(self, url: str, form: bytes | None) -> requests.Response:
        encoding = "identity" if self._identity else "gzip, deflate"
        headers = {"Accept-Encoding": encoding}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._session.request(
            "GET" if form is None else "POST",
            url,
            data=form,
            headers=headers,
            timeout=(self.bounds.connect, self.bounds.idle),
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        declared = response.headers.get("Content-Encoding", "").strip().lower()
        body = _Body(self.bounds, declared)
        try:
            while chunk := response.raw.read1(64 * 1024, decode_content=False):
                body.feed(chunk)
                if time.monotonic() > deadline:
                    raise HttpError(self._too_slow())
            length = response.headers.get("Content-Length", "")
            if length.isascii() and length.isdigit() and body.received < int(length):
                raise HttpError(f"the connection ended after {body.received} of {length} bytes")
            return body.end()
        except zlib.error as error:
            self._identity = True
            raise HttpError(f"broken compression: {error}") from None


def retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds that Retry-After asks for (RFC 9110 section 10.2.3): a number or a date.

    A date is measured against the server's own ``Date``, where it sent one, because its clock and
    ours differ. ``None`` when there is no such header or it cannot be read.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = _http_date(text)
    if moment is None:
        return None
    return max(0.0, (moment - (_http_date(date or "") or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Body:
    """Collects and decompresses an answer within its bounds.

    A compressed answer is known by its first bytes too: servers compress without saying so.
    """

    def __init__(self, bounds: Bounds, declared: str) -> None:
        self.bounds = bounds
        self.declared = declared
        self.received = 0
        self._out = bytearray()
        self._head = b""
        self._codec: Any = None
        self._plain = False

    def feed(self, chunk: bytes) -> None:
        self.received += len(chunk)
        if self.received > self.bounds.body:
            raise HttpError(f"an answer of more than {self.bounds.body:,} bytes", final=True)
        if self._codec is None and not self._plain:
            chunk = self._head + chunk
            if len(chunk) < 2:
                self._head = chunk
                return
            self._head = b""
            self._codec = self._choose(chunk)
            self._plain = self._codec is None
        self._out += chunk if self._plain else self._inflate(chunk)

    def end(self) -> bytes:
        """The whole body. Raises ``zlib.error`` when the compressed data is cut off."""
        if self._codec is not None and not self._codec.eof:
            raise zlib.error("the compressed data is cut off")
        return bytes(self._out + self._head)

    def _choose(self, start: bytes) -> Any:
        if start.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(wbits=31)
        if self.declared == "deflate":
            # RFC 9110 section 8.4.1.2: zlib format; some servers send the bare stream.
            zlib_header = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
            return zlib.decompressobj(wbits=15 if zlib_header else -15)
        return None

    def _inflate(self, chunk: bytes) -> bytes:
        out = bytearray()
        while chunk:
            out += self._codec.decompress(chunk, MIB)
            self._check(len(self._out) + len(out))
            chunk = self._codec.unconsumed_tail
            if self._codec.eof and self._codec.unused_data.startswith(b"\x1f\x8b"):
                # RFC 1952 section 2.2: a gzip file may consist of several members.
                chunk = self._codec.unused_data
                self._codec = zlib.decompressobj(wbits=31)
        return bytes(out)

    def _check(self, size: int) -> None:
        if size > self.bounds.body or (
            size > self.bounds.ratio_from and size > self.bounds.ratio * self.received
        ):
            raise HttpError(
                f"{self.received:,} bytes unpack to more than {size:,}: a decompression bomb",
                final=True,
            )


# Where requests may go


def _host_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def _check_redirect(url: str, target: str) -> None:
    scheme = urlsplit(target).scheme.lower()
    if scheme not in ("http", "https"):
        raise HttpError(f"a redirect to a {scheme or 'strange'} address is refused", final=True)
    if scheme == "http" and urlsplit(url).scheme == "https":
        raise HttpError("a redirect from https to http is refused", final=True)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet (RFC 6890), mapped IPv4 included."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


class _Gate:
    """Opens connections to allowed addresses only, and cuts them when the time is over."""

    def __init__(self, home: tuple[str, int], connect: float) -> None:
        self.home = home
        self.connect = connect
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._expired = False

    def open(self, host: str, port: int, options: Any) -> socket.socket:
        """A connected socket. Raises ``HttpError`` for a forbidden address, else ``OSError``."""
        trusted = (host.lower().strip("[]"), port) == self.home
        error: OSError | None = None
        for found in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM):
            address = str(found[4][0])
            if not trusted and not is_public(address):
                raise HttpError(f"{host} leads to the private address {address}", final=True)
            try:
                sock = urllib3_connection.create_connection(
                    (address, port), self.connect, socket_options=options
                )
            except OSError as failed:
                error = failed
                continue
            self._watch(sock)
            return sock
        raise error or OSError(f"{host} has no address")

    def _watch(self, sock: socket.socket) -> None:
        """Keep a second handle on the connection: TLS takes the first one away."""
        with self._lock:
            self._open.append(sock.dup())
            if self._expired:
                self._cut()

    def _cut(self) -> None:
        for handle in self._open:
            try:
                handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed by the other side already

    def _expire(self) -> None:
        with self._lock:
            self._expired = True
            self._cut()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[Callable[[], bool]]:
        """Cut every open connection after ``seconds``, whatever the code is waiting for then: a
        server that drips one byte at a time never lets a read time out.
        """
        self._prune()
        self._expired = False
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield lambda: self._expired
        finally:
            timer.cancel()
            timer.join()

    def _prune(self) -> None:
        """Drop the handles of connections that are over: one at rest has nothing to say."""
        with self._lock:
            ended = [handle for handle in self._open if select.select([handle], [], [], 0)[0]]
            for handle in ended:
                self._open.remove(handle)
                handle.close()

    def forget(self) -> None:
        """Close the second handles: the connections themselves are closed."""
        with self._lock:
            for handle in self._open:
                handle.close()
            self._open.clear()


class _Adapter(HTTPAdapter):
    """requests over connections that the gate opens."""

    def __init__(self, gate: _Gate) -> None:
        self._gate = gate
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._gate)

    def close(self) -> None:
        super().close()
        self._gate.forget()


def _pools(gate: _Gate) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools of urllib3 whose connections come from ``gate``."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return gate.open(self._dns_host, int(self.port), self.socket_options)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return gate.open(self._dns_host, int(self.port), self.socket_options)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


def _explain(error: Exception) -> HttpError:
    """One line for a person; the class names of three libraries help nobody."""
    if isinstance(error, HttpError):
        return error
    causes = list(_causes(error))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = f": {cause.verify_message}" if cause.verify_message else ""
            return HttpError(f"the TLS certificate is not valid{why}", final=True)
    if has(socket.gaierror):
        return HttpError("the name of the server is not known")
    if has(ConnectionRefusedError):
        return HttpError("the server refuses the connection")
    if has(TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError):
        return HttpError("the server fell silent")
    if has(http.client.IncompleteRead, ConnectionResetError, urllib3.exceptions.IncompleteRead):
        return HttpError("the connection ended in the middle of the answer")
    if not has(OSError) and has(ValueError, LookupError):
        return HttpError(f"unusable address: {error}", final=True)
    return HttpError(f"the connection failed ({type(causes[-1]).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: libraries keep the reason in arguments or in the context."""
    seen: list[BaseException] = []
    queue = [error]
    while queue:
        current = queue.pop(0)
        if any(current is known for known in seen):
            continue
        seen.append(current)
        yield current
        inner = [*current.args, getattr(current, "reason", None)]
        inner += [current.__cause__, current.__context__]
        queue += [cause for cause in inner if isinstance(cause, BaseException)]
