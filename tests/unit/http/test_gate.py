"""The gate: open addresses pass, closed ones ask for a password, a wrong one does not help."""

import base64
from ipaddress import ip_network
from types import SimpleNamespace

import pytest

from interop.diagnostics import Diagnostic
from interop.http.gate import guard
from interop.model.access import Access, Rights, User
from interop.model.logins import Logins, Policy

RIGHTS = Rights(
    [Access("vn-qti", (ip_network("10.1.0.0/16"),), ("hue",)), Access("union", (), ("nlv",))],
    [User("hue", "bí mật"), User("nlv", "x")],
)


def searchable(name: str) -> str:
    names = {
        "": "union",
        "union": "union",
        "default": "union",
        "vn-qti": "vn-qti",
        "vn-dna": "vn-dna",
    }
    try:
        return names[name.strip().lower()]
    except KeyError:
        raise Diagnostic("unknown_database", name) from None


CATALOGUE = SimpleNamespace(
    rights=RIGHTS, searchable=searchable, allows=RIGHTS.allows, logins=Logins(RIGHTS, Policy(0))
)


def ask(
    path: str, address: str = "192.0.2.1", login: str = "", catalogue=CATALOGUE, clock=lambda: 0.0
) -> tuple[int, dict, bytes]:
    def application(environ, start):
        start("200 OK", [])
        return [b"inside"]

    seen = []
    environ = {"PATH_INFO": path, "REMOTE_ADDR": address}
    if login:
        environ["HTTP_AUTHORIZATION"] = login
    body = b"".join(
        guard(catalogue, application, clock=clock)(
            environ, lambda status, headers: seen.append((status, headers))
        )
    )
    status, headers = seen[0]
    return int(status[:3]), dict(headers), body


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "path", ["/", "/health/live", "/oai/vn-dna", "/sru/vn-dna", "/oai/unknown"]
)
def test_what_is_open_passes(path):
    assert ask(path)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/oai/vn-qti", "/oai/VN-QTI/", "/sru/vn-qti", "//oai/vn-qti", "/OAI/vn-qti", "/oai/ vn-qti",
     "/oai", "/sru/", "/sru/default", "/resourcesync/vn-qti/capabilitylist.xml"],
)  # fmt: skip
def test_what_is_closed_asks_for_a_password(path):
    status, headers, body = ask(path)
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic ")
    assert body != b"inside" and int(headers["Content-Length"]) == len(body)


def test_only_a_try_is_logged_as_a_refused_login(caplog):
    """Every client asks once without a password before it is asked for one."""
    assert ask("/oai/vn-qti")[0] == 401
    assert caplog.records == []
    assert ask("/oai/vn-qti", login=basic("hue", "wrong"))[0] == 401
    assert "login refused: from 192.0.2.1" in caplog.text


def test_addresses_and_users_of_the_row_pass():
    assert ask("/oai/vn-qti", "10.1.9.9")[0] == 200
    assert ask("/oai/vn-qti", login=basic("hue", "bí mật"))[0] == 200
    assert ask("/oai", login=basic("nlv", "x"))[0] == 200


def test_a_closed_answer_is_for_who_asked():
    """No shared cache keeps it; no other site's page reads it where the address is the password."""

    def application(environ, start):
        start("200 OK", [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "max-age=9")])
        return [b"inside"]

    for path, expected in (
        ("/sru/vn-qti", {"Cache-Control": "private, no-cache"}),
        ("/sru/vn-dna", {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=9"}),
    ):
        seen = []
        environ = {"PATH_INFO": path, "REMOTE_ADDR": "10.1.0.1"}
        body = guard(CATALOGUE, application)(
            environ, lambda _, headers, to=seen: to.extend(headers)
        )
        assert b"".join(body) == b"inside" and dict(seen) == expected


def test_the_wrong_user_is_refused_and_a_wrong_password_is_asked_again():
    assert ask("/oai/vn-qti", login=basic("nlv", "x"))[0] == 403
    assert ask("/oai/vn-qti", login=basic("hue", "x"))[0] == 401


@pytest.mark.parametrize(
    "login", ["Basic", "Basic ####", "Bearer x", "Basic /////w==", "Basic aHVl"]
)
def test_broken_credentials_are_none(login):
    assert ask("/oai/vn-qti", login=login)[0] == 401


def test_without_rows_there_is_no_gate():
    def application(environ, start):
        return []

    assert guard(SimpleNamespace(rights=Rights()), application) is application


def test_guesses_are_slowed_down(caplog):
    """429 with the seconds, whatever the password; what is open stays open; no secret is logged."""
    now = [0.0]
    slowed = SimpleNamespace(**{**vars(CATALOGUE), "logins": Logins(RIGHTS, Policy(guesses=3))})

    def tried(password: str, path: str = "/sru/union") -> tuple[int, str | None]:
        status, headers, _ = ask(
            path, login=basic("nlv", password), catalogue=slowed, clock=lambda: now[0]
        )
        return status, headers.get("Retry-After")

    assert [tried("geheim")[0] for _ in range(3)] == [401] * 3
    assert tried("x") == (429, "1")
    assert tried("x", "/sru/vn-dna")[0] == 200
    now[0] = 1.0
    assert tried("x")[0] == 200
    assert "192.0.2.1" in caplog.text
    assert "geheim" not in caplog.text and "nlv" not in caplog.text
