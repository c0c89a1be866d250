"""HTTP and Z39.50 together, one command: gunicorn workers that each run the app, a Z39.50
listener on an inherited socket, and a follower that keeps the index one commit behind the store.

Sockets are opened once in the parent, so that a busy port is one clear line before anything
starts, and workers that come and go share them.
"""

import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from interop.app import create_app
from interop.config import Config, ConfigError, split_address
from interop.node import Node, open_node
from interop.z3950.server import Listener

log = logging.getLogger(__name__)

THREADS = 32  # as many silent connections as threads stall a gthread worker for 5 s
BACKLOG = 1024
FOLLOW_PAUSE = 0.1  # seconds between looks at the feed when there is nothing new
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


class FollowerThread(threading.Thread):
    """Applies the store's feed to the index as it grows; one process at a time holds the writer."""

    def __init__(self, node: Node) -> None:
        super().__init__(name="follower", daemon=True)
        self._node = node
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            pause = TAKEOVER_PAUSE
            try:
                if self._node.follow():
                    pause = FOLLOW_PAUSE
            except Exception:  # the follower must outlive a full disk or a locked file
                log.exception("the index cannot follow the store; trying again")
            self._ended.wait(pause)

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=10)


class Services:
    """What runs in a process beside HTTP: the follower and the Z39.50 listener."""

    def __init__(self, node: Node, z3950: socket.socket | None) -> None:
        self._node = node
        self._follower = FollowerThread(node)
        self._listener = Listener(node.catalogue, [z3950]) if z3950 is not None else None

    def start(self) -> None:
        self._follower.start()
        if self._listener is not None:
            self._listener.start()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop(timeout=5)
        self._follower.stop()
        self._node.close()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn without a configuration file; its hooks start and stop the other services."""

    def __init__(
        self, read: Callable[[], Config], http: socket.socket, z3950: socket.socket | None
    ) -> None:
        self._read = read
        self._config = read()
        self._http, self._z3950 = http, z3950
        self._services: Services | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": [f"fd://{self._http.fileno()}"],
            "workers": self._config.server.workers,
            "worker_class": "gthread",
            "threads": THREADS,
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

    def load(self) -> Any:
        self._config = self._read()
        app = create_app(self._config)
        self._services = Services(app.extensions["interop"], self._z3950)
        return app

    def _start_services(self, worker: Worker) -> None:
        if self._services is not None:
            self._services.start()

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
    http = listen(config.server.http) if only != "z3950" else None
    z3950 = listen(config.server.z3950) if only != "http" else None
    open_node(config).close()  # creates or upgrades the store once, before workers race for it
    if started is not None:
        started()
    if http is None:
        _serve_z3950(config, z3950)
    else:
        _Gunicorn(read, http, z3950).run()


def _serve_z3950(config: Config, sock: socket.socket | None) -> None:
    """Z39.50 without HTTP: this process is the worker."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    services = Services(open_node(config), sock)
    services.start()
    with suppress(KeyboardInterrupt):
        ended.wait()
    services.stop()
