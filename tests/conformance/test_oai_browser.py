"""A real browser looks at the repository: the page, its language, and a click to the next."""

import re
import shutil
import subprocess
import threading
from wsgiref.simple_server import make_server

import pytest

from interop.app import create_app
from interop.config import load
from interop.model.record import Incoming
from tests.unit.test_ingest import marc

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no chromium: the same pages are tested with libxslt in tests/unit/oai/test_people.py",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{folder}/x.db"}))
    node = app.extensions["interop"]
    bodies = [marc(str(number), [], title=f"Số đỏ {number}") for number in range(120)]
    node.catalogue.ingest("a", [Incoming(str(n), b, b, "iso2709") for n, b in enumerate(bodies)])
    with make_server("127.0.0.1", 0, app) as server:
        node.catalogue.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield node.catalogue.base_url
        server.shutdown()
        thread.join()
    node.close()


def look(address: str, folder, language: str) -> str:
    """The document as the browser has it after its scripts ran."""
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         f"--user-data-dir={folder}", f"--accept-lang={language}", "--dump-dom", address],
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    return done.stdout


@pytest.mark.slow
@pytest.mark.peer
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_person_reads_records_and_finds_the_next_page(address, tmp_path, language) -> None:
    page = look(f"{address}/oai/a?verb=ListRecords&metadataPrefix=oai_dc", tmp_path, language)
    assert f'<body class="{language}">' in page
    assert page.count("<article>") == 100 and "Số đỏ 7" in page
    (following,) = re.findall(r'<a rel="next" href="([^"]+)"', page)
    assert look(following.replace("&amp;", "&"), tmp_path, language).count("<article>") == 20
