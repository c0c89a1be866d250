"""Pages for people, and health for machines that watch."""

import logging
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from interop.catalogue import Catalogue, Database
from interop.config import Config
from interop.http.limits import peer_of

log = logging.getLogger(__name__)

_LANGUAGES = ("vi", "en")


def blueprint(catalogue: Catalogue, config: Config) -> Blueprint:
    """``/`` (what this node serves and how to ask), ``/health/live``, ``/health/ready``."""
    pages = Blueprint("web", __name__, template_folder="templates")

    def open_here() -> list[Database]:
        """Databases that the client's address may use; of others not even the name is shown."""
        address = peer_of(request.environ, config.server.proxies)
        return [each for each in catalogue.databases() if catalogue.allows(each.name, address)]

    @pages.get("/")
    def home() -> Response:
        language = request.accept_languages.best_match(_LANGUAGES) or _LANGUAGES[0]
        chosen = request.args.get("lang", language)
        page = render_template(
            "home.html",
            lang=chosen if chosen in _LANGUAGES else language,
            name=catalogue.name,
            base_url=catalogue.base_url,
            root=urlsplit(catalogue.base_url).path,  # where a proxy in front has us below a folder
            z3950=config.server.z3950,
            databases=open_here(),
        )
        response = Response(page, mimetype="text/html")
        if catalogue.rights:  # another address may be shown more, or less
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    @pages.get("/health/live")
    def live() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @pages.get("/health/ready")
    def ready() -> Response:
        """200 once the store opens and the index has caught up with it, else 503."""
        if catalogue.index is None:
            return Response("no index\n", status=503, mimetype="text/plain")
        try:
            lag = catalogue.store.last_seq() - catalogue.index.refresh()
        except Exception:  # whatever store or index say: a node that cannot tell is not ready
            log.exception("not ready")
            return Response("store or index cannot be read\n", status=503, mimetype="text/plain")
        return Response(f"lag {lag}\n", status=200 if lag <= 0 else 503, mimetype="text/plain")

    return pages
