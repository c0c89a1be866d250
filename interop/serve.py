"""HTTP and Z39.50 together, one command: gunicorn workers that each run the app, a Z39.50
listener on an inherited socket, and a follower that keeps the index one commit behind the store.

Sockets are opened once in the parent, so that a busy port is one clear line before anything
starts, and workers that come and go share them.
"""

import gc
import logging
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from interop.app import create_app
from interop.config import Config, ConfigError, Z3950Config, split_address
from interop.node import Node, open_node
from interop.store.errors import StoreError
from interop.z3950 import transcript
from interop.z3950.association import Limits
from interop.z3950.database_views import views
from interop.z3950.server import Listener

log = logging.getLogger(__name__)

THREADS = 32  # as many silent connections as threads stall a gthread worker for 5 s
# Harvesters work on a page before they ask for the next on the same connection, slow machines for
# many seconds; one that is closed just then is a failed harvest to some (Catmandu tries no second
# time). gunicorn's own 2 seconds are for browsers.
KEEP_ALIVE = 60  # seconds
CONNECTIONS = 4000  # of a worker, silent ones too: they cost memory, no thread
BACKLOG = 1024
FOLLOW_PAUSE = 0.1  # seconds between looks at the feed when there is nothing new
REVISE_PAUSE = 0.05  # seconds between batches, for those who wait to write
BELIEVED = 5.0  # seconds: then the index is looked at too, which somebody may have removed
TAKEOVER_PAUSE = 1.0  # seconds between tries while another process follows


def listen(address: str) -> socket.socket:
    """A listening socket. Raises ``ConfigError`` naming the address when it cannot be had."""
    host, port = split_address(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise ConfigError(f"cannot listen on {address}: {error.strerror}") from None
    return sock


@dataclass(frozen=True, slots=True)
class Sockets:
    """What a node listens on; ``None`` where it does not. ``tls``: Z39.50 over TLS."""

    http: socket.socket | None = None
    z3950: socket.socket | None = None
    tls: socket.socket | None = None


def tls_context(config: Z3950Config) -> ssl.SSLContext:
    """TLS as ``z3950.certificate`` and ``z3950.key`` say. Raises ``ConfigError`` naming them."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # YAZ (5.34) takes a session ticket of TLS 1.3 for the answer that it waits for, and loses its
    # place. An association is long: there is nothing to win by resuming a session.
    context.num_tickets = 0
    try:
        # A key with a passphrase would wait for somebody to type it.
        context.load_cert_chain(config.certificate, config.key or None, password=_no_passphrase)
    except (OSError, ValueError) as error:
        files = ", ".join(filter(None, (config.certificate, config.key)))
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"z3950.certificate: {files} cannot be used: {reason}") from None
    return context


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase")


def limits_of(config: Z3950Config) -> Limits:
    """The limits of associations as the configuration has them."""
    return Limits(
        max_pdu=config.pdu_kb << 10,
        message_size=config.message_kb << 10,
        result_sets=config.result_sets,
        databases=config.databases,
        idle=config.idle,
        total=config.total,
        associations=config.associations,
        address_associations=config.address_associations,
        workers=config.workers,
    )


class _Trouble:
    """What keeps a thread from its work, which it tries again and again: said once, and once that
    it is over. A full disk is one line for the operator; what is a fault of ours has its traceback.
    """

    def __init__(self, what: str) -> None:
        self._what, self._said = what, ""

    def met(self, error: Exception) -> None:
        said = f"{self._what}: {error}; trying again"
        if isinstance(error, StoreError) and said != self._said:
            log.error("%s", said)
        elif said != self._said:
            log.error("%s", said, exc_info=error)
        self._said = said

    def over(self) -> None:
        if self._said:
            log.warning("%s: it is over", self._what)
        self._said = ""


class FollowerThread(threading.Thread):
    """Applies the store's feed to the index as it grows; one process at a time holds the writer."""

    def __init__(self, node: Node) -> None:
        super().__init__(name="follower", daemon=True)
        self._node = node
        self._ended = threading.Event()
        self._level: int | None = None  # state of the store that the index was seen to have
        self._until = 0.0  # how long that is believed

    def _follow(self) -> bool:
        """As ``Node.follow``, at next to no cost while nothing is committed to the store."""
        generation = self._node.store.generation()  # before anything is read
        if generation == self._level and time.monotonic() < self._until:
            return True
        followed = self._node.follow()
        self._level = generation if followed else None
        self._until = time.monotonic() + BELIEVED
        return followed

    def run(self) -> None:
        trouble = _Trouble("the index cannot follow the store")
        while not self._ended.is_set():
            pause = TAKEOVER_PAUSE
            try:
                if self._follow():
                    pause = FOLLOW_PAUSE
                trouble.over()
            except Exception as error:  # the follower must outlive a full disk or a locked file
                trouble.met(error)
            self._ended.wait(pause)

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


class ReviserThread(threading.Thread):
    """After a change of rules (a crosswalk's version, a merger) writes what it makes of the
    records, batch by batch, and ends. Every process has one; a batch is one transaction."""

    def __init__(self, node: Node) -> None:
        super().__init__(name="reviser", daemon=True)
        self._node = node
        self._ended = threading.Event()

    def run(self) -> None:
        trouble = _Trouble("records cannot be revised")
        pause = 0.0
        while not self._ended.wait(pause):
            try:
                left = self._node.catalogue.revise()
                trouble.over()
                if not left:
                    return
                pause = REVISE_PAUSE
            except Exception as error:  # the store may be locked or full: what is left stays due
                trouble.met(error)
                pause = TAKEOVER_PAUSE

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


class Services:
    """What runs in a process beside HTTP: follower, reviser and the Z39.50 listener."""

    def __init__(self, node: Node, sockets: Sockets) -> None:
        self._node = node
        self._follower = FollowerThread(node)
        self._reviser = ReviserThread(node)
        self._transcript: logging.Handler | None = None
        self._listener: Listener | None = None
        if sockets.z3950 is not None or sockets.tls is not None:
            settings = node.config.z3950
            plain = [sockets.z3950] if sockets.z3950 is not None else []
            tls = (sockets.tls, tls_context(settings)) if sockets.tls is not None else None
            self._listener = Listener(
                node.catalogue,
                plain,
                limits_of(settings),
                tls,
                views(node.config.z3950_databases),
            )

    def start(self) -> None:
        if self._listener is not None and self._node.config.z3950.transcript:
            self._transcribe(self._node.config.z3950.transcript)
        self._follower.start()
        self._reviser.start()
        if self._listener is not None:
            self._listener.start()

    def _transcribe(self, file: str) -> None:
        """A transcript that cannot be written is told, and nobody goes without service for it."""
        try:
            self._transcript = transcript.to_file(file)
        except OSError as error:
            log.error("z3950.transcript: %s: %s", file, error.strerror)

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop(timeout=5)
        if self._transcript is not None:
            transcript.stop(self._transcript)
        self._reviser.stop()
        self._follower.stop()
        self._node.close()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn without a configuration file; its hooks start and stop the other services."""

    def __init__(
        self,
        config: Config,
        read: Callable[[], Config],
        http: socket.socket,
        sockets: Sockets,
    ) -> None:
        self._config = config
        self._read = read
        self._http, self._sockets = http.detach(), sockets  # gunicorn closes its own
        self._services: Services | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": [f"fd://{self._http}"],
            "workers": self._config.server.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": KEEP_ALIVE,
            "worker_connections": CONNECTIONS,
            "graceful_timeout": 10,
            "timeout": 120,
            "limit_request_line": 8190,
            "control_socket_disable": True,
            "proc_name": "interop",
            "loglevel": "warning",
            "post_worker_init": self._start_services,
            "worker_exit": self._stop_services,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def reload(self) -> None:
        """SIGHUP, in the parent: workers are forked from it and take its configuration, so that
        one that cannot be used never reaches them."""
        self._config = _read_again(self._config, self._read)
        super().reload()

    def load(self) -> Any:
        app = create_app(self._config)
        self._services = Services(app.extensions["interop"], self._sockets)
        return app

    def _start_services(self, worker: Worker) -> None:
        if self._services is not None:
            self._services.start()
            _freeze()

    def _stop_services(self, server: Arbiter, worker: Worker) -> None:
        if self._services is not None:
            self._services.stop()
            self._services = None


def serve(
    read: Callable[[], Config], only: str | None = None, started: Callable[[], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT. ``read`` gives the configuration, again after SIGHUP.

    ``only``: ``http`` or ``z3950``. ``started`` is called once the sockets listen. Raises
    ``ConfigError`` and ``StoreError`` before anything is served.
    """
    config = read()
    with ExitStack() as sockets:

        def socket_at(address: str) -> socket.socket:
            return sockets.enter_context(listen(address))

        http = socket_at(config.server.http) if only != "z3950" else None
        z3950 = socket_at(config.server.z3950) if only != "http" else None
        tls = socket_at(config.z3950.tls) if only != "http" and config.z3950.tls else None
        listening = Sockets(http, z3950, tls)
        if tls is not None:
            tls_context(config.z3950)  # a certificate that cannot be used is told now
        open_node(config).close()  # creates or upgrades the store before workers race for it
        if started is not None:
            started()
        if http is None:
            _serve_z3950(config, read, listening)
        else:
            _Gunicorn(config, read, http, listening).run()


def _freeze() -> None:
    """What a process has when it begins stays until its end: the collector need not go through it
    again and again, which takes longer than many answers. Nothing is collected first: a signal to
    stop that comes in the middle of that is reported as an error of whatever is being collected."""
    gc.freeze()


def _read_again(old: Config, read: Callable[[], Config]) -> Config:
    """The configuration after SIGHUP; the old one when the new one cannot be used."""
    try:
        new = read()
        if new.z3950.tls:
            tls_context(new.z3950)
        open_node(new).close()
    except (ConfigError, StoreError) as error:
        log.error("SIGHUP: %s; the configuration stays as it was", error)
        return old
    for name in ("http", "z3950"):
        if getattr(new.server, name) != getattr(old.server, name):
            log.warning("SIGHUP: server.%s needs a restart; it stays as it was", name)
    if new.z3950.tls != old.z3950.tls:
        log.warning("SIGHUP: z3950.tls needs a restart; it stays as it was")
    return new


def _serve_z3950(config: Config, read: Callable[[], Config], sockets: Sockets) -> None:
    """Z39.50 without HTTP: this process is the worker. Connections wait while it reloads."""
    signals: SimpleQueue[int] = SimpleQueue()  # its put may interrupt its get
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: signals.put(number))
    while True:
        services = Services(open_node(config), sockets)
        services.start()
        _freeze()
        received = signals.get()
        services.stop()
        if received != signal.SIGHUP:
            return
        config = _read_again(config, read)
