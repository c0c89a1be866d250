"""The application: OAI-PMH on the short way past Flask, and behind it Flask with SRU, pages for
people, health for machines that watch.

gunicorn imports ``create_app`` in each worker after the fork. Those who run their own gunicorn
write ``interop.app:create_app()``.
"""

import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response
from gunicorn.http.errors import NoMoreData, ParseException

from interop.config import Config, load
from interop.http.gate import NOWHERE, guard
from interop.http.limits import Limits
from interop.http.pace import paced
from interop.http.shortcut import Shortcut
from interop.node import Node, clock, open_node
from interop.oai import copies, people, search
from interop.oai import views as oai
from interop.oai.about import About
from interop.oai.descriptions import Descriptions
from interop.oai.extras import Extras
from interop.oai.people import readable
from interop.query.cql_parser import Limits as QueryLimits
from interop.sru import views as sru
from interop.sru.request import Options, Version
from interop.sru.result_sets import ResultSetFile
from interop.store.store import Store
from interop.web import views as web

_SECRET = "oai:token-key"
# What reading a body raises when the client broke the rules of HTTP or went away.
BROKEN = (ParseException, NoMoreData, ConnectionError)


def create_app(config: Config | None = None, node: Node | None = None) -> Flask:
    """The application over one node.

    ``config``: the configuration read already; else ``INTEROP_CONFIG``, ``./interop.toml`` or the
    defaults. ``node``: a node opened already in this process. Raises ``ConfigError`` and
    ``StoreError``.
    """
    node = node or open_node(config or load())
    app = Flask("interop", static_folder=None)
    app.extensions["interop"] = node
    app.register_blueprint(people.blueprint())
    dumps = node.config.data_dir / "dumps"
    proxies = node.config.server.proxies
    app.register_blueprint(copies.blueprint(node.catalogue, dumps, clock, proxies))
    app.register_blueprint(search.blueprint(node.catalogue, clock))
    endpoint = sru.Endpoint(
        node.catalogue, sru_options(node.config), ResultSetFile(node.result_sets), clock
    )
    app.register_blueprint(sru.blueprint(endpoint))
    app.register_blueprint(web.blueprint(node.catalogue, node.config))
    for error in BROKEN:
        app.register_error_handler(error, _broken_request)
    settings = node.config.oai
    limits = Limits(settings.client_rate, settings.lists, settings.client_lists)
    fast = {
        "oai": readable(
            oai.handler(
                node.catalogue,
                clock,
                token_key(node.store),
                extras=Extras(
                    stylesheet=urlsplit(node.catalogue.base_url).path + people.ADDRESS,
                    descriptions=Descriptions(
                        node.config, lambda name: node.catalogue.allows(name, NOWHERE)
                    ),
                    about=About(node.catalogue, node.config),
                ),
                limits=limits,
                kept_bytes=settings.cache_mb * 1_000_000,
            )
        ),
        "sru": endpoint.handle,
    }
    shortcut = Shortcut(app.wsgi_app, fast, BROKEN, proxies)
    counted = paced(shortcut, node.config.server.client_rate, proxies)
    app.wsgi_app = guard(node.catalogue, counted, proxies)  # type: ignore[method-assign, assignment]
    return app


def sru_options(config: Config) -> Options:
    """The part of the configuration that SRU reads. Stylesheets of our own site are allowed."""
    settings = config.sru
    version = cast("Version", settings.default_version)
    sites = (config.server.base_url.rstrip("/") + "/", *settings.stylesheets.split())
    limits = QueryLimits(settings.query_length, settings.query_operators, settings.query_depth)
    return Options(version, sites, settings.result_set_ttl, limits)


def _broken_request(error: Exception) -> Response:
    """A body that breaks the rules of HTTP or ends too soon: gunicorn notices when we read it."""
    return Response("The request body cannot be read.\n", 400, mimetype="text/plain")


def token_key(store: Store) -> bytes:
    """The key that signs resumption tokens: made once, kept in the store, shared by all workers."""
    found = store.state(_SECRET)
    if found is None:
        with store.write() as writer:  # one writer at a time: the second worker finds the first's
            found = store.state(_SECRET)
            if found is None:
                found = secrets.token_hex(32)
                writer.set_state(_SECRET, found)
    return bytes.fromhex(found)
