"""The Flask application put together: its parts, its node, its key."""

import pytest
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from interop.app import create_app, token_key
from interop.config import ConfigError, load
from interop.node import open_node
from interop.store.errors import StoreError


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTEROP_CONFIG", raising=False)
    file = tmp_path / "named.toml"
    text = f'[server]\nname = "Có tên"\n[store]\nurl = "sqlite:///{tmp_path}/x.db"\n'
    file.write_text(text, encoding="utf-8")
    return file


def test_every_front_end_is_there(file):
    app = create_app(load(file, environ={}))
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert {"/", "/sru", "/health/live", "/health/ready"} <= rules
    for path in ("/oai", "/oai/", "/oai/union", "/oai/union/"):
        assert app.test_client().get(f"{path}?verb=Identify").mimetype == "text/xml"
    for path in ("/sru", "/sru/union", "/health/live", "/.well-known/resourcesync"):
        assert app.test_client().get(path).status == app.test_client().get(f"{path}/").status
    app.extensions["interop"].close()


def test_interop_config_names_the_configuration(file, monkeypatch):
    monkeypatch.setenv("INTEROP_CONFIG", str(file))
    app = create_app()
    assert app.extensions["interop"].catalogue.name == "Có tên"
    app.extensions["interop"].close()


def test_a_node_that_is_open_already_is_used(file):
    node = open_node(load(file, environ={}))
    assert create_app(node=node).extensions["interop"] is node
    node.close()


def test_errors_are_those_of_the_configuration_and_the_store(file, monkeypatch):
    monkeypatch.setenv("INTEROP_CONFIG", "absent.toml")
    with pytest.raises(ConfigError, match="absent.toml"):
        create_app()
    with pytest.raises(StoreError):
        create_app(load(file, environ={"INTEROP_STORE_URL": "sqlite:////proc/version"}))


def test_the_key_of_tokens_is_made_once_and_shared(file):
    config = load(file, environ={})
    first, second = open_node(config), open_node(config)
    key = token_key(first.store)
    assert token_key(second.store) == key == token_key(first.store)
    assert len(key) == 32 and key != bytes(32)
    first.close()
    second.close()
    again = open_node(config)
    assert token_key(again.store) == key
    again.close()


def test_two_stores_do_not_share_a_key(tmp_path):
    keys = set()
    for name in ("a", "b"):
        environ = {"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/{name}/x.db", "INTEROP_CONFIG": ""}
        node = open_node(load(environ=environ))
        keys.add(token_key(node.store))
        node.close()
    assert len(keys) == 2


@pytest.mark.parametrize("path", ["/nowhere", "/static/x", "/health", "/oai/no-such-library"])
def test_what_is_not_there_is_404_without_a_traceback(file, path):
    app = create_app(load(file, environ={}))
    answer = app.test_client().get(path)
    assert answer.status_code == 404 and "Traceback" not in answer.text
    app.extensions["interop"].close()


def test_an_error_of_ours_shows_no_traceback(file, monkeypatch, caplog):
    app = create_app(load(file, environ={}))
    node = app.extensions["interop"]

    def broken():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(node.catalogue, "databases", broken)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    assert "secret detail" in caplog.text
    node.close()


@pytest.mark.parametrize("path", ["/oai", "/sru", "/sru/vn-a"])
@pytest.mark.parametrize("error", [InvalidChunkSize("ZZ"), NoMoreData(), ConnectionResetError()])
def test_a_body_that_breaks_off_is_the_clients_fault(file, path, error, caplog):
    class Body:
        def read(self, size: int = -1) -> bytes:
            raise error

        readinto = read

    app = create_app(load(file, environ={}))
    answer = app.test_client().post(
        path, environ_overrides={"wsgi.input": Body(), "wsgi.input_terminated": True}
    )
    assert (answer.status_code, answer.text) == (400, "The request body cannot be read.\n")
    assert caplog.records == []
    app.extensions["interop"].close()


def test_a_closed_database_is_closed_over_http(tmp_path):
    text = """
    [[library]]
    code = "VN-QTI"
    name = "Quảng Trị"
    [[access]]
    database = "vn-qti"
    users = ["hue"]
    [[user]]
    name = "hue"
    password = "x"
    """
    file = tmp_path / "interop.toml"
    file.write_text(text, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/interop.db"
    app = create_app(load(file, environ={"INTEROP_STORE_URL": url}))
    client = app.test_client()
    address = "/oai/vn-qti?verb=Identify"
    assert client.get(address).status_code == 401
    assert client.get(address, auth=("hue", "y")).status_code == 401
    assert client.get(address, auth=("hue", "x")).status_code == 200
    assert client.get("/oai?verb=Identify").status_code == 200
    app.extensions["interop"].close()
